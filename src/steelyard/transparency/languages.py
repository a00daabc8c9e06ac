"""Languages of the people concerned, a day's table for each kind of thing they did. Users' countries we do not hold."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, QuerySet

from steelyard.decisions.models import Complaint, Statement
from steelyard.ledger.queries import sealed_keys
from steelyard.notices.models import Notice
from steelyard.transparency.suppression import Shown, shown
from steelyard.vault.actions import keyed_hash

WHATS = ("notices", "statements", "complaints")


def tables_of(day: date) -> dict[str, Shown]:
    """What may be shown of this day, for each of WHATS."""
    return {what: shown(cells, _secret(day, what)) for what, cells in _cells(day).items()}


def _cells(day: date) -> Mapping[str, Mapping[str, int]]:
    hidden = sealed_keys()
    rows: dict[str, QuerySet[Any]] = {
        "notices": Notice.objects.exclude(key__in=hidden),
        "statements": Statement.objects.exclude(decision__subject__key__in=hidden),
        "complaints": Complaint.objects.exclude(case__key__in=hidden),
    }
    start = datetime.combine(day, time(), UTC)
    return {
        what: dict(
            found.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1))
            .values_list("language")
            .annotate(n=Count("pk"))
            .order_by()
        )
        for what, found in rows.items()
    }


def _secret(day: date, what: str) -> Any:
    def number(word: str) -> int:
        return int(keyed_hash(f"{day}\x1f{what}\x1f{word}", purpose="transparency.cells")[:12], 16)

    return number
