"""Every published figure: what is counted, in which unit, who can recompute it, and the query itself.

The queries read one table, `counts` (the file counts.csv of a day). They are plain enough for PostgreSQL, SQLite and
DuckDB alike; what is printed beside a number is what was run to get it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

ANYONE, AUDITOR = "anyone", "auditor"


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

    @property
    def sql(self) -> str:
        return (
            f"SELECT {self.by}, sum(n) AS n FROM counts\nWHERE {self.where}\n"  # noqa: S608 (constants of this file)
            f"GROUP BY {self.by} ORDER BY {self.by}"
        )


_MADE = "type = 'decisions:decision:made'"
_RESTRICTS = f"{_MADE} AND outcome IN ('contain', 'remove') AND reversal = 0"
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
        "orders_ground", _("Orders of authorities, by ground"), _ORDERS, "ground, harm, type",
        "type LIKE 'orders:order:%'",
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
