"""One decision as staff see it: what was done, on what ground, what its author was told, what followed."""

from dataclasses import dataclass

from django.db import transaction

from steelyard.base.errors import NoSuchThing
from steelyard.decisions.access import decision_for
from steelyard.decisions.actions import reasons_of, words
from steelyard.decisions.disputes import outcome_of
from steelyard.decisions.models import Decision, Dispute
from steelyard.decisions.queries import in_its_place
from steelyard.decisions.reasons import Reasons
from steelyard.enforcement.actions import limits_by_country
from steelyard.enforcement.models import Measure
from steelyard.evidence.actions import look
from steelyard.people.access import Presence, has
from steelyard.people.permissions import Permission


@dataclass(frozen=True)
class DecisionPage:
    decision: Decision
    words: str
    reasons: Reasons | None
    text: str
    """The post as it was seen; "" when nothing was kept or the person may not look"""
    measures: tuple[Measure, ...]
    by_country: bool
    """The platform can hide it in some countries alone"""
    disputes: tuple[tuple[Dispute, str], ...]
    """Before certified bodies, each with what the body decided"""
    narrower: Decision | None
    """What took its place, where it was narrowed"""


def read_decision(presence: Presence, ref: str) -> DecisionPage:
    """One decision, with the sealed post opened for this person and the look written down."""
    with transaction.atomic():
        found = decision_for(presence.member, ref, Permission.DECISIONS_DECISION_READ, lock=False)
        return DecisionPage(
            decision=found,
            words=words(found),
            reasons=reasons_of(found.statement) if hasattr(found, "statement") else None,
            text=_text(presence, found),
            measures=tuple(found.measures.order_by("pk")),
            by_country=found.subject is not None and limits_by_country(found.subject),
            disputes=tuple(
                (one, outcome_of(one)) for one in found.disputes.select_related("key").order_by("pk")
            ),
            narrower=in_its_place(found),
        )


def _text(presence: Presence, decision: Decision) -> str:
    if decision.subject is None or not has(presence.member, Permission.EVIDENCE_EXHIBIT_LOOK):
        return ""
    try:
        seen = look(presence.member.ref, decision.subject, because=f"decision {decision.ref}")
    except NoSuchThing:
        return ""
    return seen.decode("utf-8", "replace")
