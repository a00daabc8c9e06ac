"""A figure as people meet it: a sentence that says what was found, the chart, the table, the file and the query.

Bars are drawn inside the table's rows: sorted, from zero, one scale, four colours of sources that are the same on every
page. So the table is the chart, narrow screens need nothing else, and a screen reader reads numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from steelyard.portal.charts import DailyBars
from steelyard.transparency.figures import figures

SOURCES = ("rule", "notice", "partner", "order", "complaint")
SOURCE_WORDS = {
    "rule": _("our own rules"),
    "notice": _("notices of users"),
    "partner": _("partners"),
    "order": _("orders of authorities"),
    "complaint": _("complaints"),
    "": _("other"),
}
WIDTH = 100


@dataclass(frozen=True)
class Segment:
    """A piece of a bar, in percent of the longest; `source` gives its colour."""

    source: str
    x: float
    width: float


@dataclass(frozen=True)
class Row:
    head: str
    cells: Sequence[object]
    segments: Sequence[Segment] = ()
    link: str = ""
    soft: bool = False
    """Too few to say much: shown in grey"""


@dataclass(frozen=True)
class Exhibit:
    """`figure` names the query behind it, `period` what it was run over; both together are its permanent address."""

    id: str
    finding: str
    """The title: a sentence with the number in it"""
    head: str
    columns: Sequence[object]
    rows: Sequence[Row]
    figure: str = ""
    period: str = ""
    note: str = ""
    """Unit, who decided, what it does not show"""
    sources: Sequence[str] = ()
    """Sources in the bars, for the key above the table"""
    chart: DailyBars | None = None
    empty: str = ""

    @property
    def query(self) -> str:
        return figures()[self.figure].sql if self.figure else ""

    @property
    def bars(self) -> bool:
        return any(row.segments for row in self.rows)

    @property
    def keys(self) -> list[tuple[str, object]]:
        return [(source, SOURCE_WORDS[source]) for source in self.sources]


@dataclass
class Pile:
    """Numbers by a first and a second word: (harm, source) -> n."""

    by: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(int)))

    @classmethod
    def of(cls, rows: Iterable[Sequence[object]], first: int, second: int) -> "Pile":
        """From rows of a figure; `first` and `second` are columns, the number is the last."""
        pile = cls()
        for row in rows:
            pile.by[str(row[first])][str(row[second])] += int(str(row[-1]))
        return pile

    def total(self, word: str) -> int:
        return sum(self.by.get(word, {}).values())

    def of_second(self, word: str) -> int:
        return sum(counted.get(word, 0) for counted in self.by.values())

    def all(self) -> int:
        return sum(map(self.total, self.by))

    def sorted(self) -> list[str]:
        """The first words, the largest first."""
        return sorted(self.by, key=lambda word: (-self.total(word), word))


def segments(counted: Mapping[str, int], largest: int) -> list[Segment]:
    """One bar: its pieces side by side in the fixed order of sources."""
    at, found = 0.0, []
    for source in (*SOURCES, ""):
        width = WIDTH * counted.get(source, 0) / max(1, largest)
        if width:
            found.append(Segment(source or "other", round(at, 2), round(width, 2)))
            at += width
    return found
