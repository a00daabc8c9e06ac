"""Our promises: dated goals, each with the figure behind it, read anew with every published day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection

from steelyard.rulebook.queries import promises as goals
from steelyard.transparency.figures import ANYONE, AUDITOR
from steelyard.transparency.models import Reading
from steelyard.transparency.periods import Period
from steelyard.transparency.suppression import LEAST

OVER = 30
"""Days that a reading looks back over."""


@dataclass(frozen=True)
class Read:
    """Where a promise stood on a day. Of a share: `good` of `n`, and `value` is their quotient."""

    day: date
    value: float | None
    """None where there was nothing to measure"""
    kept: bool | None
    good: int | None = None
    n: int | None = None


@dataclass(frozen=True)
class Promise:
    id: str
    since: date
    by: date
    texts: Mapping[str, str]
    target: float
    at_most: bool
    share: bool
    sql: str
    """The query behind each reading; `:first` and `:last` are the days that it looks at"""
    who: str
    newest: Read | None

    @property
    def figure(self) -> "Promised":
        return Promised(PREFIX + self.id, self.texts["en"], self.sql, self.who, self)

    def text(self, language: str) -> str:
        return self.texts.get(language, self.texts["en"])


PREFIX = "promise-"


@dataclass(frozen=True)
class Promised:
    """A promise's readings as a figure: a row a day, each over the thirty days that end with it."""

    id: str
    title: str
    sql: str
    who: str
    promise: Promise
    unit: str = "share of what is promised, or a number"
    columns: tuple[str, ...] = ("day", "value", "good", "n", "kept")


def read_all(day: date, *, complete: bool = True) -> list[str]:
    """Read every goal on `day` and keep it. Returns those that moved: kept now and not before, or the other way,
    or worded anew. A day that is not `complete` is no day that should have been published yet. Inside the caller's
    transaction; safe to repeat."""
    moved = []
    for id_, goal in goals().items():
        before = Reading.objects.filter(promise=id_, day__lt=day).order_by("-day").first()
        read = _read(goal["measure"], day, due=complete)
        Reading.objects.update_or_create(
            promise=id_, day=day,
            defaults={"value": read.value, "kept": read.kept, "good": read.good, "n": read.n, "since": goal["since"]},
        )  # fmt: skip
        if (
            before is None
            or before.since != goal["since"]
            or (read.kept is not None and read.kept != _last_known(id_, day))
        ):
            moved.append(id_)
    return moved


def _last_known(id_: str, day: date) -> bool | None:
    found = Reading.objects.filter(promise=id_, day__lt=day).exclude(kept=None).order_by("-day").first()
    return found.kept if found else None


def _read(measure: Mapping[str, Any], day: date, *, due: bool) -> Read:
    """The printed query, run over the thirty days that end with `day`; of what is published daily, with the last day
    that is `due`."""
    last = day if due or measure["kind"] != "days_published" else day - timedelta(days=1)
    sql = _sql(measure).replace(":first", "%(first)s::date").replace(":last", "%(last)s::date")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first": last - timedelta(days=OVER - 1), "last": last})
        good, n = cursor.fetchone()
    if measure["kind"] not in SHARES:
        return Read(day, float(good), _kept(measure, good))
    if n < (LEAST if measure["kind"] == "within" else 1):  # of fewer than five people nothing is told
        return Read(day, None, None)
    value = min(1.0, good / n)
    return Read(day, value, _kept(measure, value), int(good), int(n))


def _kept(measure: Mapping[str, Any], value: float) -> bool:
    return bool(value <= measure["at_most"] if "at_most" in measure else value >= measure["at_least"])


SHARES = ("within", "days_published")
_QUERIES = {
    # There is no action that grants one; if there ever were, its entry would be counted here.
    "red_lines_granted": """\
SELECT coalesce(sum(n), 0) AS granted, NULL AS n FROM transparency_daycount
WHERE type = 'orders:redline:granted' AND day BETWEEN :first AND :last""",
    "within": """\
SELECT coalesce(sum(n) FILTER (WHERE minutes <= {minutes}), 0) AS good, coalesce(sum(n), 0) AS n
FROM transparency_daytime WHERE what = '{what}' AND day BETWEEN :first AND :last""",
    # A day is one version that was published, complete, before the day after it was over.
    "days_published": """\
SELECT count(DISTINCT day) FILTER (WHERE complete AND day >= :first AND created_at < day + 2) AS good,
CASE count(*) WHEN 0 THEN 0 ELSE :last - greatest(:first, min(day)) + 1 END AS n
FROM transparency_dayreport WHERE day <= :last""",
}


def _sql(measure: Mapping[str, Any]) -> str:
    return _QUERIES[measure["kind"]].format(**measure)


def all_promises() -> list[Promise]:
    """Every goal with where it stands."""
    return [_promise(id_, goal, _newest(id_)) for id_, goal in goals().items()]


def _newest(id_: str) -> Reading | None:
    """By its index: a question for all of them at once would read ten years."""
    return Reading.objects.filter(promise=id_).order_by("-day").first()


def promised(id_: str) -> Promised | None:
    """The figure of this id."""
    return next((one.figure for one in all_promises() if one.figure.id == id_), None)


def readings(id_: str, period: Period) -> list[Read]:
    """The readings of a promise on the published days of a period, oldest first."""
    rows = Reading.objects.filter(promise=id_, day__gte=period.first, day__lte=period.last_day).order_by(
        "day"
    )
    return [_as_read(row) for row in rows]


def turns(reads: Sequence[Read]) -> list[date]:
    """The days on which it began or ceased to be kept, of these readings, oldest first."""
    known = [read for read in reads if read.kept is not None]
    return [read.day for before, read in pairwise(known) if read.kept != before.kept]


def _as_read(row: Reading) -> Read:
    return Read(row.day, row.value, row.kept, row.good, row.n)


def _promise(id_: str, goal: Mapping[str, Any], newest: Reading | None) -> Promise:
    measure = goal["measure"]
    return Promise(
        id=id_, since=goal["since"], by=goal["by"],
        texts={key: value for key, value in goal.items() if isinstance(value, str)},
        target=float(measure.get("at_most", measure.get("at_least", 0))), at_most="at_most" in measure,
        share=measure["kind"] in SHARES, sql=_sql(measure),
        who=AUDITOR if measure["kind"] == "within" else ANYONE,
        newest=_as_read(newest) if newest else None,
    )  # fmt: skip
