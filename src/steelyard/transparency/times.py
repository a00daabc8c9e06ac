"""How long things took: as counts within fixed bounds, which add up over days, and what is read from them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

import msgspec

from steelyard.rulebook.queries import clock_of, instruments, promises
from steelyard.rulebook.shapes import duration
from steelyard.transparency.audited import audited, rows_on
from steelyard.transparency.suppression import LEAST

BOUNDS = (
    1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 480, 720, 1440, 2880, 4320, 7200, 10080, 14400, 20160, 43200, 129600,
    525600,
)  # fmt: skip
"""Minutes; the last also holds everything longer."""
PEOPLE = ("notice", "complaint")
Key = tuple[str, str]


class Took(msgspec.Struct, frozen=True, kw_only=True):
    """Minutes within which a tenth, half and nine tenths were done. Of fewer than five people nothing is told."""

    what: str
    key: str
    n: int | None
    p10: int | None
    p50: int | None
    p90: int | None
    limit: int | None = None
    """Minutes within which it should be done: what we promise, or what the instrument gives. None: there is no limit"""
    within: int | None = None
    """How many of `n` were"""


def times_of(day: date) -> Counter[tuple[str, str, int]]:
    """(what, key, bound in minutes) -> how many ended on `day`. Counted from rows: an auditor can recompute it."""
    found: Counter[tuple[str, str, int]] = Counter()
    for id_ in ("times_notice", "times_complaint", "times_order"):
        one = audited()[id_]
        for key, since, until in rows_on(one, day):
            found[one.what, key, bound(until - since)] += 1
    return found


def bound(took: timedelta) -> int:
    """The smallest of BOUNDS within which it was done."""
    minutes = took.total_seconds() / 60
    return next((limit for limit in BOUNDS if minutes <= limit), BOUNDS[-1])


def read(counted: Mapping[tuple[str, str, int], int], on: date) -> list[Took]:
    """What is published: a line for each key, and one for all of a kind (key ""). Limits are those in force `on`."""
    by_key: dict[Key, Counter[int]] = {}
    for (what, key, minutes), n in counted.items():
        for name in {key, ""}:
            by_key.setdefault((what, name), Counter())[minutes] += n
    return [_took(what, key, held, limit_of(what, key, on)) for (what, key), held in sorted(by_key.items())]


def limit_of(what: str, key: str, on: date) -> int | None:
    """Minutes: of notices and complaints what we promise, of orders what their instrument gives."""
    if what in PEOPLE:
        goals = (goal["measure"] for goal in promises().values())
        return next((goal["minutes"] for goal in goals if goal.get("what") == what), None)
    instrument = key.partition(" ")[2]
    clock = clock_of(instrument, on) if instrument in instruments() else None
    known = clock is not None and clock.status != "memory"  # what no source gives is shown as unknown
    return int(duration(clock.value).total_seconds() // 60) if clock and known else None


def _took(what: str, key: str, held: Counter[int], limit: int | None) -> Took:
    n = held.total()
    if what in PEOPLE and n < LEAST:
        return Took(what=what, key=key, n=None, p10=None, p50=None, p90=None, limit=limit)
    p10, p50, p90 = (_within(held, share) for share in (0.1, 0.5, 0.9))
    within = sum(n for minutes, n in held.items() if minutes <= limit) if limit in BOUNDS else None
    return Took(what=what, key=key, n=n, p10=p10, p50=p50, p90=p90, limit=limit, within=within)


def _within(held: Counter[int], share: float) -> int:
    wanted, done = share * held.total(), 0
    for minutes in sorted(held):
        done += held[minutes]
        if done >= wanted:
            return minutes
    return max(held)


def merged(rows: Iterable[tuple[str, str, int, int]]) -> Counter[tuple[str, str, int]]:
    """Days' counts together."""
    found: Counter[tuple[str, str, int]] = Counter()
    for what, key, minutes, n in rows:
        found[what, key, minutes] += n
    return found
