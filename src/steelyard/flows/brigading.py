"""Crowds: who among the reporters of crowded items acts as one, and what waits behind because only they reported it.

Nothing is removed, restored or thrown away by this. People see the clusters with their reasons beside the case, and
a case that rests on one cluster alone waits behind the others for a stated share of its clock (`house.puppets`); the
clock runs on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from steelyard.base.clock import database_now, now
from steelyard.cases.actions import note_crowds
from steelyard.cases.models import Basis, Case
from steelyard.cases.puppets import Bounds, Cluster, Report, clusters
from steelyard.cases.states import OPEN_STATES, CaseKind
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact, harms


@dataclass(frozen=True)
class Crowd:
    """What a reviewer sees beside a case with many reports."""

    reports: int
    as_one: int
    """Reports by reporters who act as one"""
    clusters: tuple[Cluster, ...]


def look_for_puppets() -> list[Cluster]:
    """Find the clusters and note which open cases rest on one alone. Safe to run again, whenever."""
    found = clusters(_reports(), _bounds())
    members = {reporter for one in found for reporter in one.reporters}
    with transaction.atomic():
        note_crowds(_named_by_others(members), _every_open())
    return found


def crowd_of(case: Case) -> Crowd | None:
    """The clusters among those who reported this case's subject; None while it is no crowd."""
    mine = _notices([case.pk])
    if case.subject_id is None or len(mine) < _bounds().crowd:
        return None
    reporters = {_reporter(notice) for _case, notice in mine}
    found = tuple(one for one in clusters(_reports(), _bounds()) if one.reporters & reporters)
    as_one = {reporter for one in found for reporter in one.reporters}
    return Crowd(len(mine), sum(_reporter(notice) in as_one for _case, notice in mine), found)


def _bounds() -> Bounds:
    given = fact("house.puppets", now().date()).value
    return Bounds(
        crowd=given["crowd"], shared=given["shared"], within=timedelta(minutes=given["within_minutes"]),
        alike=given["alike"], young=given["young_days"], least=given["least"],
    )  # fmt: skip


def _every_open() -> list[int]:
    return list(Case.objects.filter(kind=CaseKind.NOTICE, state__in=OPEN_STATES).values_list("pk", flat=True))


def _crowded() -> list[int]:
    """Cases of the days we look back over with as many notices as make a crowd. One query, whatever the load."""
    since = database_now() - timedelta(days=fact("house.puppets", now().date()).value["looked_back_days"])
    found = Case.objects.filter(kind=CaseKind.NOTICE, created_at__gte=since).annotate(
        many=Count("bases__notice")
    )
    return list(found.filter(many__gte=_bounds().crowd).values_list("pk", flat=True))


def _notices(cases: Sequence[int]) -> list[tuple[Case, Notice]]:
    rows = Basis.objects.filter(case__in=cases).exclude(notice=None).select_related("case", "notice__key")
    return [(row.case, row.notice) for row in rows if row.notice]


def _reports() -> list[Report]:
    """The reports on crowded cases, opened for this comparison alone."""
    return [
        Report(reporter, str(case.subject_id), notice.created_at, told(notice).explanation, _age(notice))
        for case, notice in _notices(_crowded())
        if case.subject_id and (reporter := _reporter(notice))
    ]


def _age(notice: Notice) -> float | None:
    """Days between the making of the account and its report; None where the platform does not say."""
    since = told(notice).reporter_since
    return (notice.created_at - datetime.fromisoformat(since)).total_seconds() / 86400 if since else None


def _reporter(notice: Notice) -> str:
    """Who it was: the platform's account, the partner, or the address; "" for somebody without a name."""
    if notice.partner_id:
        return ""  # a partner answers for its notices itself
    given = told(notice)
    return given.reporter or given.email.casefold()


def _named_by_others(members: set[str]) -> dict[int, str]:
    """For each crowded case the gravest harm named by somebody who acts as one with nobody; "" where there is none."""
    found: dict[int, str] = {}
    for case, notice in _notices(_crowded()):
        before = found.setdefault(case.pk, "")
        if _reporter(notice) not in members and (
            not before or harms()[notice.harm].severity > harms()[before].severity
        ):
            found[case.pk] = notice.harm
    return found
