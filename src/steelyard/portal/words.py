"""What the words of the ledger are called on the public pages, in the reader's language."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.portal.exhibits import SOURCE_WORDS
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import Rule, harms, instruments, rules

HOUR, DAY = 60, 1440
"""Minutes"""
STEPS = {
    "received": gettext_lazy("received"),
    "verifying": gettext_lazy("being verified"),
    "verified": gettext_lazy("verified"),
    "asked": gettext_lazy("sent back with a question"),
    "held": gettext_lazy("waiting for a court or counsel"),
    "raised": gettext_lazy("raised with the enforcing authority"),
    "proposed": gettext_lazy("proposed to a second person"),
    "executed": gettext_lazy("carried out"),
    "partly": gettext_lazy("carried out in part"),
    "refused": gettext_lazy("refused"),
    "withdrawn": gettext_lazy("withdrawn"),
    "expired": gettext_lazy("expired"),
    "superseded": gettext_lazy("replaced by a later version"),
    "repeated": gettext_lazy("came again by another door"),
    "unverified": gettext_lazy("not verified"),
    "said": gettext_lazy("spoken with"),
    "opened": gettext_lazy("opened"),
    "released": gettext_lazy("released"),
    "answered": gettext_lazy("answered"),
    "passed": gettext_lazy("ran out"),
    "paused": gettext_lazy("stood still"),
    "resumed": gettext_lazy("went on"),
    "upheld": gettext_lazy("upheld"),
    "rejected": gettext_lazy("rejected"),
}
KINDS = {
    "post": gettext_lazy("posts"),
    "channel": gettext_lazy("channels"),
    "account": gettext_lazy("accounts"),
}
BY = {
    "machine": gettext_lazy("a rule alone"),
    "person": gettext_lazy("one person"),
    "two": gettext_lazy("two people"),
    "nobody": gettext_lazy("nobody"),
}
SURFACES = {
    "public_channel": gettext_lazy("a public channel"),
    "private_group": gettext_lazy("a private group"),
}


GATE = {
    "brake_on_every_removal": gettext_lazy("Two people for every removal, one of them legal"),
    "own_territory_only": gettext_lazy("Effect in that State only"),
    "treaty_for_user_data": gettext_lazy("No user data without a treaty"),
    "central_authority_for_emergencies": gettext_lazy(
        "Emergencies through the verified central authority only"
    ),
    "eu": gettext_lazy("Member States of the European Union"),
    "eea": gettext_lazy("States of the European Economic Area outside the Union"),
    "e_evidence": gettext_lazy("States that take part in e-Evidence"),
}


def language() -> str:
    return get_language() or "en"


def harm(id_: str) -> str:
    return harms()[id_].name(language()) if id_ in harms() else id_ or _("not stated")


def instrument(id_: str) -> str:
    return instruments()[id_].name(language()) if id_ in instruments() else id_ or _("not stated")


def country(code: str) -> str:
    return country_name(code, language()) if code else _("not stated")


def red_line(id_: str) -> str:
    line = law_on(now().date()).red_lines.get(id_)
    return line.names.get(language(), line.names["en"]) if line else id_


@lru_cache(maxsize=2)
def _rules(day: date) -> Mapping[str, Rule]:
    return rules(day)


def ground(id_: str) -> str:
    rule = _rules(now().date()).get(id_)
    return rule.title(language()) if rule else id_ or _("not stated")


def gate(about: str) -> str:
    """What a safeguard or a group of the gate is called."""
    return str(GATE.get(about, about))


def step(type_: str) -> str:
    """The last word of an entry's type."""
    name = type_.rsplit(":", 1)[-1]
    return str(STEPS.get(name, name))


def of(column: str, value: str) -> str:
    """What a value of a column of `counts` is called."""
    known: dict[str, Callable[[str], str]] = {
        "harm": harm, "instrument": instrument, "country": country, "ground": ground, "type": step,
        "source": lambda word: str(SOURCE_WORDS.get(word, word)),
        "kind": lambda word: str(KINDS.get(word, word)), "by": lambda word: str(BY.get(word, word)),
        "surface": lambda word: str(SURFACES.get(word, word)),
    }  # fmt: skip
    return known[column](value) if column in known else value


COLUMNS = {
    "harm": gettext_lazy("Harm"), "instrument": gettext_lazy("Instrument"), "country": gettext_lazy("Country"),
    "ground": gettext_lazy("Ground"), "type": gettext_lazy("What happened"), "source": gettext_lazy("Source"),
    "kind": gettext_lazy("Kind"), "by": gettext_lazy("Decided by"), "surface": gettext_lazy("Where"),
    "verb": gettext_lazy("Detail"), "outcome": gettext_lazy("Measure"), "n": gettext_lazy("Number"),
}  # fmt: skip


def took(minutes: int) -> str:
    """“within 4 hours”: the bound that a time stayed under."""
    if minutes < HOUR:
        return _("%(n)s min") % {"n": minutes}
    if minutes < DAY:
        return _("%(n)s h") % {"n": minutes // HOUR}
    return _("%(n)s d") % {"n": minutes // DAY}
