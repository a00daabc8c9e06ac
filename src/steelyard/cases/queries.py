"""Queues: what waits, the most pressing first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from steelyard.base.clock import database_now
from steelyard.cases.access import cases_for, hidden_keys
from steelyard.cases.models import KEEP_UNTIL, Case, Deadline, Referral
from steelyard.cases.states import OPEN_STATES, CaseKind, CaseState, ReferralState
from steelyard.orders.models import Order
from steelyard.people.access import has
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.screening.models import Campaign
from steelyard.subjects.models import Subject


@dataclass(frozen=True)
class QueueLine:
    ref: str
    kind: str
    harm: str
    severity: int
    state: str
    language: str
    claimed_by: str
    opened_at: datetime
    due_at: datetime | None
    reports: int


def queue(
    member: Member, *, kind: CaseKind | None = None, harm: str = "", limit: int = 100
) -> Sequence[QueueLine]:
    """Open cases the member may see: severity first, then the clock that ends soonest.

    How many reported something moves nothing forward. What only reporters who act as one have reported stands
    behind the rest for a stated share of its clock (`house.puppets`).
    """
    found = cases_for(member).filter(state__in=OPEN_STATES).exclude(_elsewhere_first())
    found = found.filter(kind=kind) if kind else found
    found = found.filter(harm=harm) if harm else found
    lines = found.annotate(
        due_at=Min("deadlines__ends_at", filter=Q(deadlines__met_at=None) & ~Q(deadlines__duty=KEEP_UNTIL)),
        reports=Count("bases", distinct=True),
        behind=Coalesce(GreaterThan(F("behind_until"), database_now()), Value(value=False)),
    ).order_by("behind", "-severity", "due_at", "created_at")[:limit]
    return [
        QueueLine(
            case.ref, case.kind, case.harm, case.severity, case.state, case.language, case.claimed_by,
            case.created_at, case.due_at, case.reports,
        )
        for case in lines
    ]  # fmt: skip


def queue_sizes(member: Member) -> dict[str, int]:
    """How many open cases of each kind the member may see."""
    found = cases_for(member).filter(state__in=OPEN_STATES).exclude(_elsewhere_first())
    return dict(found.values_list("kind").annotate(Count("pk")))


def _elsewhere_first() -> Exists:
    """A channel's own moderators have it, and their time is not over: by the clock, whoever notes its end."""
    waiting = Referral.objects.filter(state=ReferralState.WAITING, until__gt=database_now())
    return Exists(waiting.filter(case=OuterRef("pk")))


def with_moderators(channels: Iterable[str] | None, connector: str) -> QuerySet[Case]:
    """Cases that the moderators of these channels (the platform's ids; None: of all) have now, the oldest first."""
    found = Case.objects.filter(
        state=CaseState.OPEN, referral__state=ReferralState.WAITING, referral__until__gt=database_now(),
        referral__channel__connector=connector,
    )  # fmt: skip
    if channels is not None:
        found = found.filter(referral__channel__native_id__in=list(channels))
    return found.select_related("subject__key", "subject__author", "key", "referral__channel").order_by("pk")


def waiting_referral(case: Case) -> Referral | None:
    """The referral of this case that its channel's moderators still have."""
    return Referral.objects.filter(case=case, state=ReferralState.WAITING, until__gt=database_now()).first()


def was_referred(subject: Subject) -> bool:
    """The moderators of its channel have had it once: what is reported of it now is for the desk."""
    return Referral.objects.filter(case__subject=subject).exists()


def lapsed_referrals() -> QuerySet[Referral]:
    """Those whose time is over and whose end nobody has noted."""
    return Referral.objects.filter(state=ReferralState.WAITING, until__lte=database_now()).select_related(
        "case__key", "case__subject"
    )


def open_case_of(kind: CaseKind, campaign: Campaign) -> Case | None:
    """The open case about any post of a campaign: all its posts are decided there."""
    found = Case.objects.filter(kind=kind, subject__campaign_post__campaign=campaign, state__in=OPEN_STATES)
    return found.select_related("subject").order_by("pk").first()


@dataclass(frozen=True)
class InboxLine:
    """An open order in the inbox, with the clock that ends first."""

    order: Order
    due_at: datetime
    stands_still: bool
    case: str
    claimed_by: str


def waiting_clocks(member: Member) -> QuerySet[Deadline, tuple[datetime, datetime | None, str, str, int]]:
    """Running clocks of open orders the member may know of, in the order they end."""
    if not has(member, Permission.ORDERS_ORDER_READ):
        return Deadline.objects.none().values_list(*_CLOCK)
    # Not through `cases_for`: said as below, the database walks along the running clocks, in their order, and stops
    # when the page is full. With NOT IN it would take half of them for hidden, and sort them all.
    hidden = hidden_keys(member).filter(key=OuterRef("case__key"))
    return (
        Deadline.objects.filter(met_at=None, case__kind=CaseKind.ORDER, case__state__in=OPEN_STATES)
        .exclude(Exists(hidden))
        .exclude(duty=KEEP_UNTIL)
        .order_by("ends_at", "pk")
        .values_list(*_CLOCK)
    )


_CLOCK = ("ends_at", "paused_at", "case__ref", "case__claimed_by", "case__bases__order")


def next_clocks(orders: Iterable[int]) -> dict[int, datetime]:
    """Of each of these orders (by number) the running clock that ends first; none where none runs."""
    rows = (
        Deadline.objects.filter(met_at=None, case__bases__order__in=orders, case__state__in=OPEN_STATES)
        .exclude(duty=KEEP_UNTIL)
        .values_list("case__bases__order")
        .annotate(Min("ends_at"))
    )
    return dict(rows)


def inbox(member: Member, *, limit: int = 50) -> Sequence[InboxLine]:
    """Open orders the member may know of, by time left: the clock that ends first drives the work.

    Reads running clocks only, from a partial index: however many orders were answered before, it takes as long.
    """
    found: dict[int, tuple[datetime, bool, str, str]] = {}
    for ends_at, paused_at, case, claimed_by, order in waiting_clocks(member)[: limit * 4]:
        if order not in found and len(found) < limit:
            found[order] = (ends_at, paused_at is not None, case, claimed_by)
    rows = Order.objects.select_related("key").in_bulk(list(found))
    return [InboxLine(rows[pk], *line) for pk, line in found.items()]
