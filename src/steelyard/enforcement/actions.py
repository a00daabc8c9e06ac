"""Queue what a decision does on the platform, in the decision's own transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.base.models import DispatchState
from steelyard.base.outbox import ring, send_again
from steelyard.decisions.actions import key_of
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import in_force
from steelyard.decisions.states import Outcome
from steelyard.enforcement.access import measure_for
from steelyard.enforcement.connector import (
    COUNTRIES,
    Operation,
    PlatformReceipt,
    Reading,
    connector,
    connectors,
)
from steelyard.enforcement.elsewhere import Handed
from steelyard.enforcement.models import Measure
from steelyard.enforcement.states import RESTRICTIONS, UNDONE_BY, operation_for
from steelyard.ledger.actions import Facts, record
from steelyard.people.models import Member
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind
from steelyard.vault.actions import seal, unseal

_TOLD = "enforcement.told"


def queue_measure(decision: Decision, told: Mapping[str, str] | None = None) -> Measure | None:
    """The measure that carries `decision` out; None when it changes nothing on the platform.

    `told` is what the platform says to whoever it refuses from now on. Raises Refused when no platform
    could carry this out.
    """
    if decision.subject is None:
        return None
    if decision.outcome == Outcome.NONE:
        return queue_undoing(decision.reverses, decision) if decision.reverses else None
    first, *others = _operations(decision, decision.subject)
    params = dict(told or {}) | _where(decision)
    sealed = seal(decision.subject.key, msgspec.json.encode(params), place=_TOLD) if params else None
    queued = Measure.objects.create(
        decision=decision, subject=decision.subject, operation=first, sealed=sealed
    )
    for other in others:
        Measure.objects.create(decision=decision, subject=decision.subject, operation=other)
    return queued


def queue_undoing(over: Decision, because: Decision) -> Measure | None:
    """What the decision that is `over` did to a channel or an account ends, where other decisions that restrict it
    go on and none of them needs it. `because` is the decision that the measure belongs to."""
    subject = over.subject
    if subject is None or subject.kind not in RESTRICTIONS or over.outcome != Outcome.CONTAIN:
        return None
    done = operation_for(subject.kind, over.outcome, over.measure)
    needed = {
        operation_for(subject.kind, Outcome.CONTAIN, one.measure)
        for one in in_force(subject).exclude(pk=over.pk).filter(outcome=Outcome.CONTAIN)
    }
    if done is None or done in needed or done not in _standing(subject):
        return None
    return Measure.objects.create(decision=because, subject=subject, operation=UNDONE_BY[done])


def _operations(decision: Decision, subject: Subject) -> list[Operation]:
    """Bringing a channel or an account back ends every restriction that stands there."""
    several = decision.outcome == Outcome.RESTORE and subject.kind in RESTRICTIONS
    if several and (standing := _standing(subject)):
        return [UNDONE_BY[one] for one in standing]
    operation = operation_for(subject.kind, decision.outcome, decision.measure)
    if operation is None:
        raise Refused(_("No platform can do this."), do=_("Choose a measure the platform has."))
    return [operation]


def _standing(subject: Subject) -> list[Operation]:
    """Restrictions of a channel or an account that were carried out, or will be, and that nothing has ended."""
    found: dict[Operation, None] = {}
    undone = {back: there for there, back in UNDONE_BY.items()}
    rows = Measure.objects.filter(subject=subject).exclude(state=DispatchState.FAILED).order_by("pk")
    for operation in map(Operation, rows.values_list("operation", flat=True)):
        if operation in UNDONE_BY:
            found[operation] = None
        elif operation in undone:
            found.pop(undone[operation], None)
    return list(found)


def limits_by_country(subject: Subject) -> bool:
    """Whether the platform that holds this post can hide it in some countries and show it in the others."""
    if subject.kind != Kind.POST or subject.connector not in connectors():
        return False
    return connector(subject.connector).manifest.limits_by_country


def _where(decision: Decision) -> dict[str, list[str]]:
    """The only countries in which a post is to be hidden; nothing where it is everywhere, or cannot be less."""
    if decision.subject is None or not decision.territory or decision.outcome != Outcome.CONTAIN:
        return {}
    return {COUNTRIES: list(decision.territory)} if limits_by_country(decision.subject) else {}


def params_of(measure: Measure) -> dict[str, Any]:
    """What goes with the operation: what the platform says to whoever it refuses, or where it hides a post."""
    if measure.sealed is None:
        return {}
    opened = unseal(measure.subject.key, bytes(measure.sealed), place=_TOLD)
    return msgspec.json.decode(opened, type=dict[str, Any])


def queue_refusal(
    decision: Decision, subject: Subject, operation: Operation, told: Mapping[str, str]
) -> Measure:
    """Content that the platform refuses from now on (`told["content"]`, a hash), or takes again. In the caller's
    transaction."""
    sealed = seal(subject.key, msgspec.json.encode(dict(told)), place=_TOLD)
    return Measure.objects.create(decision=decision, subject=subject, operation=operation, sealed=sealed)


def queue_erasure(removal: Measure) -> Measure:
    """The files of a post that was removed for good are to be destroyed. In the caller's transaction."""
    queued = Measure.objects.create(
        decision=removal.decision, subject=removal.subject, operation=Operation.ERASE_MEDIA
    )
    record(
        "enforcement:measure:due", actor="steelyard", about=queued, key=key_of(removal.decision),
        after=queued.operation, facts=Facts(verb=queued.operation, by="machine"),
    )  # fmt: skip
    ring()
    return queued


@transaction.atomic
def retry_measure(member: Member, ref: str) -> Measure:
    """Put a measure that the platform refused back into the queue."""
    measure = measure_for(member, ref)
    if overtaken(measure):
        raise Refused(
            _("A later decision has taken the place of this one."),
            _("Carrying it out now would undo that."), _("Nothing has to be done."),
        )  # fmt: skip
    send_again(measure)
    record(
        "enforcement:measure:retried", actor=member.ref, about=measure, key=key_of(measure.decision),
        before=DispatchState.FAILED, after=DispatchState.QUEUED,
        facts=Facts(verb=measure.operation, by="person"),
    )  # fmt: skip
    ring()
    return measure


def overtaken(measure: Measure) -> bool:
    """A later measure on the same subject says otherwise."""
    later = Measure.objects.filter(subject=measure.subject_id, pk__gt=measure.pk)
    return later.exclude(decision=measure.decision_id).exists()


def confirm_measure(
    measure: Measure, receipt: PlatformReceipt, reading: Reading | None, handed: Sequence[Handed] = ()
) -> None:
    """The platform did it (and, where it can be seen, an ordinary member sees it so): into the ledger.

    `handed`: other people's servers that hold the post too.
    """
    measure.state = DispatchState.CONFIRMED
    measure.confirmed_at = now()
    measure.receipt = {
        "reference": receipt.reference,
        "at": receipt.at.isoformat(),
        **(_seen(reading) if reading else {}),
        **_elsewhere(measure, handed),
    }
    measure.save(update_fields=["state", "confirmed_at", "receipt"])
    record(
        "enforcement:measure:confirmed",
        actor="steelyard",
        about=measure,
        key=key_of(measure.decision),
        after=measure.operation,
        facts=Facts(
            harm=measure.decision.harm,
            verb=measure.operation,
            surface=measure.subject.surface,
            source=measure.decision.source,
            by="machine",
        ),
    )


def _seen(reading: Reading) -> dict[str, object]:
    found: dict[str, object] = {"sight": reading.sight, "content_hash": reading.content_hash}
    return {**found, "marks": list(reading.marks)} if reading.marks else found


def _elsewhere(measure: Measure, handed: Sequence[Handed]) -> dict[str, object]:
    """Empty for a post that never left. Hiding tells nobody: other servers learn of a removal only."""
    if not handed:
        return {}
    told = {one.server: one.told.isoformat() if one.told else "" for one in handed}
    return {"elsewhere": told, "untold": measure.operation == Operation.REMOVE_ITEM and "" in told.values()}


@transaction.atomic
def note_elsewhere(measure: Measure, handed: Sequence[Handed]) -> bool:
    """What the other servers know by now of a removal; into the ledger once each of them has it. Returns that."""
    measure.receipt = {**measure.receipt, **_elsewhere(measure, handed)}
    measure.save(update_fields=["receipt"])
    if measure.receipt.get("untold"):
        return False
    record(
        "enforcement:measure:told_elsewhere", actor="steelyard", about=measure, key=key_of(measure.decision),
        after=measure.operation, facts=Facts(verb=measure.operation, by="machine"),
    )  # fmt: skip
    return True
