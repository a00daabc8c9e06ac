"""What the words of the ledger are called on the public pages, in the reader's language."""

from collections.abc import Callable, Mapping

from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.ledger.words import happened
from steelyard.oncall.states import Urgency
from steelyard.oncall.words import URGENCIES
from steelyard.portal.exhibits import SOURCE_WORDS
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import ground_name, harms, instruments, issuers

HOUR, DAY = 60, 1440
"""Minutes"""
STEPS = {
    "received": gettext_lazy("received"),
    "verifying": gettext_lazy("being verified"),
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
    "taken_up": gettext_lazy("taken up again"),
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
    "moderator": gettext_lazy("a moderator of the channel"),
    "nobody": gettext_lazy("nobody"),
}
OUTCOMES = {
    "contain": gettext_lazy("hidden"),
    "remove": gettext_lazy("removed"),
    "lift": gettext_lazy("lifted"),
    "restore": gettext_lazy("brought back"),
    "label": gettext_lazy("labelled"),
    "unlabel": gettext_lazy("label taken away"),
    "mute": gettext_lazy("stopped from writing in one channel"),
    "unmute": gettext_lazy("may write in the channel again"),
    "none": gettext_lazy("nothing was restricted"),
}
SOURCES = {
    "finding": gettext_lazy("findings of our rules"),
    "review": gettext_lazy("reviews of what one person did alone"),
    "emergency": gettext_lazy("calls for help"),
    "drill": gettext_lazy("drills"),
    "arrival": gettext_lazy("messages from outside"),
    "batch": gettext_lazy("batches of partners"),
    "oncall": gettext_lazy("the person on call"),
}
"""What else entries come from, beyond the sources of decisions."""
SURFACES = {
    "public_channel": gettext_lazy("a public channel"),
    "private_group": gettext_lazy("a private group"),
}


GROUNDS = {
    "red_lines": gettext_lazy("Red lines"),
    "in_force": gettext_lazy("Instrument"),
    "authenticity": gettext_lazy("Sender"),
    "competence": gettext_lazy("Competence"),
    "form": gettext_lazy("Form"),
    "language": gettext_lazy("Language"),
    "necessity": gettext_lazy("Necessity"),
    "privileges": gettext_lazy("Immunities"),
    "protected_speech": gettext_lazy("Protected speech"),
    "gate": gettext_lazy("Rule of law"),
    "conflict_of_laws": gettext_lazy("Conflict of laws"),
    "territory": gettext_lazy("Scope"),
    "possibility": gettext_lazy("What is held"),
    "desk": gettext_lazy("reasons of the desk, told to the sender"),
}
"""What a refused order stood on: the check that failed"""
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


def in_language(code: str) -> str:
    """What a language is called in the reader's."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code or _("not stated")


def issuer(id_: str) -> str:
    """What a kind of authority is called."""
    names = issuers().get(id_, {})
    return names.get(language(), names.get("en", id_)) or _("not stated")


def red_line(id_: str) -> str:
    line = law_on(now().date()).red_lines.get(id_)
    return line.names.get(language(), line.names["en"]) if line else id_


MISUSES = {
    "content": gettext_lazy("manifestly illegal content"),
    "notices": gettext_lazy("manifestly unfounded notices"),
    "complaints": gettext_lazy("manifestly unfounded complaints"),
}
"""The three reasons of DSA Art. 24(1)(b)"""


def detail(word: str) -> str:
    """What an entry says more: which red line was asked for, how urgent a call was, what was misused."""
    if word in MISUSES:
        return str(MISUSES[word])
    return str(URGENCIES[Urgency(word)]) if word in set(Urgency) else red_line(word)


def ground(id_: str) -> str:
    if id_ in GROUNDS:
        return str(GROUNDS[id_])
    return ground_name(id_, now().date(), language()) or (_("not stated") if id_ in ("", "none") else id_)


def gate(about: str) -> str:
    """What a safeguard or a group of the gate is called."""
    return str(GATE.get(about, about))


def of(column: str, value: str) -> str:
    """What a value of a column of `counts` is called."""
    known: dict[str, Callable[[str], str]] = {
        "harm": harm, "instrument": instrument, "country": country, "ground": ground, "type": happened,
        "verb": detail,
    }  # fmt: skip
    if column in known:
        return known[column](value)
    if column == "day":
        return value
    tables: dict[str, Mapping[str, object]] = {
        "source": SOURCE_WORDS | SOURCES, "kind": KINDS, "by": BY, "surface": SURFACES, "outcome": OUTCOMES,
    }  # fmt: skip
    return str(tables[column].get(value) or _("not stated"))


def cell(columns: str, values: str) -> str:
    """A row of a figure by its values alone, as corrections keep it: each by the first column that knows it."""
    names = columns.split(", ")
    unknown = _("not stated")

    def one(value: str) -> str:
        words = (of(name, value) for name in names)
        return next((word for word in words if word not in (value, unknown)), value)

    return " · ".join(one(value) for value in values.split(" · "))


COLUMNS = {
    "harm": gettext_lazy("Harm"), "instrument": gettext_lazy("Instrument"), "country": gettext_lazy("Country"),
    "ground": gettext_lazy("Ground"), "type": gettext_lazy("What happened"), "source": gettext_lazy("Source"),
    "kind": gettext_lazy("Kind"), "by": gettext_lazy("Decided by"), "surface": gettext_lazy("Where"),
    "day": gettext_lazy("Day"), "verb": gettext_lazy("Detail"),
    "outcome": gettext_lazy("Measure"), "n": gettext_lazy("Number"),
}  # fmt: skip


def took(minutes: int) -> str:
    """“within 4 hours”: the bound that a time stayed under."""
    if minutes < HOUR:
        return _("%(n)s min") % {"n": minutes}
    if minutes < DAY:
        return _("%(n)s h") % {"n": minutes // HOUR}
    return _("%(n)s d") % {"n": minutes // DAY}
