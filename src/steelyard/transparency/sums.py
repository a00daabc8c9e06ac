"""Figures over a day or a longer period, from the counts that are kept per day and per month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Sum

from steelyard.transparency.cube import COLUMNS, Cell, cell
from steelyard.transparency.figures import Figure
from steelyard.transparency.models import DayCount, DayReport, DayTime, MonthCount, PeriodLanguage, PeriodTime
from steelyard.transparency.periods import EVERYTHING, LAST_DAYS, LAST_YEAR, Period, named, span
from steelyard.transparency.suppression import Shown
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
    head, values = _counts(period, by_day=figure.by == "day")
    return _run(head + figure.sql, values)[1]


def _counts(period: Period, *, by_day: bool) -> tuple[str, list[Any]]:
    """The table `counts` of a period, and its parameters."""
    if by_day:
        return _DAYS, [period.first, period.last_day]
    if period.frozen:
        return _FROZEN, [period.id]
    return (_MONTHS if period.whole_months else _DAYS), [period.first, period.last]


def daily(figure: Figure, period: Period) -> list[Row]:
    """(day, n) of a figure on each published day of a period, oldest first; days without any are zero."""
    counted: dict[date, int] = dict(over(figure.each_day(), period))
    published = DayReport.objects.filter(day__gte=period.first, day__lte=period.last_day).order_by("day")
    return [(day, counted.get(day, 0)) for day in published.values_list("day", flat=True).distinct()]


_LANGUAGES = """
    SELECT what, language, sum(n)::bigint AS n FROM (
        SELECT day, what, shown.key AS language, shown.value::bigint AS n
        FROM transparency_languagetable, jsonb_each_text(cells) AS shown
        UNION ALL SELECT day, what, '', others FROM transparency_languagetable) AS cell
    WHERE day BETWEEN %s AND %s GROUP BY what, language"""


def times(period: Period) -> list[Took]:
    """How long things took that ended in the period. Months reach to their last day."""
    rows = (
        PeriodTime.objects.filter(period=period.id)
        if period.frozen
        else DayTime.objects.filter(day__gte=period.first, day__lte=period.last_day)
    ).values_list("what", "key", "minutes")
    return read(merged(rows.annotate(all=Sum("n")).order_by()), period.last_day)


def languages(period: Period, what: str) -> Shown:
    """Languages over a period: the sum of what its days showed, and nothing else (`suppression`)."""
    if period.frozen:
        kept = PeriodLanguage.objects.filter(period=period.id, what=what).values_list("language", "n")
        cells = dict(kept)
    else:
        with connection.cursor() as cursor:
            cursor.execute(_LANGUAGES, [period.first, period.last_day])
            cells = {language: n for of, language, n in cursor.fetchall() if of == what}
    others = cells.pop("", 0)
    return Shown(cells, others)


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
        for kept in ("periodcount", "periodtime", "periodlanguage"):
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
        cursor.execute(
            "INSERT INTO transparency_periodlanguage (period, what, language, n)"  # noqa: S608
            f" SELECT %s, what, language, n FROM ({_LANGUAGES}) AS shown",
            [period.id, period.first, period.last_day],
        )


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
