"""A day's leaves counted once: every combination of public facts, with how many leaves bear it.

Everything published about a day is a query over these lines (`figures`), and so over the public ledger alone: whoever
reads the tiles gets the same lines. They are kept per day and summed per month, so that no page counts leaves.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

FACTS = ("harm", "verb", "surface", "source", "ground", "instrument", "by")
"""Taken from the leaf as they are."""
COLUMNS = (
    "type", "harm", "verb", "outcome", "kind", "surface", "source", "ground", "instrument", "country", "reversal", "by",
)  # fmt: skip


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """So many leaves say the same. `outcome` and `kind` are the two halves of a decision's `verb`."""

    type: str
    harm: str
    verb: str
    outcome: str
    kind: str
    surface: str
    source: str
    ground: str
    instrument: str
    country: str
    reversal: int
    """1 for a decision that lifts another"""
    by: str
    n: int


def cells(leaves: Iterable[tuple[Mapping[str, Any], int]]) -> list[Cell]:
    """The lines of these leaves, each given with how often it occurs, in a fixed order."""
    seen: Counter[tuple[Any, ...]] = Counter()
    for leaf, n in leaves:
        seen[_key(leaf)] += n
    return [cell(key, n) for key, n in sorted(seen.items())]


def cell(facts: Iterable[Any], n: int) -> Cell:
    """The line with these facts, in the order of COLUMNS."""
    return Cell(**dict(zip(COLUMNS, facts, strict=True)), n=n)


def _key(leaf: Mapping[str, Any]) -> tuple[Any, ...]:
    outcome, _, kind = str(leaf["verb"]).partition("_") if _is_decision(leaf["type"]) else ("", "", "")
    facts = {name: leaf[name] for name in FACTS}
    more = {
        "type": leaf["type"], "outcome": outcome, "kind": kind, "country": leaf["authority_country"],
        "reversal": int(leaf["reversal"]),
    }  # fmt: skip
    merged = facts | more
    return tuple(merged[name] for name in COLUMNS)


def _is_decision(type_: str) -> bool:
    return type_.startswith("decisions:")


def as_leaves(lines: Iterable[Cell]) -> list[dict[str, Any]]:
    """For `counting.count`: leaves again, each with its number."""
    return [{**msgspec.to_builtins(cell), "authority_country": cell.country} for cell in lines]


def as_csv(lines: Iterable[Cell]) -> bytes:
    """`counts.csv`, RFC 4180."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow([*COLUMNS, "n"])
    table.writerows(msgspec.structs.astuple(cell) for cell in lines)
    return out.getvalue().encode()
