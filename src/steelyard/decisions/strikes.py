"""What counts on an account: violations that people found, while they stand and until they are old.

Read from the decisions themselves, so a reversal clears its strike in the same moment. Strikes decide nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from steelyard.base.clock import now
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import told_of
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.people.models import Member
from steelyard.rulebook.queries import fact, harms
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import answers_for


@dataclass(frozen=True)
class Strike:
    decision: Decision
    points: int
    """By the severity of the harm"""
    until: datetime


def strikes_of(member: Member, account: Subject | None) -> list[Strike]:
    """The strikes of an account that `member` may know of, the oldest first; none for somebody we do not know."""
    if account is None:
        return []
    about = Decision.objects.filter(subject__author=account) | Decision.objects.filter(subject=account)
    found = told_of(member, about).filter(
        state=DecisionState.MADE, outcome__in=[Outcome.CONTAIN, Outcome.REMOVE]
    )
    strikes = (strike_of(decision) for decision in found.select_related("subject").order_by("pk"))
    return [strike for strike in strikes if strike]


def strike_of(decision: Decision) -> Strike | None:
    """What `decision` counts now. Nothing when a machine made it, when it rests on an order, or when it is over."""
    if decision.made_at is None or not decision.decided_by or not decision.ground.startswith("terms."):
        return None
    if decision.source == "order" or decision.moderators_of_id:  # their word counts in their channel
        return None
    if decision.state != DecisionState.MADE or decision.outcome not in (Outcome.CONTAIN, Outcome.REMOVE):
        return None
    day = decision.made_at.date()
    until = decision.made_at + fact("house.strike_lasts", day).period()
    if now() >= until or answers_for(decision.subject) is None:
        return None
    return Strike(decision, fact("house.strike_points", day).value[harms()[decision.harm].severity], until)
