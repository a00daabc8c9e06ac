"""The statement of reasons, drafted from the decision in its author's language (DSA Art. 17(3)).

Every sentence comes from a catalogue, so it is right in each language; a person's own words are quoted.
"""

from datetime import datetime

import msgspec
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.rulebook.queries import instruments, rule


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """What the author is told. The letters (a) to (f) are those of DSA Art. 17(3)."""

    language: str
    restriction: str  # (a)
    territory: str  # (a)
    duration: str  # (a)
    facts: str  # (b)
    words: str  # (b) the decider's own words, in the language they wrote them
    source: str  # (b)
    automated: str  # (c)
    ground: str  # (d), (e) the rule or the law
    ground_text: str
    ground_version: str
    redress: tuple[str, ...]  # (f)
    contest_until: datetime


def compose(decision: Decision, language: str, *, words: str, contest_until: datetime) -> Reasons:
    """The statement for `decision`, in `language`."""
    with override(language):
        ground, text = _ground(decision, language)
        return Reasons(
            language=language,
            restriction=_restriction(decision),
            territory=_territory(decision),
            duration=_duration(decision),
            facts=_facts(decision, ground),
            words=words,
            source=_source(decision),
            automated=_automated(decision),
            ground=ground,
            ground_text=text,
            ground_version=decision.ground_version,
            redress=(
                _(
                    "You can contest this, free of charge, until %(day)s. Somebody else will decide."
                )
                % {"day": date_format(contest_until, "j F Y")},
                _("You can turn to a certified out-of-court dispute settlement body."),
                _("You can go to court."),
            ),
            contest_until=contest_until,
        )


def as_text(reasons: Reasons, link: str) -> str:
    """The statement as a message on the platform."""
    with override(reasons.language):
        quoted = _("The decider’s own words: “%(words)s”") % {"words": reasons.words}
        parts = [
            reasons.restriction,
            f"{reasons.territory} {reasons.duration}".strip(),
            "",
            _("Why") + ": " + reasons.facts,
            quoted if reasons.words else "",
            f"{reasons.ground}: “{reasons.ground_text}”",
            reasons.source,
            reasons.automated,
            "",
            *reasons.redress,
            _("Read and contest this decision: %(link)s") % {"link": link},
        ]
    return "\n".join(part for part in parts if part is not None).replace("\n\n\n", "\n\n").strip()


def _restriction(decision: Decision) -> str:
    if decision.outcome == Outcome.REMOVE:
        return _("We have removed your post.")
    return _("We have hidden your post.")


def _territory(decision: Decision) -> str:
    if decision.territory:
        return _("This applies in: %(countries)s.") % {"countries": ", ".join(decision.territory)}
    return _("This applies in every country.")


def _duration(decision: Decision) -> str:
    if decision.outcome == Outcome.REMOVE:
        return _("The removal is permanent unless the decision is reversed.")
    return _("It stays hidden until the decision is reversed; the post itself is kept unchanged.")


def _facts(decision: Decision, ground: str) -> str:
    if decision.decided_by_machine:
        return _("Your post matched the signs of “%(ground)s” that our system looks for.") % {
            "ground": ground
        }
    if decision.source == "order":
        return _(
            "An authority of %(country)s ordered this, and we checked the order before acting on it."
        ) % {"country": decision.authority_country}
    return _("A person read your post and found that it falls under “%(ground)s”.") % {"ground": ground}


def _source(decision: Decision) -> str:
    return {
        "notice": _("This followed a notice that somebody sent us."),
        "order": _("This followed an order of an authority."),
        "rule": _("Nobody reported it: we looked at it of our own accord."),
        "complaint": _("This followed a complaint."),
    }[decision.source]


def _automated(decision: Decision) -> str:
    if decision.decided_by_machine:
        return _("It was found and decided by automated means, without a person.")
    if decision.found_by_machine:
        return _("It was found by automated means; a person decided.")
    return _("No automated means were used to find it or to decide.")


def _ground(decision: Decision, language: str) -> tuple[str, str]:
    kind, _dot, name = decision.ground.partition(".")
    if kind == "law":
        instrument = instruments()[name]
        return instrument.name(language), _("The order’s legal basis: %(basis)s") % {
            "basis": decision.ground_version
        }
    found = rule(decision.ground, decision.created_at.date())
    return found.title(language), found.text(language)
