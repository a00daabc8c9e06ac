"""One figure: its permanent address, its file, its query."""

import csv
import io
import json

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.errors import NoSuchThing
from steelyard.portal.caching import for_everybody, for_strangers_tools, until_next_publication
from steelyard.portal.views.figures.page import chosen, page, plain
from steelyard.transparency import sums
from steelyard.transparency.figures import Figure, figures


@require_safe
@for_everybody
@until_next_publication
def one_figure(request: HttpRequest, figure: str) -> HttpResponse:
    found, when = _figure(figure), chosen(request)
    lead = _("The number, the query, and the files it was run on. Run it yourself: the result is this table.")
    return page(request, _(found.title), lead, when, [plain(figure, when)], figure=found)


@require_safe
def figure_file(request: HttpRequest, figure: str, ending: str) -> HttpResponse:
    """A figure over a period, for programs: `?period=30d`, `12m`, `2026` or `all`."""
    found, when = _figure(figure), chosen(request)
    names, rows = [*found.by.split(", "), "n"], sums.over(found, when)
    if ending == "json":
        body = {
            "figure": found.id, "title": found.title, "unit": found.unit, "query": found.sql, "who": found.who,
            "period": when.id, "first": when.first.isoformat(), "last": when.last.isoformat(),
            "columns": names, "rows": rows,
        }  # fmt: skip
        return for_strangers_tools(json.dumps(body).encode(), "application/json", "public, max-age=60")
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(names)
    table.writerows(rows)
    return for_strangers_tools(out.getvalue().encode(), "text/csv; charset=utf-8", "public, max-age=60")


def _figure(id_: str) -> Figure:
    try:
        return figures()[id_]
    except KeyError:
        raise NoSuchThing("There is no such figure.") from None
