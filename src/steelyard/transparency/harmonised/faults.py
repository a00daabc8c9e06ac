"""What the checker found, and the table it looks at."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from steelyard.transparency.harmonised.template import SCOPE, Template


@dataclass(frozen=True)
class Fault:
    """`row` as a spreadsheet counts it: the heading is row 1; 0 is the whole file."""

    file: str
    row: int
    column: str
    rule: str
    missing: bool = False
    """Nothing is wrong: a fact that only the operator knows is not filled in yet."""

    def __str__(self) -> str:
        place = ", ".join(
            part for part in (self.file, f"row {self.row}" if self.row else "", self.column.strip()) if part
        )
        return f"{'MISSING' if self.missing else 'WRONG'}  {place}: {self.rule}"


@dataclass(frozen=True)
class Table:
    """One part as it was read."""

    template: Template
    rows: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        return self.template.name

    @property
    def measured(self) -> bool:
        """A table by category: parts 3 to 6."""
        return bool(self.template.measures)

    @cached_property
    def scopes(self) -> list[str]:
        """TOTAL and the States, in the order of their blocks; one empty one elsewhere."""
        return list(dict.fromkeys(row[SCOPE] for row in self.rows)) if self.name == "orders" else [""]

    def cells(self, row: tuple[str, ...]) -> dict[str, str]:
        return dict(zip(self.template.header, row, strict=True))

    def counts(self, row: tuple[str, ...]) -> list[str]:
        """The counts of a row, without its medians."""
        return [
            row[place]
            for place, measure in enumerate(self.template.measures, self.template.first)
            if not measure.endswith("hours")
        ]

    def fault(self, row: int, column: str, rule: str) -> Fault:
        return Fault(self.template.file, row, column, rule)

    def missing(self, row: int, column: str, rule: str) -> Fault:
        return Fault(self.template.file, row, column, rule, missing=True)

    def number(
        self, row: int, column: str, value: str, *, median: bool = False, share: bool = False
    ) -> Iterator[Fault]:
        """A blank is looked at elsewhere: it means that this does not apply or is not known."""
        if not value:
            return
        if not median and not share:
            if not (value.isascii() and value.isdigit()):
                yield self.fault(row, column, f"A count is a whole number, not “{value}”.")
            return
        try:
            read = float(value)
        except ValueError:
            read = -1.0
        if median and not 0 <= read < float("inf"):
            yield self.fault(row, column, f"A median time is a number of hours, not “{value}”.")
        if share and not 0 <= read <= 1:
            yield self.fault(row, column, f"A share is a number between 0 and 1, not “{value}”.")
