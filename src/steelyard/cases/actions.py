"""Open a case or join the one that is there; claim, release, propose, decide."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.base.states import next_state
from steelyard.cases.access import case_for
from steelyard.cases.models import Basis, Case, Deadline
from steelyard.cases.states import MOVES, OPEN_STATES, CaseKind, CaseState
from steelyard.ledger.actions import Facts, record
from steelyard.notices.models import Notice
from steelyard.orders.models import Order
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import Fact, harms
from steelyard.screening.models import Finding
from steelyard.subjects.models import Subject
from steelyard.vault.actions import new_key


def open_or_join(
    kind: CaseKind,
    subject: Subject | None,
    *,
    harm: str,
    language: str = "",
    clock: Fact,
    finding: Finding | None = None,
    notice: Notice | None = None,
    order: Order | None = None,
) -> Case:
    """The open case of this kind about `subject`, or a new one. How many reports join it decides nothing."""
    case = _open_case(kind, subject)
    if case is None:
        case = Case.objects.create(
            kind=kind,
            subject=subject,
            harm=harm,
            severity=harms()[harm].severity,
            language=language,
            key=new_key(),
        )
        start_clock(case, clock)
        record(f"cases:{kind}:opened", actor="steelyard", about=case, key=case.key, facts=_facts(case))
    if finding or notice or order:
        Basis.objects.create(case=case, finding=finding, notice=notice, order=order)
    if harms()[harm].severity > case.severity:
        case.harm, case.severity = harm, harms()[harm].severity
        case.save(update_fields=["harm", "severity"])
    return case


def _open_case(kind: CaseKind, subject: Subject | None) -> Case | None:
    if subject is None or kind in (CaseKind.COMPLAINT, CaseKind.ORDER):
        return None  # each order and each complaint keeps its own clock and its own answer
    Subject.objects.select_for_update().get(pk=subject.pk)  # two reports in one moment make one case
    return Case.objects.filter(kind=kind, subject=subject, state__in=OPEN_STATES).first()


def start_clock(case: Case, clock: Fact) -> Deadline:
    """Start the clock that this fact of law (or of our own promise) sets."""
    started = now()
    return Deadline.objects.create(
        case=case,
        fact=clock.name,
        source=clock.source,
        status=clock.status,
        starts_at=started,
        ends_at=started + clock.period(),
    )


@transaction.atomic
def claim_case(member: Member, case_ref: str) -> Case:
    """Take a case to work on. Refused while somebody else has it."""
    case = case_for(member, case_ref, Permission.CASES_CASE_CLAIM, lock=True)
    _move(case, "claim", member.ref)
    case.claimed_by, case.claimed_at = member.ref, now()
    case.save(update_fields=["claimed_by", "claimed_at"])
    return case


@transaction.atomic
def release_case(member: Member, case_ref: str) -> Case:
    """Put a case back into its queue."""
    case = case_for(member, case_ref, Permission.CASES_CASE_CLAIM, lock=True)
    held_by(member, case)
    _move(case, "release", member.ref)
    case.claimed_by, case.claimed_at = "", None
    case.save(update_fields=["claimed_by", "claimed_at"])
    return case


def held_by(member: Member, case: Case) -> None:
    """Only whoever claimed a case decides it: two browsers never decide twice."""
    if case.claimed_by != member.ref:
        raise Refused(
            _("You have not claimed this case."),
            _("Somebody else has it, or it went back to the queue."),
            _("Open the case again and claim it."),
        )


def propose_case(case: Case, member: Member) -> None:
    _move(case, "propose", member.ref)


def send_back_case(case: Case, member: Member) -> None:
    _move(case, "send_back", member.ref)


def decide_case(case: Case, member: Member, *, by: str) -> None:
    """The case is decided and its clocks are met."""
    _move(case, "decide", member.ref, by=by)
    case.decided_at = now()
    case.save(update_fields=["decided_at"])
    case.deadlines.filter(met_at=None).update(met_at=case.decided_at)


def _move(case: Case, move: str, actor: str, *, by: str = "person") -> None:
    before, case.state = case.state, next_state(MOVES, move, CaseState(case.state))
    case.save(update_fields=["state"])
    record(
        f"cases:{case.kind}:{case.state}", actor=actor, about=case, key=case.key, before=before,
        after=case.state, facts=_facts(case, by=by),
    )  # fmt: skip


def _facts(case: Case, *, by: str = "nobody") -> Facts:
    surface = case.subject.surface if case.subject else ""
    return Facts(harm=case.harm, surface=surface, source=case.kind, by=by)
