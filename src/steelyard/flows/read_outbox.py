"""What waits to be carried out or sent, and what was refused, as staff see it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steelyard.base.models import Dispatch, DispatchState
from steelyard.base.outbox import ring, send_again
from steelyard.enforcement.access import unfinished_measures
from steelyard.enforcement.connector import Linked, Target, connector, connectors
from steelyard.enforcement.models import Measure
from steelyard.ledger.actions import Facts, record
from steelyard.letters.access import failed_call, unfinished_calls, unfinished_letters
from steelyard.notices.access import failed_line, failed_lines
from steelyard.people.access import Member, has, nothing_here, require
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


def partners_on_their_way(member: Member) -> list[OutboxLine]:
    """Messages to partners' webhooks, and lines of theirs that could not be taken up. Never what they say."""
    require(member, Permission.PEOPLE_PARTNER_READ)
    calls = [_line(row, "webhook", "") for row in unfinished_calls()]
    return [_line(row, "batch_line", "") for row in failed_lines()] + calls


@transaction.atomic
def retry_for_partner(member: Member, ref: str) -> None:
    """What was given up goes out, or is taken up, once more. Raises NoSuchThing or Refused."""
    require(member, Permission.PEOPLE_PARTNER_READ)
    call, line = failed_call(ref), failed_line(ref)
    if call:
        send_again(call)
        record("letters:webhook:retried", actor=member.ref, about=call, key=call.key, before=DispatchState.FAILED,
               after=DispatchState.QUEUED, facts=Facts(by="person"))  # fmt: skip
    elif line:
        send_again(line)
        record("notices:line:retried", actor=member.ref, about=line, key=line.batch.key, before=DispatchState.FAILED,
               after=DispatchState.QUEUED, facts=Facts(source="notice", by="person"))  # fmt: skip
    else:
        raise nothing_here()
    ring()


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
