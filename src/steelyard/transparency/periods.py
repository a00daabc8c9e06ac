"""The periods a page can show: the last 30 published days, twelve months, a year, everything."""

from dataclasses import dataclass
from datetime import date, timedelta

from steelyard.base.errors import NoSuchThing
from steelyard.transparency.models import DayReport

LAST_DAYS, LAST_YEAR, EVERYTHING = "30d", "12m", "all"


@dataclass(frozen=True)
class Period:
    id: str
    first: date
    last: date
    whole_months: bool
    """Counted from the sums of months, `first` and `last` being first days of months."""


def newest_day() -> date | None:
    return DayReport.objects.order_by("-day").values_list("day", flat=True).first()


def oldest_day() -> date | None:
    return DayReport.objects.order_by("day").values_list("day", flat=True).first()


def period(id_: str) -> Period:
    """The period of this name, ending with the newest published day. Raises NoSuchThing."""
    last, first = newest_day(), oldest_day()
    if last is None or first is None:
        last = first = date(1970, 1, 1)
    month = last.replace(day=1)
    if id_ == LAST_DAYS:
        return Period(id_, last - timedelta(days=29), last, False)
    if id_ == LAST_YEAR:
        return Period(id_, _months_before(month, 11), month, True)
    if id_ == EVERYTHING:
        return Period(id_, first.replace(day=1), month, True)
    if id_.isdecimal() and first.year <= int(id_) <= last.year:
        return Period(id_, date(int(id_), 1, 1), date(int(id_), 12, 1), True)
    raise NoSuchThing("There is no such period.")


def periods() -> list[str]:
    """The names of all periods, the shortest first, then years, the newest first."""
    last, first = newest_day(), oldest_day()
    years = range(last.year, first.year - 1, -1) if last and first else ()
    return [LAST_DAYS, LAST_YEAR, *map(str, years), EVERYTHING]


def _months_before(month: date, count: int) -> date:
    at = month.year * 12 + month.month - 1 - count
    return date(at // 12, at % 12 + 1, 1)
