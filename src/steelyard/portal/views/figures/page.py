"""What every page of figures is made of: its period, its frame, and the exhibits that several pages have."""

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from steelyard.portal import words
from steelyard.portal.charts import whisker
from steelyard.portal.exhibits import Exhibit, Row, segments
from steelyard.transparency import sums
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import LAST_DAYS, Period, newest_day, period, periods
from steelyard.transparency.times import Took

FEW = 100
"""Below this many a share says little: it is shown in grey"""
SECTIONS = (
    ("transparency", gettext_lazy("Overview")),
    ("harms", gettext_lazy("Harms")),
    ("governments", gettext_lazy("Governments")),
    ("partners", gettext_lazy("Partners")),
    ("appeals", gettext_lazy("Appeals and errors")),
    ("red-lines", gettext_lazy("Red lines")),
    ("refusals", gettext_lazy("Refusals")),
    ("promises", gettext_lazy("Our promises")),
    ("corrections", gettext_lazy("Corrections")),
    ("measure", gettext_lazy("How we measure")),
    ("data", gettext_lazy("Data and API")),
)


def chosen(request: HttpRequest) -> Period:
    return period(request.GET.get("period", LAST_DAYS))


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
    return names.get(id_, id_)


def plain(id_: str, when: Period) -> Exhibit:
    """A figure as it is: every column, every row."""
    figure = figures()[id_]
    names = figure.by.split(", ")
    rows = sums.over(figure, when)
    largest = max([1, *(row[-1] for row in rows)])
    return Exhibit(
        id=id_, figure=id_, period=when.id, head=str(words.COLUMNS[names[0]]),
        finding=f"{_(figure.title)}: {sum(row[-1] for row in rows)}",
        columns=[*(words.COLUMNS[name] for name in names[1:]), words.COLUMNS["n"]],
        rows=[
            Row(words.of(names[0], row[0]),
                [*(words.of(name, part) for name, part in zip(names[1:], row[1:], strict=False)), row[-1]],
                segments({"": row[-1]}, largest))
            for row in sorted(rows, key=lambda row: -row[-1])
        ],
        empty=_("None in this period, except what may not be disclosed."),
    )  # fmt: skip


def times(found: list[Took], name: Callable[[Took], str], id_: str, what: str, when: Period) -> Exhibit:
    longest = max([60, *(took.p90 or 0 for took in found)])
    rows = [
        Row(name(took), [took.n if took.n is not None else _("fewer than 5"),
                         *(words.took(value) if value else "–" for value in (took.p10, took.p50, took.p90)),
                         whisker(took.p10, took.p50, took.p90, longest)
                         if took.p10 and took.p50 and took.p90 else None],
            soft=(took.n or 0) < FEW)
        for took in sorted(found, key=lambda took: (-(took.n or 0), took.key))
    ]  # fmt: skip
    half = next((took for took in found if not took.key and took.p50), None)
    finding = (
        what
        if half is None
        else f"{what}: " + _("half within %(time)s") % {"time": words.took(half.p50 or 0)}
    )
    return Exhibit(
        id=id_, figure="", period=when.id, head="", finding=finding,
        columns=[_("n"), _("a tenth within"), _("half within"), _("nine of ten within"), _("from 1 minute")],
        rows=rows, empty=_("Nothing ended in this period."),
        note=_("From arrival to answer, every pause included. The axis is logarithmic. An auditor can recompute this "
               "from records that are not public; of fewer than five people nothing is told. Grey: n below 100."),
    )  # fmt: skip


def times_by_harm(of: str, what: str, when: Period) -> Exhibit:
    """How soon it was done with each notice or complaint, by harm and for all of them."""
    found = [took for took in sums.times(when) if took.what == of]
    all_ = _("All")
    return times(found, lambda took: words.harm(took.key) if took.key else all_, f"{of}-times", what, when)
