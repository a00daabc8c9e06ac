"""Counts and times by row of a table, and what had no row."""

from collections import Counter, defaultdict
from statistics import median
from typing import NamedTuple

from steelyard.rulebook.categories import Category
from steelyard.transparency.harmonised.template import OTHER, TOTAL


class Row(NamedTuple):
    scope: str
    category: str
    keyword: str = ""
    other: str = ""


class Tally:
    """Each thing counts once in the total, once in its category and once under its keyword."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Row, str]] = Counter()
        self._hours: dict[tuple[Row, str], list[float]] = defaultdict(list)
        self._unmapped: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.scopes: set[str] = set()

    def add(self, harm: str, category: Category | None, measure: str, n: int = 1, *, scope: str = "") -> None:
        """Count `n` under `measure`. A harm without a category is in the total alone, and remembered."""
        self.scopes.add(scope)
        for row in _rows(category, scope):
            self._counts[row, measure] += n
        if category is None:
            self._unmapped[scope, measure][harm] += n

    def took(self, category: Category | None, measure: str, hours: float, *, scope: str = "") -> None:
        """One duration; the cell is the median of them."""
        for row in _rows(category, scope):
            self._hours[row, measure].append(max(0.0, hours))

    def cell(self, row: Row, measure: str) -> str:
        """A count is a number, zero too; a median of nothing, and what nobody here can know, is blank."""
        if measure.startswith("?"):
            return ""
        if measure.endswith("hours"):
            return number(median(found)) if (found := self._hours.get((row, measure))) else ""
        return str(self._counts[row, measure])

    def without_category(self, scope: str, measure: str) -> str:
        """What the total has and no category has, in words; "" when there is nothing."""
        found = self._unmapped.get((scope, measure))
        if not found:
            return ""
        named = ", ".join(f"{harm} ({n})" for harm, n in sorted(found.items()))
        return f"Of these, no category is mapped for: {named}."

    def others(self, scope: str, category: str) -> list[str]:
        """The descriptions under which this category's KEYWORD_OTHER was counted; one blank when none."""
        found = {row.other for row, _ in self._counts if row[:3] == (scope, category, OTHER)}
        return sorted(found) or [""]


def _rows(category: Category | None, scope: str) -> list[Row]:
    rows = [Row(scope, TOTAL)]
    if category:
        rows.append(Row(scope, category.category))
    if category and category.keyword:
        rows.append(Row(scope, category.category, category.keyword, category.other))
    return rows


def number(value: float) -> str:
    """Two decimals at most, and none that says nothing."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
