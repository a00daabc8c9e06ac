"""A figure as people meet it: a sentence that says what was found, the chart, the table, the file and the query.

Bars are drawn inside the table's rows: sorted, from zero, one scale, four colours of sources that are the same on every
page. So the table is the chart, narrow screens need nothing else, and a screen reader reads numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from steelyard.portal.charts import DailyBars, DailyLine, Whisker
from steelyard.transparency.audited import Audited
from steelyard.transparency.figures import ANYONE, Figure
from steelyard.transparency.periods import Period
from steelyard.transparency.promises import Promised

SOURCES = ("rule", "notice", "partner", "order", "complaint")
SOURCE_WORDS = {
    "rule": _("our own rules"),
    "notice": _("notices of users"),
    "partner": _("partners"),
    "order": _("orders of authorities"),
    "complaint": _("complaints"),
    "": _("other"),
}
COUNTED = {
    True: _("Run this on the files counts.csv of the days of this period, or on the public ledger itself. Anyone can "
            "recompute it."),
    False: _("An auditor can recompute it: this was run on the records of each day, and read into what is shown here."),
}  # fmt: skip
PROMISED = {
    True: _("Run for each day over the thirty days that end with it, on what the published days say. Anyone can "
            "recompute it from their files."),
    False: _("Run for each day over the thirty days that end with it, on the times of those days. An auditor can "
             "recompute it; of fewer than five people nothing is told."),
}  # fmt: skip
ONE_PIECE = {
    True: gettext_noop("Run this on the public file that it names. Anyone can recompute it."),
    False: gettext_noop("An auditor can recompute it from records that are not public."),
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
    whisker: Whisker | None = None
    link: str = ""
    soft: bool = False
    """Too few to say much: shown in grey"""


@dataclass(frozen=True)
class Exhibit:
    """`figure` is the query behind it, `when` what it was run over; both together are its permanent address."""

    id: str
    finding: str
    """The title: a sentence with the number in it"""
    head: str
    columns: Sequence[object]
    rows: Sequence[Row]
    when: Period
    figure: Figure | Audited | Promised | None = None
    note: str = ""
    """Unit, who decided, what it does not show"""
    sources: Sequence[str] = ()
    """Sources in the bars, for the key above the table"""
    chart: DailyBars | DailyLine | None = None
    empty: str = ""
    tabled: bool = True
    """False where the page has the same numbers in a table of its own"""
    piece: Audited | None = None
    """What was asked, where it is told in one piece and no sum over a period can be had"""
    file: str = ""
    """Address of the file that has it, for what is told in one piece"""
    page: str = ""
    """Address of its page, where that is not the one that it is shown on"""
    asks: str = ""
    """What that page is asked for, where it is not a period: a version of a day"""
    query: str = ""
    """The query as it was printed then, where it is not the figure's own"""
    files: Sequence[tuple[object, str]] = ()
    """Name and address of its files, where they are not the figure's own over this period"""

    @property
    def address(self) -> str:
        """Where it stands by itself, over the same dates for ever."""
        asked = self.asked if self.page or self.asks else urlencode({"period": self.when.fixed})
        return f"{self.page}?{asked}#{self.id}"

    @property
    def asked(self) -> str:
        """What its permanent address asks for: the dates, and what the figure is narrowed to."""
        if self.asks:
            return self.asks
        wanted = {"period": self.when.fixed}
        if isinstance(self.figure, Figure):
            wanted |= dict(self.figure.only)
            wanted |= {"per": "day"} if self.figure.by == "day" else {}
        return urlencode(wanted)

    @property
    def sql(self) -> str:
        behind = self.figure or self.piece
        return self.query or (behind.sql if behind else "")

    @property
    def by_anyone(self) -> bool:
        behind = self.figure or self.piece
        return behind is not None and behind.who == ANYONE

    @property
    def how(self) -> StrPromise | str:
        """On what the query is to be run, and by whom."""
        if isinstance(self.figure, Promised):
            return PROMISED[self.by_anyone]
        if self.piece:
            return f"{_(ONE_PIECE[self.by_anyone])} {_(self.piece.read_into)}"
        return COUNTED[self.by_anyone]

    @property
    def bars(self) -> bool:
        return any(row.segments for row in self.rows)

    @property
    def whiskers(self) -> bool:
        return any(row.whisker for row in self.rows)

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
