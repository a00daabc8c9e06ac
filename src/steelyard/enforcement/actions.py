"""Queue what a decision does on the platform, in the decision's own transaction."""

from steelyard.base.clock import now
from steelyard.base.models import DispatchState
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation, PlatformReceipt, Reading, Sight
from steelyard.enforcement.models import Measure
from steelyard.enforcement.states import CARRIED_OUT_BY
from steelyard.ledger.actions import Facts, record


def queue_measure(decision: Decision) -> Measure | None:
    """The measure that carries `decision` out; None when it changes nothing on the platform."""
    if decision.subject is None or decision.outcome == Outcome.NONE:
        return None
    return Measure.objects.create(
        decision=decision,
        subject=decision.subject,
        operation=CARRIED_OUT_BY[Outcome(decision.outcome)],
    )


WANTED = {
    Operation.CONTAIN_ITEM: {Sight.HIDDEN, Sight.REMOVED},
    Operation.REMOVE_ITEM: {Sight.REMOVED, Sight.HIDDEN},
    Operation.RESTORE_ITEM: {Sight.VISIBLE},
}


def took_effect(operation: Operation, reading: Reading) -> bool:
    """Whether an ordinary member now sees what the measure wanted."""
    return reading.sight in WANTED[operation]


def confirm_measure(measure: Measure, receipt: PlatformReceipt, reading: Reading) -> None:
    """The platform did it and an ordinary member sees it so: written down with a ledger entry."""
    measure.state = DispatchState.CONFIRMED
    measure.confirmed_at = now()
    measure.receipt = {
        "reference": receipt.reference,
        "at": receipt.at.isoformat(),
        "sight": reading.sight,
        "content_hash": reading.content_hash,
    }
    measure.save(update_fields=["state", "confirmed_at", "receipt"])
    record(
        "enforcement:measure:confirmed",
        actor="steelyard",
        about=measure,
        key=measure.subject.key,
        after=measure.operation,
        facts=Facts(
            harm=measure.decision.harm,
            verb=measure.operation,
            surface=measure.subject.surface,
            source=measure.decision.source,
            by="machine",
        ),
    )
