"""One figure: its permanent address, its file, its query, and the files that it is counted from."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, for_strangers_tools, until_next_publication
from steelyard.portal.exhibits import Exhibit
from steelyard.portal.views.figures.audited import exhibit_of
from steelyard.portal.views.figures.page import as_csv, chosen, page, plain
from steelyard.portal.views.figures.promised import history
from steelyard.transparency import sums
from steelyard.transparency.annotations import annotations
from steelyard.transparency.audited import Audited, audited
from steelyard.transparency.figures import Figure, figures
from steelyard.transparency.periods import MOST_DAYS, Period
from steelyard.transparency.promises import Promised, promised, readings
from steelyard.transparency.queries import counted_files

Asked = Figure | Audited | Promised
NARROWED_BY = ("harm", "country", "kind")
"""Columns that an address may narrow a figure to one value of"""


@require_safe
@for_everybody
@until_next_publication
def one_figure(request: HttpRequest, figure: str) -> HttpResponse:
    found, when = _figure(request, figure), chosen(request)
    _bounded(found, when)
    lead = _("The number, the query, and the files it was run on. Run it yourself: the result is this table.")
    title = found.promise.text(words.language()) if isinstance(found, Promised) else _(found.title)
    return page(request, title, lead, when, [_exhibit(found, when)], figure=found)


def _exhibit(found: Asked, when: Period) -> Exhibit:
    if isinstance(found, Promised):
        return history(found.promise, when)
    return plain(found, when) if isinstance(found, Figure) else exhibit_of(found, when)


@require_safe
def figure_file(request: HttpRequest, figure: str, ending: str) -> HttpResponse:
    """A figure over a period, for programs: `?period=30d`, `12m`, `2026`, `all` or `2026-11-01_2026-11-30`."""
    found, when = _figure(request, figure), chosen(request)
    _bounded(found, when)
    rows = _rows(found, when)
    if ending == "json":
        body = {
            "figure": found.id, "title": found.title, "unit": found.unit, "query": found.sql, "who": found.who,
            "period": when.id, "first": when.first.isoformat(), "last": when.last.isoformat(),
            "columns": found.columns, "rows": rows,
        }  # fmt: skip
        content = json.dumps(body, default=str).encode()
        return for_strangers_tools(content, "application/json", "public, max-age=60")
    return as_csv(found.columns, rows)


@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """The file that each day of a period is counted from, with its hash: what a figure is recomputed from."""
    when, root = chosen(request), config().public_url.rstrip("/")
    rows = [
        (day.isoformat(), version, f"{root}/transparency/{day}/v{version}/counts.csv", digest)
        for day, version, digest in counted_files(when.first, when.last_day)
    ]
    return as_csv(("day", "version", "file", "sha256"), rows)


@require_safe
def events_file(request: HttpRequest) -> HttpResponse:
    """What stands beside the charts of days, as a file."""
    return as_csv(("day", "kind", "event"), ((one.day, one.kind, one.text) for one in annotations()))


def _rows(found: Asked, when: Period) -> Sequence[Sequence[Any]]:
    if isinstance(found, Figure):
        return sums.daily(found, when) if found.by == "day" else sums.over(found, when)
    if isinstance(found, Promised):
        reads = readings(found.promise.id, when)
        return [tuple(getattr(read, name) for name in found.columns) for read in reads]
    if found.id.startswith("languages_"):
        shown = sums.languages(when, found.what)
        return [*sorted(shown.cells.items()), ("", shown.others)]
    times = [took for took in sums.times(when) if took.what == found.what]
    return [tuple(getattr(took, name) for name in found.columns) for took in times]


def _figure(request: HttpRequest, id_: str) -> Asked:
    """What the address names, narrowed and by days as it says."""
    found = figures().get(id_)
    if found is None:
        if known := audited().get(id_) or promised(id_):
            return known
        raise NoSuchThing("There is no such figure.")
    try:
        found = found.narrowed(**{name: request.GET[name] for name in NARROWED_BY if name in request.GET})
    except ValueError:
        raise NoSuchThing("There is no such figure.") from None
    return found.each_day() if request.GET.get("per") == "day" else found


def _bounded(found: Asked, when: Period) -> None:
    """A figure for each day is read from the days themselves, a quarter of them at most."""
    by_day = isinstance(found, Figure) and found.by == "day"
    if by_day and (when.last_day - when.first).days >= MOST_DAYS:
        raise NoSuchThing("There is no such period.")
