"""Every published figure: what is counted, in which unit, who can recompute it, and the query itself.

The queries read one table, `counts` (the file counts.csv of a day). They are plain enough for PostgreSQL, SQLite and
DuckDB alike; what is printed beside a number is what was run to get it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop as _

ANYONE, AUDITOR = "anyone", "auditor"
_WORD = re.compile("[A-Za-z0-9_]+")


@dataclass(frozen=True)
class Figure:
    id: str
    title: str
    """What is counted; English, translated where it is shown."""
    unit: str
    by: str
    """Columns of `counts`, separated by commas."""
    where: str
    who: str = ANYONE
    only: tuple[tuple[str, str], ...] = ()
    """Columns that must have this value, as ("country", "FR")"""

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.by.split(", "), "n")

    @property
    def sql(self) -> str:
        where = " AND ".join([self.where, *(f"{name} = '{value}'" for name, value in self.only)])
        return (
            f"SELECT {self.by}, sum(n) AS n FROM counts\nWHERE {where}\n"  # noqa: S608 (constants, and checked words)
            f"GROUP BY {self.by} ORDER BY {self.by}"
        )

    def narrowed(self, **equal: str) -> "Figure":
        """The same, of those lines alone: `country="FR"`. Raises ValueError for a value that is no plain word."""
        if not all(_WORD.fullmatch(value) for value in equal.values()):
            raise ValueError("a column is narrowed to a plain word")
        return replace(self, only=(*self.only, *sorted(equal.items())))

    def each_day(self) -> "Figure":
        """The same for each day, all other columns together."""
        return replace(self, by="day")


_MADE = "type = 'decisions:decision:made'"
_RESTRICTS = f"{_MADE} AND outcome IN ('contain', 'remove', 'label', 'mute') AND reversal = 0"
_LIFTS = f"{_MADE} AND reversal = 1"
_NOTHING = f"{_MADE} AND outcome = 'none' AND reversal = 0"
_DECISIONS = _("decisions that took effect")
_ORDERS = _("orders")
_ENTRIES = _("entries of the ledger")

_ALL = (
    ("restricted", _("What was restricted, by harm, kind and source"), _DECISIONS, "harm, kind, source", _RESTRICTS),
    ("restricted_ground", _("What was restricted, by ground"), _DECISIONS, "ground, kind, source", _RESTRICTS),
    (
        "restricted_verb", _("What was restricted, by measure and by who decided"), _DECISIONS,
        "outcome, kind, by", _RESTRICTS,
    ),
    ("restricted_surface", _("What was restricted, by where it was"), _DECISIONS, "surface, kind", _RESTRICTS),
    (
        "restricted_order", _("What was restricted on an order, by country and instrument"), _DECISIONS,
        "country, instrument, kind", f"{_RESTRICTS} AND source = 'order'",
    ),
    ("reversed", _("Restrictions lifted again, by harm, kind and source"), _DECISIONS, "harm, kind, source", _LIFTS),
    ("nothing_done", _("Decided by a person, nothing restricted"), _DECISIONS, "harm, source", _NOTHING),
    ("decided_by", _("Who decided"), _DECISIONS, "by", _MADE),
    (
        "notices", _("Notices received, by harm and by who sent them"), _("notices"), "harm, source, verb",
        "type = 'notices:notice:received'",
    ),
    (
        "statements", _("Statements of reasons issued"), _("statements"), "harm, source",
        "type = 'decisions:statement:issued'",
    ),
    (
        "complaints", _("Complaints received, upheld and rejected"), _("complaints"), "type, harm, ground",
        "type LIKE 'decisions:complaint:%'",
    ),
    (
        "orders", _("Orders of authorities, by country, instrument and what became of them"), _ORDERS,
        "country, instrument, type", "type LIKE 'orders:order:%'",
    ),
    (
        "refused", _("Orders refused, by ground, country and instrument"), _ORDERS, "ground, country, instrument",
        "type = 'orders:order:refused'",
    ),
    (
        "red_lines", _("Demands that nobody can grant"), _("demands"), "country, instrument, verb",
        "type = 'orders:redline:attempted'",
    ),
    (
        "informal", _("Informal requests of states"), _("requests"), "country, type",
        "instrument = 'informal' AND type LIKE 'orders:order:%'",
    ),
    (
        "senders", _("Senders of orders: verified, or not"), _ENTRIES, "country, instrument, type",
        "type LIKE 'orders:sender:%'",
    ),
    (
        "disclosed", _("Packages of data for authorities, and what became of them"), _ENTRIES,
        "country, instrument, type", "type LIKE 'disclosure:package:%'",
    ),
    (
        "reviews", _("Disputes taken to bodies outside"), _ENTRIES, "type, harm", "type LIKE 'decisions:dispute:%'",
    ),
    (
        "clocks", _("Clocks that ran out or stood still"), _ENTRIES, "source, type", "type LIKE 'cases:clock:%'",
    ),
    (
        "markets", _("Countries left, and come back to"), _("decisions of two persons"), "country, type",
        "type LIKE 'markets:market:%'",
    ),
    (
        "misuse", _("Warned and suspended for misuse (DSA Art. 23), by what was misused"), _ENTRIES, "type, verb, harm",
        "type LIKE 'misuse:%'",
    ),
    ("receipts", _("Receipts issued"), _("receipts"), "source", "type = 'letters:receipt:issued'"),
    (
        "partners", _("What partners sent, and what was asked and answered about it"), _ENTRIES, "type, by",
        "(type LIKE 'notices:batch:%' OR type LIKE 'notices:line:%' OR type LIKE 'people:partner:%')",
    ),
    (
        "emergency", _("The emergency line: rung, acknowledged, gone on to the next person"), _ENTRIES,
        "type, verb", "type LIKE 'oncall:%'",
    ),
    ("entries", _("Ledger entries of the day"), _ENTRIES, "type", "1 = 1"),
)  # fmt: skip


def figures() -> Mapping[str, Figure]:
    """All of them, in the order in which they are published."""
    return _FIGURES


_FIGURES = {one.id: one for one in (Figure(*given) for given in _ALL)}
