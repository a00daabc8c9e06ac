"""What users, hotlines and trusted flaggers told us, and how long partners waited."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.wording import plain_id
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Row, segments
from steelyard.portal.views.figures.audited import times
from steelyard.portal.views.figures.page import chosen, page, plain
from steelyard.rulebook.countries import region_name
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import Period, newest_day
from steelyard.transparency.pieces import in_one_piece
from steelyard.transparency.queries import day as day_report
from steelyard.transparency.shapes import PartnersWaited, Report, Waited


@require_safe
@for_everybody
@until_next_publication
def partners(request: HttpRequest) -> HttpResponse:
    when, newest = chosen(request), newest_day()
    exhibits = [
        *(plain(figures()[id_], when) for id_ in ("notices", "partners", "emergency")),
        times("notice", when),
    ]
    report = day_report(newest) if newest else None
    if report and report.partners:
        exhibits += waited(report, report.partners, when)
    lead = _("What users, hotlines and trusted flaggers told us, and how soon they got an answer.")
    return page(request, _("Partners"), lead, when, exhibits)


def waited(report: Report, told: PartnersWaited, when: Period) -> list[Exhibit]:
    """How long partners waited in the year before the newest day: by area, language and region, none of them named."""
    file = reverse("machine:day-file", args=[report.day, report.version, "partners.csv"])
    note = " ".join((
        _("Hours from arrival to outcome, since %(day)s, frozen with the newest day.") % {"day": plain_id(told.since)},
        _("All partners together: a cell that rests on few lines or on one partner alone is not shown."),
        _("Cells not shown: %(n)s.") % {"n": told.hidden},
    ))  # fmt: skip

    def one(
        id_: str, finding: str, head: str, cells: tuple[Waited, ...], name: Callable[[str], str]
    ) -> Exhibit:
        largest = max([0.01, *(cell.median for cell in cells)])
        return Exhibit(
            id=id_, when=when, finding=finding, head=head, note=note, file=file,
            piece=in_one_piece()["partners_waited"],
            columns=[_("n"), _("half within"), _("nine of ten within"), _("95 of 100 within")],
            rows=[
                Row(name(cell.about), [cell.lines, *(_hours(h) for h in (cell.median, cell.p90, cell.p95))],
                    segments({"partner": round(1000 * cell.median)}, round(1000 * largest)))
                for cell in cells
            ],
            empty=_("Too few lines of too few partners to be shown."),
        )  # fmt: skip

    whole = (told.whole,) if told.whole else ()
    half = _hours(told.whole.median) if told.whole else ""
    return [
        one("waited-area", _("How long partners waited: half within %(time)s") % {"time": half} if half
            else _("How long partners waited: too few lines to be told"), _("What"),
            (*whole, *told.by_area), lambda about: _("All") if about == "all" else words.harm(about)),
        one("waited-language",
            _("The fastest language compared with the slowest: %(parity)s") % {"parity": _parity(told.parity)},
            _("Language"), told.by_language, words.in_language),
        one("waited-region",
            _("The fastest region compared with the slowest: %(parity)s") % {"parity": _parity(told.region_parity)},
            _("Region"), told.by_region, lambda about: region_name(about, words.language())),
    ]  # fmt: skip


def _hours(hours: float) -> str:
    return _("%(n)s h") % {"n": f"{hours:g}"}


def _parity(parity: float | None) -> str:
    """The fastest divided by the slowest; 1 is the same for everyone."""
    if parity is None:
        return _("cannot be said yet")
    return _("%(n)s (1 is the same for everyone)") % {"n": f"{parity:g}"}
