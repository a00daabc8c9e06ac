"""What a published day looks like, and where it lies."""

from pathlib import Path

import msgspec

from steelyard.base.config import home
from steelyard.transparency.counting import HarmDay, Numbers
from steelyard.transparency.times import Took


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One figure: the query that was run on counts.csv, and what it gave."""

    title: str
    unit: str
    who: str
    """anyone: from the public ledger; auditor: from rows that are not public"""
    query: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]


class Languages(msgspec.Struct, frozen=True, kw_only=True):
    """Languages of the people concerned; small cells are hidden in `others` (see the decision on small cells)."""

    cells: dict[str, int]
    others: int


class Waited(msgspec.Struct, frozen=True, kw_only=True):
    """Hours that partners waited for an outcome, in one cell that is large enough to be shown."""

    about: str
    lines: int
    median: float
    p90: float
    p95: float


class PartnersWaited(msgspec.Struct, frozen=True, kw_only=True):
    """All partners together, none named; parity is the fastest median divided by the slowest one's."""

    since: str
    whole: Waited | None
    by_area: tuple[Waited, ...]
    by_language: tuple[Waited, ...]
    by_region: tuple[Waited, ...]
    parity: float | None
    region_parity: float | None
    hidden: int


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The published file."""

    service: str
    day: str
    version: int
    complete: bool
    """False while the day is still running."""
    counted_at: str
    log: dict[str, str | int]
    method: str
    excludes: str
    because: str
    numbers: Numbers
    figures: dict[str, Table] = {}
    times: tuple[Took, ...] = ()
    """An auditor can recompute these, and the languages."""
    languages: dict[str, Languages] = {}
    partners: PartnersWaited | None = None
    """Of the year before this was counted; an auditor can recompute it"""
    emergency_line: dict[str, int | float | None] = {}
    """Rings of the day and how soon somebody took them. An auditor can recompute these too."""
    queries: dict[str, str] = {}
    """The queries of what is no figure of counts.csv, as they were run: times, languages, partners ..."""
    corrected: tuple[str, ...] = ()
    """Published days that got another version on this day because their numbers had moved: 2026-11-20 v2"""
    texts: dict[str, dict[str, str]] = {}
    """`method`, `excludes` and, of the users' countries, why they are unknown, in the languages of the service"""
    files: dict[str, str] = {}
    """The other files of this version, with their SHA-256"""


class HarmReport(msgspec.Struct, frozen=True, kw_only=True):
    """One harm on one day, and since the first of its month."""

    service: str
    day: str
    version: int
    harm: str
    names: dict[str, str]
    today: HarmDay
    month_to_date: HarmDay
    days: int
    """Days of the month that are in `month_to_date`"""
    queries: dict[str, str]
    excludes: dict[str, str]


def days_folder() -> Path:
    return home() / "public" / "days"
