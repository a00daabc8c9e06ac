"""Languages of the people concerned, a day's table for each kind of thing they did. Users' countries we do not hold."""

from datetime import date
from typing import Any

from steelyard.transparency.audited import audited, rows_on
from steelyard.transparency.suppression import Shown, shown
from steelyard.vault.actions import keyed_hash

WHATS = ("notices", "statements", "complaints")


def tables_of(day: date) -> dict[str, Shown]:
    """What may be shown of this day, for each of WHATS."""
    return {
        what: shown(dict(rows_on(audited()[f"languages_{what}"], day)), _secret(day, what)) for what in WHATS
    }


def _secret(day: date, what: str) -> Any:
    def number(word: str) -> int:
        return int(keyed_hash(f"{day}\x1f{what}\x1f{word}", purpose="transparency.cells")[:12], 16)

    return number
