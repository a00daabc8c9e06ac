"""Open a case or join the one that is there; claim, release, propose, decide."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.errors import Refused
from steelyard.base.states import next_state
from steelyard.cases.access import case_for
from steelyard.cases.clocks import (
    meet_clocks,
    pause_clock,
    pauses_allowed,
    resume_clock,
    start_clock,
    start_clocks_of,
)
from steelyard.cases.models import Basis, Case, Referral
from steelyard.cases.states import (
    MOVES,
    OPEN_STATES,
    REFERRAL_MOVES,
    CaseKind,
    CaseState,
    ReferralState,
)
from steelyard.evidence.store import closed, put_away
from steelyard.ledger.actions import Facts, record
from steelyard.notices.models import Notice
from steelyard.orders.models import Order
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import Fact, fact, harms
from steelyard.screening.models import Finding
from steelyard.subjects.models import Subject
from steelyard.vault.actions import new_key
from steelyard.vault.models import DataKey

__all__ = [
    "claim_case", "decide_case", "decide_in_channel", "end_referral", "held_by", "join_decided",
    "lapse_case", "open_or_join", "pause_clock", "pauses_allowed", "propose_case", "refer",
    "release_case", "resume_clock", "send_back_case", "settle_case", "start_clock",
    "start_clocks_of",
]  # fmt: skip

ALONE = (CaseKind.COMPLAINT, CaseKind.ORDER, CaseKind.REVIEW, CaseKind.EMERGENCY, CaseKind.DRILL)
"""Each of these keeps its own clock and its own answer: never joined to another."""


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
    arrived_at: datetime | None = None,
    key: DataKey | None = None,
    severity: int = 0,
    referable: bool = False,
) -> Case:
    """The open case of this kind about `subject`, or a new one. How many reports join it decides nothing.

    Clocks run from `arrived_at` at the first door (now unless given); an order starts every one its instrument names.
    `referable`: it may wait for the channel's own moderators; anything else that joins brings the case to the desk.
    `key`: that of another case, where the two are one matter and may only be told of together.
    """
    case = _open_case(kind, subject)
    if case is None:
        case = Case.objects.create(
            kind=kind,
            subject=subject,
            harm=harm,
            severity=severity or harms()[harm].severity,
            language=language,
            key=key or new_key(),
        )
        start_clocks_of(case, order, clock, arrived_at) if order else start_clock(case, clock, arrived_at)
        record(f"cases:{kind}:opened", actor="steelyard", about=case, key=case.key, facts=_facts(case))
    elif not (referable and notice and _first_of(case, notice)):
        end_referral(case, "contest")
    if notice and case.behind_until:  # somebody new says it too: until it is known who, it does not wait
        case.behind_until = None
        case.save(update_fields=["behind_until"])
    if finding or notice or order:
        Basis.objects.create(case=case, finding=finding, notice=notice, order=order)
    if subject and closed(harm):
        put_away(subject, harm)
    if harms()[harm].severity > case.severity:
        case.harm, case.severity = harm, harms()[harm].severity
        case.save(update_fields=["harm", "severity"])
    return case


def _open_case(kind: CaseKind, subject: Subject | None) -> Case | None:
    if subject is None or kind in ALONE:
        return None  # each order and each complaint keeps its own clock and its own answer
    Subject.objects.select_for_update().get(pk=subject.pk)  # two reports in one moment make one case
    return Case.objects.filter(kind=kind, subject=subject, state__in=OPEN_STATES).first()


def _first_of(case: Case, notice: Notice) -> bool:
    """Whoever reports the same thing twice wants somebody else to look."""
    return not notice.sender or not case.bases.filter(notice__sender=notice.sender).exists()


@transaction.atomic
def claim_case(member: Member, case_ref: str) -> Case:
    """Take a case to work on. Refused while somebody else has it."""
    case = case_for(member, case_ref, Permission.CASES_CASE_CLAIM, lock=True)
    _move(case, "claim", member.ref)
    end_referral(case, "contest", by=member.ref)
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
    case.decided_at = database_now()
    case.save(update_fields=["decided_at"])
    meet_clocks(case, case.decided_at)


def lapse_case(case: Case, actor: str, *, by: str = "person") -> None:
    """What the case rested on is gone: nothing is decided, and its clocks are over."""
    _move(case, "lapse", actor, by=by)
    end_referral(case, "contest")
    case.decided_at = database_now()
    case.save(update_fields=["decided_at"])
    meet_clocks(case, case.decided_at)


def settle_case(case: Case) -> None:
    """Nobody has it in hand, and a decision about the same content answers it: its clocks are met."""
    _move(case, "settle", "steelyard", by="machine")
    end_referral(case, "contest")
    case.decided_at = database_now()
    case.save(update_fields=["decided_at"])
    meet_clocks(case, case.decided_at)


def join_decided(case: Case, notice: Notice) -> None:
    """A notice about what has just been decided: the answer it gets is the one that stands."""
    Basis.objects.create(case=case, notice=notice)


def note_crowds(named: Mapping[int, str], every: list[int]) -> None:
    """By case the gravest harm that others than reporters acting as one have named, "" where only those reported.

    A case nobody else reported waits behind the rest; in any other the place follows what the others say. Order
    only: nothing is decided, removed or thrown away.
    """
    resting = [pk for pk, harm in named.items() if not harm]
    for case in Case.objects.filter(pk__in=[pk for pk, harm in named.items() if harm], state=CaseState.OPEN):
        case.harm, case.severity = named[case.pk], harms()[named[case.pk]].severity
        case.save(update_fields=["harm", "severity"])
    Case.objects.filter(pk__in=every).exclude(pk__in=resting).update(behind_until=None)
    waiting = Case.objects.filter(pk__in=resting, behind_until=None, state=CaseState.OPEN).select_related(
        "key"
    )
    share = float(fact("house.puppets", now().date()).value["behind"])
    for case in waiting:
        clock = case.deadlines.filter(met_at=None).order_by("ends_at").first()
        case.behind_until = clock.starts_at + (clock.ends_at - clock.starts_at) * share if clock else None
        case.save(update_fields=["behind_until"])
        record("cases:notice:crowd_noted", actor="steelyard", about=case, key=case.key, facts=_facts(case))


def decide_in_channel(case: Case, account: str) -> None:
    """A moderator of the channel decided it, before anybody of the desk had it in hand."""
    end_referral(case, "act", by=account)
    _move(case, "settle", account, by="moderator")
    case.decided_at = database_now()
    case.save(update_fields=["decided_at"])
    meet_clocks(case, case.decided_at)


def refer(case: Case, channel: Subject, until: datetime) -> Referral:
    """The channel's own moderators see it first; its clock runs on. Once for each subject: see `was_referred`."""
    referral = Referral.objects.create(case=case, channel=channel, until=until)
    record("cases:referral:waiting", actor="steelyard", about=referral, key=case.key,
           after=referral.state, facts=_facts(case))  # fmt: skip
    return referral


def end_referral(case: Case, move: str, *, by: str = "", because: str = "") -> None:
    """It is with the platform's desk, or decided. Nothing happens where none waits."""
    row = Referral.objects.select_for_update().filter(case=case, state=ReferralState.WAITING).first()
    if row is None:
        return
    before, row.state = row.state, next_state(REFERRAL_MOVES, move, ReferralState(row.state))
    row.ended_by, row.ended_at = by, database_now()
    row.save(update_fields=["state", "ended_by", "ended_at"])
    record(f"cases:referral:{row.state}", actor=by or "steelyard", about=row, key=case.key, before=before,
           after=row.state, because=because, facts=_facts(case, by="moderator" if by else "nobody"))  # fmt: skip


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
