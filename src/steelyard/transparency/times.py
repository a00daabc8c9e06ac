"""How long things took: as counts within fixed bounds, which add up over days, and what is read from them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

import msgspec
from django.db.models import Min, Value
from django.db.models.functions import Concat

from steelyard.decisions.models import Complaint
from steelyard.ledger.queries import sealed_keys
from steelyard.notices.models import Notice
from steelyard.orders.models import Order
from steelyard.transparency.suppression import LEAST

BOUNDS = (
    1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 4320, 7200, 10080, 20160, 43200, 129600, 525600,
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


def times_of(day: date) -> Counter[tuple[str, str, int]]:
    """(what, key, bound in minutes) -> how many ended on `day`. Counted from rows: an auditor can recompute it."""
    start = datetime.combine(day, time(), UTC)
    end = start + timedelta(days=1)
    hidden = sealed_keys()
    notices = (
        Notice.objects.exclude(key__in=hidden)
        .annotate(ended=Min("bases__case__decided_at"))
        .filter(ended__gte=start, ended__lt=end)
        .values_list("harm", "created_at", "ended")
    )
    complaints = (
        Complaint.objects.exclude(case__key__in=hidden)
        .filter(decided_at__gte=start, decided_at__lt=end)
        .values_list("decision__harm", "created_at", "decided_at")
    )
    orders = (
        Order.objects.exclude(key__in=hidden)
        .filter(answered_at__gte=start, answered_at__lt=end)
        .annotate(sent=Concat("country", Value(" "), "instrument"))
        .values_list("sent", "created_at", "answered_at")
    )
    found: Counter[tuple[str, str, int]] = Counter()
    for what, rows in (("notice", notices), ("complaint", complaints), ("order", orders)):
        for key, since, until in rows:
            if until:
                found[what, key, bound(until - since)] += 1
    return found


def bound(took: timedelta) -> int:
    """The smallest of BOUNDS within which it was done."""
    minutes = took.total_seconds() / 60
    return next((limit for limit in BOUNDS if minutes <= limit), BOUNDS[-1])


def read(counted: Mapping[tuple[str, str, int], int]) -> list[Took]:
    """What is published: a line for each key, and one for all of a kind (key "")."""
    by_key: dict[Key, Counter[int]] = {}
    for (what, key, minutes), n in counted.items():
        for name in {key, ""}:
            by_key.setdefault((what, name), Counter())[minutes] += n
    return [_took(what, key, held) for (what, key), held in sorted(by_key.items())]


def _took(what: str, key: str, held: Counter[int]) -> Took:
    n = held.total()
    if what in PEOPLE and n < LEAST:
        return Took(what=what, key=key, n=None, p10=None, p50=None, p90=None)
    p10, p50, p90 = (_within(held, share) for share in (0.1, 0.5, 0.9))
    return Took(what=what, key=key, n=n, p10=p10, p50=p50, p90=p90)


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
