"""Our promises: where each stands, and how it got there."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.wording import iso
from steelyard.flows.publish_day import standing
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.charts import daily_line
from steelyard.portal.exhibits import Exhibit, Row
from steelyard.portal.views.figures.page import FEW, SECTIONS, chosen, days_of, events, share
from steelyard.transparency.periods import Period, newest_day
from steelyard.transparency.promises import Promise, Read, all_promises, readings, turns


@require_safe
@for_everybody
@until_next_publication
def promises(request: HttpRequest) -> HttpResponse:
    days = _days(chosen(request))
    found = [_shown(one, days) for one in all_promises()]
    return render(request, "portal/promises.html", {"sections": SECTIONS, "promises": found})


def _days(when: Period) -> Period:
    """Those that the address names, or the newest ninety."""
    last = newest_day()
    return days_of(when, last) if last else when


def _shown(one: Promise, days: Period) -> dict[str, Any]:
    read = readings(one.id, days)
    return {
        "one": one, "text": one.text(words.language()), "standing": standing(one), "changed": turns(read),
        "exhibit": _drawn(one, days, read),
    }  # fmt: skip


def history(one: Promise, when: Period) -> Exhibit:
    """Its readings as a line against the goal."""
    days = _days(when)
    return _drawn(one, days, readings(one.id, days))


TABLED = 30
"""Days in the table of one promise: the file has all that are drawn, and the page answers at once"""


def _drawn(one: Promise, days: Period, read: list[Read]) -> Exhibit:
    values = [(each.day, each.value) for each in read]
    top = 1.0 if one.share else max([1.0, *(value for _day, value in values if value is not None)])
    shown = "100 %" if one.share else f"{top:g}"
    return Exhibit(
        id=one.id, figure=one.figure, when=days, head=_("Day"), finding=_finding(one), rows=[
            Row(each.day.isoformat(), _cells(one, each), soft=one.share and (each.n or 0) < FEW)
            for each in reversed(read[-TABLED:])
        ],
        columns=[_("share"), _("as promised"), _("n"), _("95% interval"), _("Kept")] if one.share
        else [words.COLUMNS["n"], _("Kept")],
        chart=daily_line(values, one.target, top, shown, events(values)),
        note=_("Each day is measured over the thirty days that end with it. The dashed line is the goal. The table has "
               "the newest thirty days, the file all of them.")
        + (" " + _("Grey: n below 100.") if one.share else ""),
    )  # fmt: skip


def _finding(one: Promise) -> str:
    """The newest reading in a sentence, with n and its interval where it is a share."""
    newest = one.newest
    if newest is None:
        return _("Not measured on any day so far")
    if newest.value is None:
        return _("In the thirty days to %(day)s there was nothing to measure, or too little to be told") % {
            "day": iso(newest.day),
        }  # fmt: skip
    if newest.good is None or newest.n is None:
        return _("In the thirty days to %(day)s: %(n)s") % {
            "day": iso(newest.day),
            "n": f"{newest.value:g}",
        }
    told, between = share(newest.good, newest.n)
    return _("In the thirty days to %(day)s, %(good)s of %(n)s: %(share)s (95%% interval %(between)s)") % {
        "day": iso(newest.day), "good": newest.good, "n": newest.n, "share": told, "between": between,
    }  # fmt: skip


def _cells(one: Promise, each: Read) -> list[object]:
    kept = "–" if each.kept is None else _("kept") if each.kept else _("not kept")
    if not one.share:
        return ["–" if each.value is None else f"{each.value:g}", kept]
    if each.good is None or each.n is None:
        return [_("nothing to measure"), "–", "–", "–", kept]
    told, between = share(each.good, each.n)
    return [told, each.good, each.n, between, kept]
