"""Two more reports of the year, as plain data: orders (DSA Art. 15(1)(a)) and terrorist content (2021/784, Art. 7).

Each says from which article its lines come and how sure we are of it: `memory` is for a lawyer to confirm.
What this system cannot know is null, for the operator to fill in.
"""

import csv
import io
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from steelyard.base.config import config
from steelyard.base.files import write_whole
from steelyard.decisions.states import ComplaintState
from steelyard.ledger.queries import leaves_of
from steelyard.orders.states import DONE, OrderState
from steelyard.rulebook.categories import member_states
from steelyard.rulebook.queries import Fact, fact
from steelyard.transparency.archive import archive
from steelyard.transparency.harmonised.complaints import received as complained
from steelyard.transparency.harmonised.counts import (
    acknowledged,
    category_of_order,
    effect_of,
    hours,
    items_of_order,
    measures,
    receipts_of,
    received,
)
from steelyard.transparency.harmonised.period import Period

EXCLUDES = "This report excludes matters whose existence may not be disclosed."
_REMOVAL = "tco_removal"
_TERRORISM = "terrorism"


def write_yearly(period: Period, folder: Path) -> list[Path]:
    """Write `orders.json`, `orders.csv`, `terrorist_content.json` and `removal_requests.jsonl`; returns the files."""
    lines = orders_report(period)
    files = {
        "orders.json": _json(_head(period, "reporting.orders_report") | {"lines": lines}),
        "orders.csv": _csv(lines, fact("reporting.orders_report", period.last).value),
        "terrorist_content.json": _json(
            _head(period, "reporting.terrorist_content_report") | {"numbers": terrorist_content(period)}
        ),
        "removal_requests.jsonl": archive(period),
    }
    for name, content in files.items():
        write_whole(folder / name, content)
    return [folder / name for name in files]


def orders_report(period: Period) -> list[dict[str, Any]]:
    """Orders received in the period: a line for each country, instrument and harm, whoever the country is."""
    groups: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for order in received(period):
        groups[order.country, order.instrument, order.harm].append(order)
    receipts = receipts_of(period)
    return [_line(group, period, receipts) for _, group in sorted(groups.items())]


def _line(group: list[Any], period: Period, receipts: dict[str, Any]) -> dict[str, Any]:
    states, first = Counter(order.state for order in group), group[0]
    category = category_of_order(first, period)
    told = [acknowledged(order, receipts[order.ref], period) for order in group if order.ref in receipts]
    took = [hours(order.created_at, effect) for order in group if (effect := effect_of(order))]
    return {
        "country": first.country,
        "member_state": first.country in member_states(),
        "instrument": first.instrument,
        "harm": first.harm,
        "category": category.category if category else None,
        "orders": len(group),
        "items": sum(map(items_of_order, group)),
        "executed": sum(states[state] for state in DONE),
        "refused": states[OrderState.REFUSED],
        "receipt_hours": _median(told),
        "effect_hours": _median(took),
    }


def terrorist_content(period: Period) -> dict[str, int | dict[str, int] | None]:
    """The numbers of Article 7(3), in its order; of complaints, what had become of them when they were counted."""
    names = fact("reporting.terrorist_content_report", period.last).value
    states = Counter(order.state for order in received(period) if order.instrument == _REMOVAL)
    complaints = Counter(
        complained(period).filter(decision__harm=_TERRORISM).values_list("state", flat=True)
    )  # fmt: skip
    known: dict[str, int | dict[str, int]] = {
        "removed_after_orders": measures(period).filter(instrument=_REMOVAL).count(),
        "orders_not_executed": states[OrderState.REFUSED],
        "grounds": _grounds(period),
        "complaints": complaints.total(),
        "complaints_upheld": complaints[ComplaintState.UPHELD],
        "complaints_upheld_in_part": complaints[ComplaintState.PARTLY],
        "complaints_rejected": complaints[ComplaintState.REJECTED],
        "reinstated_after_complaint": complaints[ComplaintState.UPHELD],
    }
    return {name: known.get(name) for name in names}


def _grounds(period: Period) -> dict[str, int]:
    """On which ground removal orders were refused in the period, as the public ledger says."""
    refused = (leaf for leaf in leaves_of("orders:order:refused") if leaf["instrument"] == _REMOVAL)
    first, last = period.first.isoformat(), period.last.isoformat()
    return dict(
        sorted(Counter(leaf["ground"] for leaf in refused if first <= leaf["hour"][:10] <= last).items())
    )


def _head(period: Period, name: str) -> dict[str, Any]:
    law: Fact = fact(name, period.last)
    return {
        "service": config().service, "period": str(period), "source": law.source, "status": law.status,
        "excludes": EXCLUDES,
    }  # fmt: skip


def _median(found: list[float]) -> float | None:
    return round(median(found), 2) if found else None


def _json(report: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(report), indent=1) + b"\n"


def _csv(lines: list[dict[str, Any]], names: list[str]) -> bytes:
    out = io.StringIO(newline="")
    table = csv.DictWriter(out, names)
    table.writeheader()
    table.writerows(lines)
    return out.getvalue().encode()
