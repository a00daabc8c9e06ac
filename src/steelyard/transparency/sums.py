"""Figures over a day or a longer period, from the counts that are kept per day and per month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Sum

from steelyard.transparency.cube import COLUMNS, Cell, cell
from steelyard.transparency.figures import Figure
from steelyard.transparency.models import DayCount, DayReport, DayTime, MonthCount, PeriodTime
from steelyard.transparency.periods import EVERYTHING, LAST_DAYS, LAST_YEAR, Period, named, span
from steelyard.transparency.times import Took, merged, read

_COLUMNS = ", ".join(COLUMNS)
_TYPED = ", ".join(f"{name} {'int' if name == 'reversal' else 'text'}" for name in COLUMNS)
_GIVEN = f"WITH counts AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS c ({_TYPED}, n bigint))\n"  # noqa: S608
_DAYS = "WITH counts AS (SELECT * FROM transparency_daycount WHERE day BETWEEN %s AND %s)\n"
_MONTHS = "WITH counts AS (SELECT * FROM transparency_monthcount WHERE month BETWEEN %s AND %s)\n"
_FROZEN = "WITH counts AS (SELECT * FROM transparency_periodcount WHERE period = %s)\n"
Row = tuple[Any, ...]


def of_cells(figure: Figure, lines: Iterable[Cell]) -> tuple[tuple[str, ...], list[Row]]:
    """Columns and rows of a figure over these lines: the printed query, run as it is printed."""
    return _run(_GIVEN + figure.sql, [msgspec.json.encode(list(lines)).decode()])


def over(figure: Figure, period: Period) -> list[Row]:
    """A figure over a period of published days or whole months."""
    head, values = _counts(period)
    return _run(head + figure.sql, values)[1]


def _counts(period: Period) -> tuple[str, list[Any]]:
    """The table `counts` of a period, and its parameters."""
    if period.frozen:
        return _FROZEN, [period.id]
    return (_MONTHS if period.whole_months else _DAYS), [period.first, period.last]


def narrowed(figure: Figure, period: Period, **equal: str) -> list[Row]:
    """The same, of those lines alone whose column has this value: `country="FR"`."""
    where = " AND ".join([figure.where, *(f"{name} = %s" for name in equal)])
    sql = replace(figure, where=where.replace("%'", "%%'")).sql
    head, values = _counts(period)
    return _run(head + sql, [*values, *equal.values()], escaped=True)[1]


def daily(figure: Figure, first: date, last: date, **equal: str) -> list[tuple[date, int]]:
    """The sum of a figure on each published day, oldest first; days without any are zero."""
    where = " AND ".join([_escaped(figure.where), *(f"{name} = %s" for name in equal)])
    sql = (
        f"SELECT day, sum(n) FROM transparency_daycount WHERE day BETWEEN %s AND %s AND {where} GROUP BY day"  # noqa: S608
    )
    counted: dict[date, int] = dict(_run(sql, [first, last, *equal.values()], escaped=True)[1])
    published = DayReport.objects.filter(day__gte=first, day__lte=last).order_by("day")
    return [(day, counted.get(day, 0)) for day in published.values_list("day", flat=True).distinct()]


MOST_LINES = 200


def refusals(period: Period) -> list[Row]:
    """(day, country, instrument, harm, ground, n) of each day's refused orders, the newest first."""
    rows = DayCount.objects.filter(
        type="orders:order:refused", day__gte=period.first, day__lte=period.last_day
    )
    names = ("day", "country", "instrument", "harm", "ground")
    return list(rows.values_list(*names).annotate(all=Sum("n")).order_by("-day", *names[1:])[:MOST_LINES])


def times(period: Period) -> list[Took]:
    """How long things took that ended in the period. Months reach to their last day."""
    rows = (
        PeriodTime.objects.filter(period=period.id)
        if period.frozen
        else DayTime.objects.filter(day__gte=period.first, day__lte=period.last_day)
    ).values_list("what", "key", "minutes")
    return read(merged(rows.annotate(all=Sum("n")).order_by()))


def times_told(day: date) -> Counter[tuple[str, str, int]]:
    """What the day's versions have said so far. A matter that is sealed afterwards stays in it: a later version
    that left it out would tell, by subtraction, that there is such a matter and when it was answered."""
    return merged(DayTime.objects.filter(day=day).values_list("what", "key", "minutes", "n"))


def freeze(day: date) -> None:
    """Sum up every named period that the version of `day` just published is part of. Inside the caller's transaction.

    A day is read by everybody and published once: what is summed here, no page sums again.
    """
    first, last = span() or (day, day)
    for id_ in (LAST_DAYS, LAST_YEAR, str(day.year), EVERYTHING):
        if found := named(id_, first, last):
            _freeze(Period(*found))


def _freeze(period: Period) -> None:
    table, of = ("monthcount", "month") if period.whole_months else ("daycount", "day")
    with connection.cursor() as cursor:
        for kept in ("periodcount", "periodtime"):
            cursor.execute(f"DELETE FROM transparency_{kept} WHERE period = %s", [period.id])  # noqa: S608
        cursor.execute(
            f"INSERT INTO transparency_periodcount (period, {_COLUMNS}, n) SELECT %s, {_COLUMNS}, sum(n)"  # noqa: S608
            f" FROM transparency_{table} WHERE {of} BETWEEN %s AND %s GROUP BY {_COLUMNS}",
            [period.id, period.first, period.last],
        )
        cursor.execute(
            "INSERT INTO transparency_periodtime (period, what, key, minutes, n)"
            " SELECT %s, what, key, minutes, sum(n) FROM transparency_daytime"
            " WHERE day BETWEEN %s AND %s GROUP BY what, key, minutes",
            [period.id, period.first, period.last_day],
        )


def _run(sql: str, values: Sequence[Any], *, escaped: bool = False) -> tuple[tuple[str, ...], list[Row]]:
    with connection.cursor() as cursor:
        cursor.execute(sql if escaped else _escaped(sql), values)
        columns = tuple(column.name for column in cursor.description or ())
        return columns, [(*row[:-1], int(row[-1])) for row in cursor.fetchall()]


def _escaped(sql: str) -> str:
    """The patterns of LIKE in the printed queries hold a percent sign, which the driver reads as a place."""
    return sql.replace("%'", "%%'")


def keep(day: date, lines: Iterable[Cell]) -> None:
    """Take a day's lines in place of those of an earlier version. Inside the caller's transaction."""
    DayCount.objects.filter(day=day).delete()
    DayCount.objects.bulk_create(
        (DayCount(day=day, **msgspec.structs.asdict(line)) for line in lines), batch_size=2000
    )
    _sum_month(day.replace(day=1))


def _sum_month(month: date) -> None:
    MonthCount.objects.filter(month=month).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO transparency_monthcount (month, {_COLUMNS}, n)"  # noqa: S608 (constants)
            f" SELECT %s, {_COLUMNS}, sum(n) FROM transparency_daycount"
            f" WHERE day >= %s AND day < (%s::date + interval '1 month') GROUP BY {_COLUMNS}",
            [month, month, month],
        )


def cells_of_month(day: date) -> tuple[list[Cell], int]:
    """The lines of the published days from the first of `day`'s month up to the day before it, and how many days."""
    rows = DayCount.objects.filter(day__gte=day.replace(day=1), day__lt=day)
    lines = [cell(row[:-1], row[-1]) for row in rows.values_list(*COLUMNS, "n")]
    return lines, rows.values("day").distinct().count()
