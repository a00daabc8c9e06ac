"""How we measure, what we corrected, and the data itself."""

from collections.abc import Sequence
from datetime import UTC

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.ledger.queries import has_checkpoint
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.views.figures.page import SECTIONS, as_csv
from steelyard.transparency.audited import audited
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import newest_day, periods
from steelyard.transparency.pieces import in_one_piece
from steelyard.transparency.promises import all_promises
from steelyard.transparency.queries import corrections as all_corrections
from steelyard.transparency.queries import day as day_report
from steelyard.transparency.queries import files_of
from steelyard.transparency.texts import countries

MOST = 10_000
"""Corrections in the file"""


@require_safe
@for_everybody
@until_next_publication
def measure(request: HttpRequest) -> HttpResponse:
    """How we measure: every figure with its unit, its query and who can recompute it."""
    context = {
        "sections": SECTIONS,
        "figures": [(one, _(one.title), _(one.unit)) for one in figures().values()],
        "audited": [(one, _(one.title), _(one.unit)) for one in audited().values()],
        "pieces": [(one, _(one.title), _(one.unit), _(one.read_into)) for one in in_one_piece().values()],
        "users_countries": countries(),
    }
    return render(request, "portal/measure.html", context)


@require_safe
@for_everybody
@until_next_publication
def corrections(request: HttpRequest) -> HttpResponse:
    found = [
        {"one": one, "because": _(one.because),
         "changes": [_in_words(change) for change in one.changes]}
        for one in all_corrections()
    ]  # fmt: skip
    return render(request, "portal/corrections.html", {"sections": SECTIONS, "corrections": found})


@require_safe
def corrections_file(request: HttpRequest) -> HttpResponse:
    """Every changed number of every corrected day: what the page of corrections shows, all of it."""
    names = ("corrected_on", "day", "version", "because", "figure", "what", "old", "new")
    rows = [(one.at.astimezone(UTC).date(), one.day, one.version, one.because, *change)
            for one in all_corrections(MOST) for change in one.changes]  # fmt: skip
    return as_csv(names, rows)


def _in_words(change: Sequence[str | int]) -> tuple[str | int, ...]:
    """Figure, row, old and new number; the figure may be one that is not published any more."""
    id_, row, *numbers = change
    figure = figures().get(str(id_))
    return (_(figure.title), words.cell(figure.by, str(row)), *numbers) if figure else tuple(change)


@require_safe
@for_everybody
@until_next_publication
def data(request: HttpRequest) -> HttpResponse:
    last = newest_day()
    report = day_report(last) if last else None
    context = {
        "sections": SECTIONS, "newest": last, "report": report, "files": files_of(report) if report else [],
        "figures": [*figures(), *audited(), *(one.figure.id for one in all_promises())],
        "periods": periods(), "sealed": has_checkpoint(sealed=True),
    }  # fmt: skip
    return render(request, "portal/data.html", context)
