"""Figures over a day or a longer period, from the counts that are kept per day and per month."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from steelyard.transparency.cube import COLUMNS, Cell, cell
from steelyard.transparency.figures import Figure
from steelyard.transparency.models import DayCount, MonthCount

_COLUMNS = ", ".join(COLUMNS)
_TYPED = ", ".join(f"{name} {'int' if name == 'reversal' else 'text'}" for name in COLUMNS)
_GIVEN = f"WITH counts AS (SELECT * FROM jsonb_to_recordset(%s::jsonb) AS c ({_TYPED}, n bigint))\n"  # noqa: S608
_DAYS = "WITH counts AS (SELECT * FROM transparency_daycount WHERE day BETWEEN %s AND %s)\n"
_MONTHS = "WITH counts AS (SELECT * FROM transparency_monthcount WHERE month BETWEEN %s AND %s)\n"
Row = tuple[Any, ...]


def of_cells(figure: Figure, lines: Iterable[Cell]) -> tuple[tuple[str, ...], list[Row]]:
    """Columns and rows of a figure over these lines: the printed query, run as it is printed."""
    return _run(_GIVEN + figure.sql, [msgspec.json.encode(list(lines)).decode()])


def of_days(figure: Figure, first: date, last: date) -> list[Row]:
    """A figure over published days."""
    return _run(_DAYS + figure.sql, [first, last])[1]


def of_months(figure: Figure, first: date, last: date) -> list[Row]:
    """A figure over whole months, each named by its first day."""
    return _run(_MONTHS + figure.sql, [first, last])[1]


def _run(sql: str, values: Sequence[Any]) -> tuple[tuple[str, ...], list[Row]]:
    with connection.cursor() as cursor:
        cursor.execute(_escaped(sql), values)
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
