"""Who is on call at a moment: turns in their own time zones, and those who stand in for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from steelyard.oncall.models import Override, Turn
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.people.states import MemberState


@dataclass(frozen=True)
class Span:
    """Somebody is on call between two moments (UTC)."""

    starts_at: datetime
    ends_at: datetime
    member: Member
    rank: int
    stands_in: bool = False


def on_call(moment: datetime) -> list[Member]:
    """Everybody on call at `moment`, the first to be rung first. Empty: a gap."""
    found = spans(moment, moment + timedelta(microseconds=1))
    ordered = sorted(found, key=lambda span: (span.rank, not span.stands_in, span.member.pk))
    return list({span.member.pk: span.member for span in ordered}.values())


def spans(start: datetime, end: datetime) -> list[Span]:
    """Who is on call when between `start` and `end`, whole spans. Where somebody stands in, the turn is left out.

    Members who are suspended, or may no longer answer, are not on call, whatever the rota says.
    """
    overrides = [_stand_in(row) for row in _overrides(start, end)]
    found = [
        part
        for turn in Turn.objects.select_related("member").filter(
            Q(last_day=None) | Q(last_day__gte=start.date() - timedelta(days=2)), first_day__lte=end.date()
        )
        for span in _turns(turn, start, end)
        for part in _without(span, [one for one in overrides if one.rank == span.rank])
    ]
    able = [span for span in (*found, *overrides) if _can_answer(span.member)]
    return sorted(able, key=lambda span: (span.starts_at, span.rank))


def gaps(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The times between `start` and `end` when nobody is on call."""
    found, free = [], start
    for span in spans(start, end):
        if span.starts_at > free:
            found.append((free, min(span.starts_at, end)))
        free = max(free, span.ends_at)
    if free < end:
        found.append((free, end))
    return found


def everybody(permission: Permission) -> list[Member]:
    """All active members who hold `permission`."""
    active = Member.objects.filter(state=MemberState.ACTIVE).order_by("pk")
    return [member for member in active if permission in member.permissions]


def _can_answer(member: Member) -> bool:
    return Permission.ONCALL_RING_ANSWER in member.permissions


def _overrides(start: datetime, end: datetime) -> Sequence[Override]:
    rows = Override.objects.select_related("member").filter(starts_at__lt=end, ends_at__gt=start)
    return list(rows.filter(withdrawn_at=None))


def _stand_in(row: Override) -> Span:
    return Span(row.starts_at, row.ends_at, row.member, row.rank, stands_in=True)


def _turns(turn: Turn, start: datetime, end: datetime) -> Iterator[Span]:
    zone = ZoneInfo(turn.zone)
    day = max(turn.first_day, start.astimezone(zone).date() - timedelta(days=1))
    last = min(turn.last_day or date.max, end.astimezone(zone).date())
    while day <= last:
        if day.weekday() in turn.weekdays:
            span = _turn_on(turn, day, zone)
            if span.starts_at < end and span.ends_at > start:
                yield span
        day += timedelta(days=1)


def _turn_on(turn: Turn, day: date, zone: ZoneInfo) -> Span:
    """By the clock on that person's wall: a night in which the clocks change is an hour shorter or longer."""
    ends_on = day if turn.ends > turn.begins else day + timedelta(days=1)
    return Span(
        datetime.combine(day, turn.begins, zone).astimezone(UTC),
        datetime.combine(ends_on, turn.ends, zone).astimezone(UTC),
        turn.member,
        turn.rank,
    )


def _without(span: Span, others: Sequence[Span]) -> list[Span]:
    """The parts of a turn that nobody stands in for."""
    parts = [span]
    for other in others:
        parts = [
            Span(begin, finish, part.member, part.rank)
            for part in parts
            for begin, finish in (
                (part.starts_at, min(part.ends_at, other.starts_at)),
                (max(part.starts_at, other.ends_at), part.ends_at),
            )
            if begin < finish
        ]
    return parts
