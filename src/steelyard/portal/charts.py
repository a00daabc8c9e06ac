"""Charts as plain shapes, drawn on the server: they work without JavaScript, print, and can be searched.

The shapes stretch with the page; every word and number stands beside them in HTML, so that nothing shrinks
on a narrow screen and a screen reader reads the table instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import log, sqrt
from statistics import median
from typing import ClassVar

from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT = 600, 100
WEEK = 7


@dataclass(frozen=True)
class Bar:
    """One bar, in the chart's own units; `day` and `value` say what it stands for."""

    x: float
    y: float
    width: float
    height: float
    day: date
    value: int


@dataclass(frozen=True)
class Mark:
    """An event beside the days: where it stands in the chart, its number there, its day and what it was."""

    x: float
    number: int
    day: date
    what: str


Event = tuple[date, str]


@dataclass(frozen=True)
class DailyBars:
    """Thin bars from zero, one a day, oldest first; gridlines where weeks begin; a line of 7-day medians."""

    template: ClassVar = "portal/bars.html"
    bars: tuple[Bar, ...]
    weeks: tuple[float, ...]
    line: str
    top: int
    first: date
    last: date
    marks: tuple[Mark, ...] = ()

    @property
    def drawn(self) -> SafeString:
        """The bars and the gridlines as two paths: ninety elements less for a telephone to lay out."""
        weeks = _upright(self.weeks)
        bars = "".join(f"M{bar.x} {HEIGHT}V{bar.y}h{bar.width}V{HEIGHT}z" for bar in self.bars if bar.height)
        return mark_safe(  # noqa: S308 - numbers that we computed
            f'<path class="grid" d="{weeks}" vector-effect="non-scaling-stroke"/><path class="bar" d="{bars}"/>'
        )


@dataclass(frozen=True)
class DailyLine:
    """A value a day from zero to `top`, as a line with a gap where there was none; the goal dashed."""

    template: ClassVar = "portal/line.html"
    path: str
    goal: float
    weeks: tuple[float, ...]
    top: str
    first: date
    last: date
    marks: tuple[Mark, ...] = ()

    @property
    def drawn(self) -> SafeString:
        return mark_safe(  # noqa: S308 - numbers that we computed
            f'<path class="grid" d="{_upright(self.weeks)}" vector-effect="non-scaling-stroke"/>'
            f'<path class="goal" d="M0 {self.goal}H{WIDTH}" vector-effect="non-scaling-stroke"/>'
            f'<path class="line" d="{self.path}" vector-effect="non-scaling-stroke"/>'
        )


def _upright(places: Sequence[float]) -> str:
    return "".join(f"M{x} 0V{HEIGHT}" for x in places)


def daily_line(
    values: Sequence[tuple[date, float | None]],
    goal: float,
    top: float,
    shown: str,
    events: Sequence[Event] = (),
) -> DailyLine | None:
    """The chart of a value per day, each a step as wide as its day; None when there is no day to show."""
    if not values:
        return None
    step = WIDTH / max(len(values), 30)
    path, before = "", None
    for at, (_, value) in enumerate(values):
        if value is not None:
            joins = "V" if before is not None else f"M{at * step:.2f} "
            path += f"{joins}{_y(value, top)}H{(at + 1) * step:.2f}"
        before = value
    days = [day for day, _ in values]
    return DailyLine(
        path, _y(goal, top), _weeks(days, step), shown, days[0], days[-1], _marks(days, step, events)
    )


def _weeks(days: Sequence[date], step: float) -> tuple[float, ...]:
    return tuple(round(at * step, 2) for at, day in enumerate(days) if day.isoweekday() == 1)


def _marks(days: Sequence[date], step: float, events: Sequence[Event]) -> tuple[Mark, ...]:
    """Events on the days drawn, numbered from the oldest; those of one day share a place."""
    places = {day: at for at, day in enumerate(days)}
    here = [(day, what) for day, what in sorted(events) if day in places]
    return tuple(
        Mark(round((places[day] + 0.5) * step, 2), number, day, what)
        for number, (day, what) in enumerate(here, 1)
    )


def daily_bars(values: Sequence[tuple[date, int]], events: Sequence[Event] = ()) -> DailyBars | None:
    """The chart of a count per day; None when there is no day to show."""
    if not values:
        return None
    top = max(1, *(value for _, value in values))
    step = WIDTH / max(len(values), 30)  # a few days stay thin bars, not walls
    bars = tuple(
        Bar(
            round(at * step + step * 0.15, 2),
            _y(value, top),
            round(step * 0.7, 2),
            _height(value, top),
            day,
            value,
        )
        for at, (day, value) in enumerate(values)
    )
    days = [day for day, _ in values]
    line = _medians(values, step, top)
    return DailyBars(bars, _weeks(days, step), line, top, days[0], days[-1], _marks(days, step, events))


def _medians(values: Sequence[tuple[date, int]], step: float, top: int) -> str:
    """Points of a polyline: the median of each day and the six before it, from the seventh day on."""
    counts = [value for _, value in values]
    points = (
        (at * step + step / 2, _y(median(counts[at - WEEK + 1 : at + 1]), top))
        for at in range(WEEK - 1, len(counts))
    )
    return " ".join(f"{x:.2f},{y}" for x, y in points)


def _height(value: float, top: int) -> float:
    return round(HEIGHT * value / top, 2)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - HEIGHT * value / top, 2)


@dataclass(frozen=True)
class Whisker:
    """Where a tenth, half and nine tenths lie, in percent of a logarithmic axis; and the promised limit, if any."""

    p10: float
    p50: float
    p90: float
    limit: float | None = None


def whisker(p10: float, p50: float, p90: float, longest: float, limit: float | None = None) -> Whisker:
    """Minutes on a logarithmic axis from one minute to `longest`."""

    def at(minutes: float) -> float:
        return round(100 * log(max(1, minutes)) / log(max(2, longest)), 2)

    return Whisker(at(p10), at(p50), at(p90), at(limit) if limit else None)


def interval(good: int, n: int) -> tuple[float, float]:
    """Wilson's 95% interval of a share, in percent. (0, 100) when nothing was counted."""
    if not n:
        return 0.0, 100.0
    z, share = 1.96, good / n
    middle, spread = share + z * z / (2 * n), z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)
    return round(100 * max(0.0, low), 1), round(100 * min(1.0, high), 1)
