"""What waits to be carried out or sent, and what was refused, as staff see it."""

from dataclasses import dataclass
from datetime import datetime

from steelyard.base.models import Dispatch, DispatchState
from steelyard.enforcement.access import unfinished_measures
from steelyard.enforcement.connector import Linked, Target, connector, connectors
from steelyard.enforcement.models import Measure
from steelyard.letters.access import unfinished_letters
from steelyard.people.access import Member, has
from steelyard.people.permissions import Permission
from steelyard.subjects.states import Kind


@dataclass(frozen=True)
class OutboxLine:
    ref: str
    what: str
    """The operation, or the kind of letter"""
    state: str
    since: datetime
    attempts: int
    not_before: datetime
    error: str
    """What the other side said last, one sentence a line"""
    decision: str
    """The decision's reference for whoever may read it, else empty"""
    address: str = ""
    """Where a person opens the post on the platform itself, for whoever may read the decision and act by hand"""


def measures_on_their_way(member: Member) -> list[OutboxLine]:
    """Failed first, then what waits. Whoever reads no decisions learns what and when, not about whom."""
    reads = has(member, Permission.DECISIONS_DECISION_READ)
    rows = unfinished_measures(member)
    return [
        _line(row, row.operation, row.decision.ref if reads else "", _address(row) if reads else "")
        for row in rows
    ]


def letters_on_their_way(member: Member) -> list[OutboxLine]:
    """Failed first, then what waits. Never their text or who gets them."""
    return [_line(row, row.kind, "") for row in unfinished_letters(member)]


def _address(row: Measure) -> str:
    """Only of what failed: what waits is tried again by itself."""
    subject = row.subject
    if (
        row.state != DispatchState.FAILED
        or subject.kind != Kind.POST
        or subject.connector not in connectors()
    ):
        return ""
    platform = connector(subject.connector)
    return platform.address_of(Target(subject.native_id)) if isinstance(platform, Linked) else ""


def _line(row: Dispatch, what: str, decision: str, address: str = "") -> OutboxLine:
    return OutboxLine(
        row.ref, what, row.state, row.created_at, row.attempts, row.not_before, row.last_error, decision, address
    )  # fmt: skip
