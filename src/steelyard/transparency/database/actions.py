"""Queue a statement for the database in its decision's transaction; write down that it arrived."""

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.identifiers import new_ref
from steelyard.base.models import DispatchState
from steelyard.decisions.models import Statement
from steelyard.ledger.actions import Facts, record
from steelyard.transparency.database.belongs import belongs
from steelyard.transparency.database.payload import payload
from steelyard.transparency.database.rules import faults
from steelyard.transparency.models import Submission


def queue_submission(statement: Statement) -> Submission | None:
    """The row that carries the statement there; None when the service is not connected or it does not belong.

    What the database would refuse is never sent: the row waits as failed, with the reason, for a person.
    """
    mode = config().transparency_database.mode
    if mode == "off" or not belongs(statement.decision):
        return None
    puid = new_ref()
    content = payload(statement, puid)
    wrong = faults(content)
    return Submission.objects.create(
        statement=statement, puid=puid, mode=mode, payload=content, last_error=" ".join(wrong)[:500],
        state=DispatchState.FAILED if wrong else DispatchState.QUEUED,
    )  # fmt: skip


def compose_again(row: Submission, *, actor: str) -> bool:
    """A failed row, written anew under the same identifier; whether it may go now. Inside the caller's transaction."""
    row.payload = payload(row.statement, row.puid)
    wrong = faults(row.payload)
    row.last_error = " ".join(wrong)[:500]
    row.state, row.not_before = (DispatchState.FAILED if wrong else DispatchState.QUEUED), now()
    row.save(update_fields=["payload", "last_error", "state", "not_before"])
    record(
        "transparency:statement:composed_again", actor=actor, about=row, after=row.state,
        because=row.last_error, facts=Facts(harm=row.statement.decision.harm, by="person"),
    )  # fmt: skip
    return not wrong


def confirm_submission(row: Submission, their_ref: str) -> None:
    """It is there. Inside the caller's transaction, while the row is still ours."""
    row.state, row.confirmed_at, row.their_ref, row.last_error = (
        DispatchState.CONFIRMED, now(), their_ref[:64], "",
    )  # fmt: skip
    row.save(update_fields=["state", "confirmed_at", "their_ref", "last_error"])
    decision = row.statement.decision
    record(
        "transparency:statement:submitted", actor="steelyard", about=row, after=row.mode, because=their_ref,
        facts=Facts(harm=decision.harm, ground=decision.ground, source=decision.source, by="machine"),
    )  # fmt: skip
