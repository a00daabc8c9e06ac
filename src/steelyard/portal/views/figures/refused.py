"""What nobody is given, and every order that was refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.clock import now
from steelyard.base.wording import iso
from steelyard.flows.answer_order import DESK
from steelyard.orders.refusals import Refusal, told_refusals
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.page import as_csv, chosen, days_of, page, plain, rows_of
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import fact
from steelyard.transparency.figures import Figure, figures
from steelyard.transparency.periods import Period, newest_day
from steelyard.transparency.pieces import in_one_piece

MOST = 100_000
"""Lines of the file"""


@require_safe
@for_everybody
@until_next_publication
def red_lines(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    rows = rows_of("red_lines", when)
    pile = Pile.of(rows, 2, 0)
    largest = max([1, *map(pile.total, pile.by)])
    lines = law_on(now().date()).red_lines.values()
    attempts = Exhibit(
        id="attempts", figure=figures()["red_lines"], when=when, head=_("Demand"),
        finding=_("Demands nobody can grant: %(n)s, granted: 0") % {"n": pile.all()},
        columns=[words.COLUMNS["n"], _("by")],
        rows=[
            Row(line.names.get(words.language(), line.names["en"]),
                [pile.total(line.id), ", ".join(f"{words.country(c)} {n}" for c, n in pile.by[line.id].items()) or "–"],
                segments({"order": pile.total(line.id)}, largest))
            for line in lines
        ],
        note=_("Unit: demands in orders, each counted once. Attempts in matters whose existence may not be disclosed "
               "are not in it until they may."),
    )  # fmt: skip
    lead = _(
        "What nobody is given, whoever asks. There is no button for it, for any role and any number of people."
    )
    return page(
        request,
        _("Red lines"),
        lead,
        when,
        [attempts],
        gate_url=_gate_url(),
        red_lines=list(lines),
        law=law_on(now().date()).digest,
    )


def _gate_url() -> str:
    """The page of the gate, where it exists."""
    try:
        return reverse("portal:gate")
    except NoReverseMatch:
        return ""


@require_safe
@for_everybody
@until_next_publication
def refusals(request: HttpRequest) -> HttpResponse:
    """Refused orders by ground and by day."""
    when, newest = chosen(request), newest_day()
    figure = figures()["refused"]
    exhibits = [plain(figure, when)]
    if newest:
        exhibits.append(_by_day(figure, days_of(when, newest)))
    exhibits.append(register(when))
    lead = _(
        "What authorities asked for and did not get, with the ground of each refusal. Each went to its sender with "
        "its ground and with what would cure it. The texts of orders are not published."
    )
    return page(request, _("Refusals"), lead, when, exhibits)


def _by_day(figure: Figure, when: Period) -> Exhibit:
    by_day = plain(figure.each_day(), when)
    total = sum(int(str(row.cells[-1])) for row in by_day.rows)
    finding = _("Orders refused from %(first)s to %(last)s: %(n)s") % {
        "first": iso(when.first), "last": iso(when.last), "n": total,
    }  # fmt: skip
    return replace(by_day, id="refused-days", finding=finding)


def register(when: Period, *, country: str = "") -> Exhibit:
    """The ledger of refusals: each refused order by itself, late and without names (`orders.refusals`)."""
    found = told_refusals(country=country)
    days = fact("house.refusals_told_after", now().date()).period().days
    return Exhibit(
        id="register", when=when, head=_("Month"), file=reverse("machine:refusals"),
        piece=in_one_piece()["refusals_told"],
        finding=_("What was refused, to whom and on which grounds: %(n)s") % {"n": len(found)},
        columns=[words.COLUMNS["country"], words.COLUMNS["instrument"], _("Kind of authority"), words.COLUMNS["harm"],
                 _("Grounds"), _("Red lines crossed"), _("Told on")],
        rows=[_line(one) for one in found],
        empty=_("No refusal is old enough to be told yet, except what may not be disclosed."),
        note=_("Each refused order joins this list %(days)s days after the end of its month, with its month and "
               "without reference, name, target or text. Orders whose secrecy has ended follow as corrections, after "
               "the same time.") % {"days": days},
    )  # fmt: skip


def _line(one: Refusal) -> Row:
    grounds = "; ".join(_ground(ground) for ground in one.grounds) or words.ground(DESK)
    crossed = ", ".join(map(words.red_line, one.red_lines)) or "–"
    told = iso(one.told_on)
    if one.correction:
        told = f"{told} ({_('correction: its secrecy has ended')})"
    return Row(
        f"{one.month:%Y-%m}",
        [words.country(one.country), words.instrument(one.instrument), words.issuer(one.issuer),
         words.harm(one.harm), grounds, crossed, told],
    )  # fmt: skip


def _ground(ground: Mapping[str, Any]) -> str:
    """The check that failed, and the law that it stands on."""
    sources = ", ".join(ground["sources"])
    return f"{words.ground(ground['check'])} ({sources})" if sources else words.ground(ground["check"])


@require_safe
def register_file(request: HttpRequest) -> HttpResponse:
    """The ledger of refusals as CSV, all of it."""
    names = (
        "month",
        "country",
        "instrument",
        "issuer",
        "harm",
        "grounds",
        "red_lines",
        "correction",
        "told_on",
    )
    rows = [
        (f"{one.month:%Y-%m}", one.country, one.instrument, one.issuer, one.harm,
         " ".join(str(ground["check"]) for ground in one.grounds), " ".join(one.red_lines), int(one.correction),
         one.told_on)
        for one in told_refusals(limit=MOST)
    ]  # fmt: skip
    return as_csv(names, rows)
