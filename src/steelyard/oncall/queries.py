"""Who is on call, what rings, what came of it, and the figures of a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from steelyard.base.clock import database_now
from steelyard.oncall.access import rings_for
from steelyard.oncall.models import Call, Emergency, Heartbeat, Override, Reach, Ring, Turn
from steelyard.oncall.rota import Span, everybody, gaps, on_call, spans
from steelyard.oncall.states import RingState, Verdict
from steelyard.people.access import has, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact


@dataclass(frozen=True)
class Figures:
    """What a day's rings came to. Sealed matters are in none of it; drills have figures of their own."""

    rings: int
    acknowledged: int
    in_time: int
    """Acknowledged by the first person, within the time we promise."""
    unanswered: int
    """Still ringing when the figures were made."""
    missed: int
    """People who were rung and did not answer in time."""
    median_seconds: float | None
    slowest_seconds: float | None


@dataclass(frozen=True)
class RingLine:
    ref: str
    about_type: str
    about_ref: str
    reason: str
    urgency: str
    drill: bool
    state: str
    rung_at: datetime
    answered_after: timedelta | None
    answered_by: str
    people: Sequence[str]
    """Handles, in the order in which they were rung"""
    missed: int
    mine: bool


@dataclass(frozen=True)
class Rota:
    spans: Sequence[Span]
    gaps: Sequence[tuple[datetime, datetime]]
    turns: Sequence[Turn]
    overrides: Sequence[Override]
    reaches: Sequence[Reach]
    unreachable: Sequence[str]
    """Handles of people in the rota who have given no address"""
    now: Sequence[Member]


_TOLD = """\
r.rung_at >= :first AND r.rung_at < :after AND r.drill = :drill AND NOT r.sealed
AND NOT EXISTS (SELECT 1 FROM ledger_sealedkey AS k WHERE k.key_id = r.key_id)"""
COUNTED = f"""\
SELECT count(*) AS rings, count(r.acknowledged_at) AS acknowledged,
count(*) FILTER (WHERE r.acknowledged_at - r.rung_at <= :promised) AS in_time,
count(*) - count(r.acknowledged_at) AS unanswered,
(SELECT count(DISTINCT (c.ring_id, c.round, c.member_id)) FROM oncall_call AS c
 JOIN oncall_ring AS r ON r.id = c.ring_id WHERE c.missed_at IS NOT NULL AND {_TOLD}) AS missed,
percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.acknowledged_at - r.rung_at)) AS median_seconds,
max(extract(epoch FROM r.acknowledged_at - r.rung_at))::float AS slowest_seconds
FROM oncall_ring AS r WHERE {_TOLD}"""  # noqa: S608 (constants)
"""The figures of a day as they are printed beside them; `:promised` is the time within which we promise to answer."""


def figures(day: date, *, drill: bool = False) -> Figures:
    """The figures of a UTC day, for the public page: the printed query as it is."""
    start = datetime.combine(day, time.min, UTC)
    given: dict[str, Any] = {"first": start, "after": start + timedelta(days=1), "drill": drill,
             "promised": fact("house.ring_acknowledged", day).period()}  # fmt: skip
    sql = re.sub(r"(?<!:):([a-z]+)", r"%(\1)s", COUNTED)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return Figures(*cursor.fetchone())


@dataclass(frozen=True)
class Scored:
    """How one played emergency was dealt with."""

    month: str
    played: str
    """real or forged"""
    at: datetime
    answered_after: timedelta | None
    called_back_after: timedelta | None
    verdict: str
    right: bool | None
    """Whether the verdict fits what was played; None while there is none."""


def scorecards(*, limit: int = 24) -> list[Scored]:
    """The drills, newest first. Public: nothing in them was real."""
    rows = list(
        Emergency.objects.exclude(drill="").prefetch_related("call_backs").order_by("-arrived_at")[:limit]
    )
    rings = {
        ring.about_ref: ring.acknowledged_at
        for ring in Ring.objects.filter(about_ref__in=[row.ref for row in rows], drill=True)
    }
    return [_scored(row, rings.get(row.ref)) for row in rows]


def _scored(row: Emergency, answered: datetime | None) -> Scored:
    called = min((call.at for call in row.call_backs.all()), default=None)
    fits = {"real": {Verdict.HANDED_ON}, "forged": {Verdict.FORGED}}[row.drill]
    return Scored(
        row.drill_month, row.drill, row.arrived_at, answered - row.arrived_at if answered else None,
        called - row.arrived_at if called else None, row.verdict, row.verdict in fits if row.verdict else None,
    )  # fmt: skip


def is_on_call(member: Member) -> bool:
    return member.pk in {one.pk for one in on_call(database_now())}


def rings_now(member: Member) -> list[RingLine]:
    """What rings at this moment, the oldest first."""
    return _lines(member, rings_for(member).filter(state=RingState.RINGING).order_by("rung_at"))


def talked_about(member: Member, *, limit: int = 100) -> list[RingLine]:
    """The latest rings, newest first."""
    return _lines(member, rings_for(member).order_by("-rung_at")[:limit])


def rota(member: Member, *, days: int = 14) -> Rota:
    """Who is on call for the next `days`, where nobody is, and what it is made of."""
    require(member, Permission.ONCALL_RING_ANSWER)
    moment = database_now()
    turns = Turn.objects.select_related("member").filter(Q(last_day=None) | Q(last_day__gte=moment.date()))
    until = moment + timedelta(days=days)
    found = spans(moment, until)
    reaches = list(Reach.objects.select_related("member").order_by("member__handle"))
    known = {reach.member_id for reach in reaches}
    return Rota(
        spans=found, gaps=gaps(moment, until), turns=list(turns.order_by("rank", "pk")),
        overrides=list(
            Override.objects.select_related("member").filter(ends_at__gt=moment, withdrawn_at=None)
        ),
        reaches=reaches,
        unreachable=sorted({span.member.handle for span in found if span.member.pk not in known}),
        now=on_call(moment),
    )  # fmt: skip


def missing_from_rota(*, days: int = 7) -> list[tuple[datetime, datetime]]:
    """The times of the next `days` when nobody is on call."""
    moment = database_now()
    return gaps(moment, moment + timedelta(days=days))


def silent() -> Sequence[Heartbeat]:
    """Keepers of time that have given no sign of life for too long."""
    moment = database_now()
    limit = fact("house.keeper_silent", moment.date()).period()
    return list(Heartbeat.objects.exclude(name="rota").filter(at__lt=moment - limit))


def keepers() -> Sequence[Heartbeat]:
    """Everybody who keeps time, for the doctor."""
    return list(Heartbeat.objects.exclude(name="rota"))


def unanswered() -> int:
    """Rings that nobody has answered yet. For the doctor: a number, sealed ones included, nothing else."""
    return Ring.objects.filter(state=RingState.RINGING).count()


def anybody_reachable() -> bool:
    return Reach.objects.exists()


def _lines(member: Member, rows: QuerySet[Ring]) -> list[RingLine]:
    found = list(rows)
    calls = Call.objects.filter(ring__in=found).select_related("member").order_by("round", "pk")
    by_ring: dict[int, list[Call]] = {row.pk: [] for row in found}
    for call in calls:
        by_ring[call.ring_id].append(call)
    return [_line(member, row, by_ring[row.pk]) for row in found]


def _line(member: Member, row: Ring, calls: Sequence[Call]) -> RingLine:
    return RingLine(
        row.ref, row.about_type, row.about_ref, row.reason, row.urgency, row.drill, row.state, row.rung_at,
        row.acknowledged_at - row.rung_at if row.acknowledged_at else None,
        row.acknowledged_by.handle if row.acknowledged_by else "",
        list(dict.fromkeys(call.member.handle for call in calls)),
        len({(call.round, call.member_id) for call in calls if call.missed_at}),
        any(call.member_id == member.pk for call in calls),
    )  # fmt: skip


def may_edit(member: Member) -> bool:
    return has(member, Permission.ONCALL_ROTA_EDIT)


def able() -> list[Member]:
    """Everybody who can be put into the rota, by handle."""
    return sorted(everybody(Permission.ONCALL_RING_ANSWER), key=lambda member: member.handle)


def reachable(member: Member) -> bool:
    return Reach.objects.filter(member=member).exists()
