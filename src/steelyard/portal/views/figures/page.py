"""What every page of figures is made of: its period, its frame, and the exhibits that several pages have."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steelyard.base.wording import plain_id
from steelyard.portal import words
from steelyard.portal.caching import for_strangers_tools
from steelyard.portal.charts import daily_bars, interval
from steelyard.portal.exhibits import SOURCES, Exhibit, Row, segments
from steelyard.transparency import sums
from steelyard.transparency.annotations import annotations
from steelyard.transparency.figures import Figure, figures
from steelyard.transparency.periods import LAST_DAYS, Period, newest_day, period, periods
from steelyard.transparency.states import AnnotationKind
from steelyard.transparency.texts import EVENTS

FEW = 100
"""Below this many a share says little: it is shown in grey"""
DRAWN = 90
"""Days in a chart of days"""
NAMED = 4
"""Steps in the title of a figure"""
SECTIONS = (
    ("transparency", gettext_lazy("Overview")),
    ("harms", gettext_lazy("Harms")),
    ("governments", gettext_lazy("Governments")),
    ("partners", gettext_lazy("Partners")),
    ("appeals", gettext_lazy("Appeals and errors")),
    ("languages", gettext_lazy("Languages")),
    ("red-lines", gettext_lazy("Red lines")),
    ("refusals", gettext_lazy("Refusals")),
    ("matters", gettext_lazy("Proceedings and regulators")),
    ("promises", gettext_lazy("Our promises")),
    ("corrections", gettext_lazy("Corrections")),
    ("measure", gettext_lazy("How we measure")),
    ("data", gettext_lazy("Data and API")),
)


def chosen(request: HttpRequest) -> Period:
    return period(request.GET.get("period", LAST_DAYS))


def days_of(when: Period, last: date) -> Period:
    """Days to draw: those that the address names, or the newest ninety."""
    return when if when.by_days else period(f"{last - timedelta(days=DRAWN - 1)}_{last}")


def rows_of(figure: str, when: Period) -> list[sums.Row]:
    return sums.over(figures()[figure], when)


def page(
    request: HttpRequest, title: str, lead: str, when: Period, exhibits: Sequence[Exhibit], **more: Any
) -> HttpResponse:
    context = {
        "title": title, "lead": lead, "exhibits": exhibits, "period": when, "sections": SECTIONS,
        "periods": [(id_, period_name(id_)) for id_ in periods()], "period_name": period_name(when.id),
        "newest": newest_day(), **more,
    }  # fmt: skip
    return render(request, "portal/figures.html", context)


def period_name(id_: str) -> str:
    """What a period is called, in the active language."""
    names = {"30d": _("Last 30 days"), "12m": _("Last 12 months"), "all": _("Since the beginning")}
    return names.get(id_) or plain_id(id_.replace("_", " – "))


def plain(figure: Figure, when: Period) -> Exhibit:
    """A figure as it is: every column, every row."""
    rows = sums.daily(figure, when) if figure.by == "day" else sums.over(figure, when)
    return plain_of(figure.columns, rows, when, id_=figure.id, title=_(figure.title), figure=figure)


def plain_of(
    columns: Sequence[str], rows: list[sums.Row], when: Period, *, id_: str, title: str, figure: Figure | None
) -> Exhibit:
    """Rows of a figure as they are, the number last."""
    names = columns[:-1]
    largest = max([1, *(row[-1] for row in rows)])
    by_day = names == ("day",)
    return Exhibit(
        id=id_, figure=figure, when=when, head=str(words.COLUMNS[names[0]]),
        chart=daily_bars(rows, events(rows)) if by_day else None,
        finding=_finding(title, names, rows),
        columns=[*(words.COLUMNS[name] for name in names[1:]), words.COLUMNS["n"]],
        rows=[
            Row(words.of(names[0], str(row[0])),
                [*(words.of(name, str(part)) for name, part in zip(names[1:], row[1:], strict=False)), row[-1]],
                [] if by_day else segments({_colour(names, row): row[-1]}, largest))
            for row in (reversed(rows) if by_day else sorted(rows, key=lambda row: -row[-1]))
        ],
        empty=_("None in this period, except what may not be disclosed."),
    )  # fmt: skip


def _colour(names: Sequence[str], row: sums.Row) -> str:
    """The source that a bar has its colour from: what the row says, or authorities where it is about a country."""
    if "country" in names:
        return "order"
    source = str(row[names.index("source")]) if "source" in names else ""
    return source if source in SOURCES else ""


def _finding(title: str, names: Sequence[str], rows: list[sums.Row]) -> str:
    """The number, and what it is mostly made of. Steps of one thing are named, not added up."""
    if "type" in names and rows:
        steps = Counter[str]()
        for row in rows:
            steps[str(row[names.index("type")])] += row[-1]
        told = [f"{words.of('type', step)} {n}" for step, n in steps.most_common(NAMED)]
        return f"{title}: {' · '.join(told)}"
    found = f"{title}: {sum(row[-1] for row in rows)}"
    first, second, *_rest = [*sorted(rows, key=lambda row: -row[-1]), None, None]
    if names == ("day",) or first is None or second is None or first[-1] == second[-1]:
        return found
    parts = (words.of(name, str(part)) for name, part in zip(names, first[:-1], strict=True))
    most = " · ".join(part for part in parts if part)
    return found + " · " + _("most of all %(what)s: %(n)s") % {"what": most, "n": first[-1]}


def events(values: Sequence[tuple[date, Any]]) -> list[tuple[date, str]]:
    """What a person of ours wrote beside the days that are drawn."""
    if not values:
        return []
    days = [day for day, _value in values]
    return [
        (one.day, f"{EVENTS[AnnotationKind(one.kind)]}: {one.text}")
        for one in annotations(min(days), max(days))
    ]


def share(good: int, n: int) -> tuple[str, str]:
    """A share and its 95% interval as they are shown; dashes when there is nothing to take a share of."""
    if not n:
        return "–", "–"
    low, high = interval(good, n)
    return f"{round(100 * good / n)}\u00a0%", f"{low:g}–{high:g}\u00a0%"


def as_csv(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], caching: str = "public, max-age=60"
) -> HttpResponse:
    """A file for strangers' tools, RFC 4180."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(columns)
    table.writerows(rows)
    return for_strangers_tools(out.getvalue().encode(), "text/csv; charset=utf-8", caching)
