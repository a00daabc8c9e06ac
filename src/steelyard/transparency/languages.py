"""Languages of the people concerned, a table for each kind of thing they did. Users' countries we do not hold."""

from datetime import date, timedelta
from typing import Any

from steelyard.transparency.audited import audited, rows_on
from steelyard.transparency.suppression import Shown, shown
from steelyard.vault.actions import keyed_hash

WHATS = ("notices", "statements", "complaints")
"""A table a day"""
MONTHLY = ("overturned", "stood")
"""A table a month, on its last day: what became of complaints"""


def tables_of(day: date) -> dict[str, Shown]:
    """What may be shown of this day, for each of WHATS, and of its month when it is the last day of one."""
    ends_month = (day + timedelta(days=1)).day == 1
    return {
        what: shown(dict(rows_on(audited()[f"languages_{what}"], day)), _secret(day, what))
        for what in (*WHATS, *(MONTHLY if ends_month else ()))
    }


def _secret(day: date, what: str) -> Any:
    def number(word: str) -> int:
        return int(keyed_hash(f"{day}\x1f{what}\x1f{word}", purpose="transparency.cells")[:12], 16)

    return number
