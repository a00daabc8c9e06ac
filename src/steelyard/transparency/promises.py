"""Our promises: dated goals, each with the figure behind it, read anew with every published day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum

from steelyard.rulebook.queries import promises as goals
from steelyard.transparency.models import DayCount, DayReport, DayTime, Reading

OVER = 30
"""Days that a reading looks back over."""


@dataclass(frozen=True)
class Promise:
    id: str
    since: date
    by: date
    texts: Mapping[str, str]
    target: float
    at_most: bool
    share: bool
    readings: tuple[tuple[date, float | None, bool | None], ...]
    """Oldest first, only where something changed, and the newest."""

    def text(self, language: str) -> str:
        return self.texts.get(language, self.texts["en"])

    @property
    def newest(self) -> tuple[date, float | None, bool | None] | None:
        return self.readings[-1] if self.readings else None


def read_all(day: date) -> list[str]:
    """Read every goal on `day` and keep it. Returns those that moved: kept now and not before, or the other way,
    or worded anew. Inside the caller's transaction; safe to repeat."""
    moved = []
    for id_, goal in goals().items():
        before = Reading.objects.filter(promise=id_, day__lt=day).order_by("-day").first()
        value = _measured(goal["measure"], day)
        kept = None if value is None else _kept(goal["measure"], value)
        Reading.objects.update_or_create(
            promise=id_, day=day, defaults={"value": value, "kept": kept, "since": goal["since"]}
        )
        if (
            before is None
            or before.since != goal["since"]
            or (kept is not None and kept != _last_known(id_, day))
        ):
            moved.append(id_)
    return moved


def _last_known(id_: str, day: date) -> bool | None:
    found = Reading.objects.filter(promise=id_, day__lt=day).exclude(kept=None).order_by("-day").first()
    return found.kept if found else None


def _kept(measure: Mapping[str, Any], value: float) -> bool:
    return bool(value <= measure["at_most"] if "at_most" in measure else value >= measure["at_least"])


def _measured(measure: Mapping[str, Any], day: date) -> float | None:
    return _MEASURES[measure["kind"]](measure, day - timedelta(days=OVER - 1), day)


def _red_lines_granted(measure: Mapping[str, Any], first: date, last: date) -> float | None:
    """There is no action that grants one; if there ever were, its entry would be counted here."""
    rows = DayCount.objects.filter(type="orders:redline:granted", day__gte=first, day__lte=last)
    return float(rows.aggregate(all=Sum("n"))["all"] or 0)


def _within(measure: Mapping[str, Any], first: date, last: date) -> float | None:
    rows = DayTime.objects.filter(what=measure["what"], day__gte=first, day__lte=last)
    count = rows.aggregate(all=Sum("n"))["all"] or 0
    if not count:
        return None
    in_time = rows.filter(minutes__lte=measure["minutes"]).aggregate(all=Sum("n"))["all"] or 0
    return float(in_time / count)


def _days_published(measure: Mapping[str, Any], first: date, last: date) -> float | None:
    oldest = DayReport.objects.order_by("day").values_list("day", flat=True).first()
    start = max(first, oldest) if oldest else last
    published = DayReport.objects.filter(day__gte=start, day__lte=last).values("day").distinct().count()
    return float(min(1.0, published / ((last - start).days + 1)))


_MEASURES = {"red_lines_granted": _red_lines_granted, "within": _within, "days_published": _days_published}


def all_promises() -> list[Promise]:
    """Every goal with where it stands and how it got there."""
    kept: dict[str, list[tuple[date, float | None, bool | None]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TURNS)
        for promise, *turn in cursor.fetchall():
            kept.setdefault(promise, []).append((turn[0], turn[1], turn[2]))
    return [_promise(id_, goal, kept.get(id_, [])[-MOST_TURNS:]) for id_, goal in goals().items()]


MOST_TURNS = 50
_TURNS = """
    SELECT promise, day, value, kept FROM (
        SELECT *, lag(kept) OVER w AS before, lead(day) OVER w AS next, row_number() OVER w AS place
        FROM transparency_reading WINDOW w AS (PARTITION BY promise ORDER BY day)) AS reading
    WHERE place = 1 OR next IS NULL OR kept IS DISTINCT FROM before ORDER BY promise, day
"""


def _promise(
    id_: str, goal: Mapping[str, Any], found: list[tuple[date, float | None, bool | None]]
) -> Promise:
    measure = goal["measure"]
    return Promise(
        id=id_, since=goal["since"], by=goal["by"],
        texts={key: value for key, value in goal.items() if isinstance(value, str)},
        target=float(measure.get("at_most", measure.get("at_least", 0))), at_most="at_most" in measure,
        share=measure["kind"] != "red_lines_granted", readings=tuple(found),
    )  # fmt: skip
