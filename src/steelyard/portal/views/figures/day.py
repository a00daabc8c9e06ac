"""One published day: every figure of its report with its query, its file and who can recompute it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from steelyard.base.errors import NoSuchThing
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.appeals import OVERTURNED
from steelyard.portal.views.figures.audited import in_languages, times
from steelyard.portal.views.figures.harms import restricted
from steelyard.portal.views.figures.page import as_csv, plain_of
from steelyard.portal.views.figures.partners import waited
from steelyard.portal.views.figures.steps import ANSWERS
from steelyard.portal.views.site import in_a_line, the_day
from steelyard.transparency.audited import audited
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import Period, period
from steelyard.transparency.pieces import in_one_piece
from steelyard.transparency.queries import day as day_report
from steelyard.transparency.queries import files_of, versions
from steelyard.transparency.shapes import Report, Table
from steelyard.transparency.suppression import Shown
from steelyard.transparency.texts import countries

GROUPS = (
    ("what", gettext_lazy("What was restricted, and what was lifted"),
     ("restricted", "restricted_ground", "restricted_verb", "restricted_surface", "reversed", "nothing_done",
      "decided_by")),
    ("notices", gettext_lazy("Notices and partners"), ("notices", "statements", "partners")),
    ("complaints", gettext_lazy("Complaints and errors"), ("complaints", "reviews", "misuse")),
    ("orders", gettext_lazy("Authorities"),
     ("orders", "refused", "red_lines", "informal", "restricted_order", "senders", "disclosed", "markets")),
    ("people", gettext_lazy("Languages of people"), ()),
    ("house", gettext_lazy("The desk and the ledger"), ("clocks", "emergency", "receipts", "entries")),
)  # fmt: skip
_TIMES = {"notices": "notice", "complaints": "complaint", "orders": "order"}


@require_safe
@for_everybody
@until_next_publication
def day(request: HttpRequest, day: str) -> HttpResponse:
    """One day; `?version=1` shows an earlier version of it."""
    when, version = the_day(day), request.GET.get("version", "")
    report = day_report(when, int(version) if version.isdecimal() else 0)
    page = {
        "report": report, **in_a_line(report), "numbers": report.numbers, "versions": versions(when),
        "files": files_of(report), "users_countries": countries(),
        "groups": [(id_, title, _notes_once(_group(report, id_, ids))) for id_, title, ids in GROUPS],
    }  # fmt: skip
    return render(request, "portal/day.html", page)


def _notes_once(found: Iterable[Exhibit]) -> list[Exhibit]:
    """A note that several have stands under the first: the page stays small enough for a slow telephone."""
    seen, kept = {""}, []
    for one in found:
        kept.append(replace(one, note="") if one.note in seen else one)
        seen.add(one.note)
    return kept


def _group(report: Report, group: str, ids: tuple[str, ...]) -> Iterator[Exhibit]:
    when = period(report.day)
    known = {id_ for _group, _title, ids_ in GROUPS for id_ in ids_}
    more = [id_ for id_ in report.figures if id_ not in known] if group == "house" else []
    for id_ in (*ids, *more):
        if id_ in report.figures:
            yield _of_day(report, _exhibit(id_, report.figures[id_], when), report.figures[id_].query)
    if group in _TIMES:
        yield _of_day(report, times(_TIMES[group], when, report.times), file="times.csv")
    if group == "people":
        for what, told in report.languages.items():
            shown = in_languages(audited()[f"languages_{what}"], when, Shown(told.cells, told.others))
            yield _of_day(report, shown, file="languages.csv")
    if group == "notices" and report.partners:
        found = waited(report, report.partners, when)
        yield from (_of_day(report, one, file="partners.csv") for one in found)
    if group == "complaints":
        yield _of_day(report, _corrected(report, when), file="report.json")
    if group == "house":
        yield _of_day(report, _emergency_line(report, when), file="report.json")


def _exhibit(id_: str, table: Table, when: Period) -> Exhibit:
    """From the rows that were published, whatever the figure asks for today."""
    rows = [tuple(row) for row in table.rows]
    if id_ == "restricted":
        return restricted(rows, when)
    if id_ == "orders":
        return _orders(rows, when)
    if id_ == "complaints":
        return replace(_plain(table, rows, when, id_), finding=_complaints(rows))
    return _plain(table, rows, when, id_)


def _plain(table: Table, rows: list[tuple[str | int, ...]], when: Period, id_: str) -> Exhibit:
    """Every column and every row, as they were published."""
    figure = figures().get(id_)
    known = figure is not None and figure.columns == table.columns
    return plain_of(
        table.columns, rows, when, id_=id_, title=_(table.title), figure=figure if known else None
    )


def _of_day(report: Report, one: Exhibit, query: str = "", *, file: str = "") -> Exhibit:
    """The same with the address, the files and the query of this version."""
    names = [("CSV", "machine:day-figure", one.figure.id)] if one.figure and query else []
    names += [(file, "machine:day-file", file)] if file else []
    behind = one.figure or one.piece
    return replace(
        one, asks=f"version={report.version}", file="",
        query=query or (report.queries.get(behind.id, "") if behind else ""),
        files=[(name, reverse(address, args=[report.day, report.version, last])) for name, address, last in names],
    )  # fmt: skip


def _complaints(rows: Sequence[tuple[object, ...]]) -> str:
    counted = Pile.of(rows, 0, 1)
    received, rejected, overturned = (
        sum(counted.total(f"decisions:complaint:{step}") for step in steps)
        for steps in (("received",), ("rejected",), OVERTURNED)
    )
    told = _("Complaints received: %(n)s, overturned: %(overturned)s, rejected: %(rejected)s")
    return told % {"n": received, "overturned": overturned, "rejected": rejected}


def _orders(rows: Sequence[tuple[object, ...]], when: Period) -> Exhibit:
    """A line for each country and instrument; the other steps are in the file."""
    pile = Pile()
    for country, instrument, type_, n in rows:
        name = f"{words.country(str(country))} · {words.instrument(str(instrument))}"
        pile.by[name][str(type_).rsplit(":", 1)[-1]] += int(str(n))
    received, refused = pile.of_second("received"), pile.of_second("refused")
    largest = max([1, *(pile.by[one].get("received", 0) for one in pile.by)])
    return Exhibit(
        id="orders", figure=figures()["orders"], when=when, head=str(words.COLUMNS["country"]),
        finding=_("Orders received: %(n)s, carried out: %(done)s, refused: %(refused)s")
        % {"n": received, "done": pile.of_second("executed") + pile.of_second("partly"), "refused": refused},
        columns=[words.STEPS[step] for step in ("received", *ANSWERS)],
        rows=[
            Row(name, [pile.by[name].get(step, 0) for step in ("received", *ANSWERS)],
                segments({"order": pile.by[name].get("received", 0)}, largest))
            for name in sorted(pile.by, key=lambda name: (-pile.by[name].get("received", 0), name))
        ],
        empty=_("No order arrived and none was answered on this day, except what may not be disclosed."),
    )  # fmt: skip


def _corrected(report: Report, when: Period) -> Exhibit:
    return Exhibit(
        id="corrected", when=when, piece=in_one_piece()["days_corrected"], head=_("Day"), columns=[_("Version")],
        finding=_("Published days that were corrected on this day: %(n)s") % {"n": len(report.corrected)},
        rows=[Row(*_split(one)) for one in report.corrected],
        empty=_("None was corrected on this day."),
        note=_("Old and new values, with their cause, stand on the page of corrections."),
    )  # fmt: skip


def _split(one: str) -> tuple[str, list[object]]:
    day_, _gap, version = one.partition(" ")
    return day_, [version]


LINE = {
    "rings": gettext_lazy("rings"), "acknowledged": gettext_lazy("answered"),
    "in_time": gettext_lazy("answered in time"),
    "unanswered": gettext_lazy("not answered"), "missed": gettext_lazy("calls missed by one person"),
    "median_seconds": gettext_lazy("median until the answer, seconds"),
    "slowest_seconds": gettext_lazy("slowest answer, seconds"),
}  # fmt: skip


def _emergency_line(report: Report, when: Period) -> Exhibit:
    told = report.emergency_line
    return Exhibit(
        id="emergency-line", when=when, piece=in_one_piece()["emergency_line"], head=_("What"),
        columns=[words.COLUMNS["n"]],
        finding=_("The emergency line rang %(rings)s times, answered: %(n)s")
        % {"rings": told.get("rings", 0), "n": told.get("acknowledged", 0)},
        rows=[Row(str(LINE.get(name, name)), ["–" if n is None else f"{n:g}"]) for name, n in told.items()],
    )  # fmt: skip


@require_safe
def day_figure(request: HttpRequest, day: str, version: int, figure: str) -> HttpResponse:
    """A figure of one version of a day, as it was published. It never changes."""
    report = day_report(the_day(day), version)
    if figure not in report.figures:
        raise NoSuchThing("There is no such figure.")
    table = report.figures[figure]
    return as_csv(table.columns, table.rows, "public, max-age=31536000, immutable")
