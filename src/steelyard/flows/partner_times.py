"""How long partners wait for an outcome, all of them together: by area, language and region, and whether it is equal.

For the public site and for every scorecard. No partner is named, none is ranked, and a cell that rests on few lines or
on one partner alone is not shown: it would be that partner's own figure.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from steelyard.base.clock import now
from steelyard.rulebook.countries import region_of
from steelyard.rulebook.queries import fact
from steelyard.transparency.audited import rows_between
from steelyard.transparency.pieces import in_one_piece


@dataclass(frozen=True)
class Times:
    """Hours from arrival to decision of the lines in one cell that is large enough to be shown."""

    about: str
    """all, a harm's id, a language, or a region's number (rulebook.countries.region_name)"""
    lines: int
    median: float
    p90: float
    p95: float


@dataclass(frozen=True)
class PartnerTimes:
    since: datetime
    whole: Times | None
    """None while it would rest on too few lines or on one partner alone"""
    by_area: tuple[Times, ...]
    by_language: tuple[Times, ...]
    by_region: tuple[Times, ...]
    parity: float | None
    """The fastest language's median divided by the slowest one's; 1 is the same for everyone, None: cannot be said"""
    region_parity: float | None
    """The same of regions"""
    hidden: int
    """Cells that are too small to be shown"""


@dataclass(frozen=True)
class _One:
    harm: str
    language: str
    region: str
    partner: int
    hours: float


def partner_times(since: datetime | None = None) -> PartnerTimes:
    """Every decided line that arrived since then; without a day, of the last year. The printed query."""
    start = since or now() - timedelta(days=365)
    rows = list(_decided(start))
    whole, _none = _cells(rows, lambda one: "all")
    areas, left = _cells(rows, lambda one: one.harm)
    languages, left_too = _cells(rows, lambda one: one.language)
    regions, left_over = _cells(rows, lambda one: one.region)
    return PartnerTimes(
        since=start, whole=whole[0] if whole else None, by_area=areas, by_language=languages, by_region=regions,
        parity=_parity(languages), region_parity=_parity(regions), hidden=left + left_too + left_over,
    )  # fmt: skip


def percentile(times: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted times."""
    return round(times[min(len(times) - 1, int(share * len(times)))], 2)


def _decided(since: datetime) -> Iterable[_One]:
    """The newest case of each line's notice, once decided, and the first answer to it: as `read_batch` tells it."""
    rows = rows_between(in_one_piece()["partners_waited"], since, now())
    for harm, language, country, partner, came, at in rows:
        yield _One(harm, language, region_of(country), partner, max(0.0, (at - came).total_seconds() / 3600))


def _cells(rows: Iterable[_One], by: Callable[[_One], str]) -> tuple[tuple[Times, ...], int]:
    """The cells that may be shown, in the order of their names; and how many may not."""
    bounds = fact("house.partner_times", now().date()).value
    groups: dict[str, list[_One]] = defaultdict(list)
    for one in rows:
        if name := by(one):
            groups[name].append(one)
    large = {
        name: sorted(one.hours for one in group)
        for name, group in groups.items()
        if len(group) >= bounds["lines"] and len({one.partner for one in group}) >= bounds["partners"]
    }
    shown = tuple(
        Times(name, len(hours), round(median(hours), 2), percentile(hours, 0.9), percentile(hours, 0.95))
        for name, hours in sorted(large.items())
    )
    return shown, len(groups) - len(large)


def _parity(cells: Sequence[Times]) -> float | None:
    """One cell cannot be compared with another."""
    medians = [one.median for one in cells]
    if len(medians) < 2:  # noqa: PLR2004 - what the docstring says
        return None
    return round(min(medians) / max(medians), 2) if max(medians) else 1.0
