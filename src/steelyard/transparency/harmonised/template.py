"""The Commission's templates as data: headings, rows, and which cells carry numbers."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent / "templates"
FILES = {
    "summary": "Part_1_summary.csv",
    "names": "Part_2_categories_names.csv",
    "orders": "Part_3_member_states_orders.csv",
    "notices": "Part_4_notices.csv",
    "illegal": "Part_5_own_initiative_illegal.csv",
    "terms": "Part_6_own_initiative_TC.csv",
    "appeals": "Part_7_appeals_and_recidivism.csv",
    "machines": "Part_8_automated_means.csv",
    "people": "Part_9_human_resources.csv",
    "recipients": "Part_10_AMAR.csv",
    "words": "Part_11_qualitative.csv",
}
PERIOD = "YYYY-MM-DD/YYYY-MM-DD"
TOTAL = "TOTAL"
OTHER = "KEYWORD_OTHER"
CATEGORY, DESCRIPTION, SCOPE = 3, 4, 5
"""Places of columns in parts 3 to 6 (the scope: part 3 only)."""

MEASURES: dict[str, tuple[str, ...]] = {
    "orders": ("orders", "items", "receipt_hours", "effect_hours",
               "data_orders", "data_receipt_hours", "data_effect_hours"),
    "notices": ("notices", "?", "items", "?", "action_hours", "?_hours", "law", "?", "terms", "?"),
    "illegal": (
        "measures", "machine", "removal", "disable", "demoted", "age", "interaction", "labelled", "other",
        "?", "?", "?", "service_suspension", "service_termination", "account_suspension", "account_termination",
    ),
}  # fmt: skip
"""What we count in the columns after the description (in part 3: after the scope). `?`: nothing in this
system knows it, so it stays blank for the operator. A name that ends in `hours` is a median."""
MEASURES["terms"] = MEASURES["illegal"]


@dataclass(frozen=True)
class Template:
    name: str
    file: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def measures(self) -> tuple[str, ...]:
        return MEASURES.get(self.name, ())

    @property
    def first(self) -> int:
        """The column of the first measure. As many columns of context follow as there are measures."""
        return SCOPE + 1 if self.name == "orders" else DESCRIPTION + 1

    def block(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Category, keyword and row of a table by category: in part 3, of its first block."""
        category = ""
        for row in self.rows[: self._block_size]:
            label = row[CATEGORY]
            category = category if label.startswith("KEYWORD_") else label
            yield category, label if label.startswith("KEYWORD_") else "", row

    @property
    def _block_size(self) -> int:
        totals = [place for place, row in enumerate(self.rows) if row[CATEGORY] == TOTAL]
        return totals[1] if len(totals) > 1 else len(self.rows)


@cache
def template(name: str) -> Template:
    """One of the eleven, by our short name for it (`FILES`)."""
    with (HERE / FILES[name]).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return Template(name, FILES[name], tuple(header), tuple(map(tuple, rows)))
