"""The periods a page can show: the last 30 published days, twelve months, a year, everything, or between two dates.

The named ones move with each published day and are summed up when it is published (`sums.freeze`); one that names its
dates never moves: it is what a permanent address holds.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Min

from steelyard.base.errors import NoSuchThing
from steelyard.transparency.models import DayReport, PeriodCount

LAST_DAYS, LAST_YEAR, EVERYTHING = "30d", "12m", "all"
MOST_DAYS = 92
"""Of a period that names its days; a longer one names months, which are kept as sums"""
_DAY, _MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d")


@dataclass(frozen=True)
class Period:
    id: str
    first: date
    last: date
    whole_months: bool
    """Counted from the sums of months, `first` and `last` being first days of months."""
    frozen: bool = False
    """Summed up when the newest day was published"""

    @property
    def last_day(self) -> date:
        if not self.whole_months:
            return self.last
        return self.last.replace(day=monthrange(self.last.year, self.last.month)[1])

    @property
    def by_days(self) -> bool:
        """Between two days that its name holds."""
        return self.id == self.fixed and not self.whole_months

    @property
    def fixed(self) -> str:
        """The same period by its dates: the name that still means it tomorrow."""
        first, last = self.first.isoformat(), self.last.isoformat()
        return f"{first[:7]}_{last[:7]}" if self.whole_months else f"{first}_{last}"


def span() -> tuple[date, date] | None:
    """The first and the newest published day; None before the first."""
    found = DayReport.objects.aggregate(first=Min("day"), last=Max("day"))
    return (found["first"], found["last"]) if found["first"] else None


def newest_day() -> date | None:
    found = span()
    return found[1] if found else None


def period(id_: str) -> Period:
    """The period of this name, ending with the newest published day, or between its dates. Raises NoSuchThing."""
    first, last = span() or (date(1970, 1, 1), date(1970, 1, 1))
    found = named(id_, first, last)
    if found is None:
        return _between(id_)
    return Period(*found, frozen=PeriodCount.objects.filter(period=id_).exists())


def named(id_: str, first: date, last: date) -> tuple[str, date, date, bool] | None:
    """A period that goes by a name, when `first` and `last` are published: its name, its bounds, whether in months."""
    month = last.replace(day=1)
    if id_ == LAST_DAYS:
        return id_, last - timedelta(days=29), last, False
    if id_ == LAST_YEAR:
        return id_, _months_before(month, 11), month, True
    if id_ == EVERYTHING:
        return id_, first.replace(day=1), month, True
    if id_.isdecimal() and first.year <= int(id_) <= last.year:
        return id_, date(int(id_), 1, 1), date(int(id_), 12, 1), True
    return None


def _between(id_: str) -> Period:
    """`2026-11-01_2026-11-30` or `2026-01_2026-11`; one day or month alone is a period too."""
    ends = id_.split("_")
    months = all(_MONTH.fullmatch(end) for end in ends)
    if len(ends) > 2 or not (months or all(_DAY.fullmatch(end) for end in ends)):  # noqa: PLR2004 - two ends
        raise _no_such_period()
    try:
        first, last = (date.fromisoformat(f"{end}-01" if months else end) for end in (ends[0], ends[-1]))
    except ValueError:
        raise _no_such_period() from None
    if first > last or (not months and (last - first).days >= MOST_DAYS):
        raise _no_such_period()
    return Period(id_, first, last, months)


def _no_such_period() -> NoSuchThing:
    return NoSuchThing("There is no such period.")


def periods() -> list[str]:
    """The names of all periods, the shortest first, then years, the newest first."""
    found = span()
    years = range(found[1].year, found[0].year - 1, -1) if found else ()
    return [LAST_DAYS, LAST_YEAR, *map(str, years), EVERYTHING]


def _months_before(month: date, count: int) -> date:
    at = month.year * 12 + month.month - 1 - count
    return date(at // 12, at % 12 + 1, 1)
