"""What nobody is given, and every order that was refused."""

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.clock import now
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.page import chosen, page, rows_of
from steelyard.rulebook.law import law_on
from steelyard.transparency import sums


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
        id="attempts", figure="red_lines", period=when.id, head=_("Demand"),
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
    """Every refused order by day, country and instrument; the newest first."""
    when = chosen(request)
    found = sums.refusals(when)
    exhibit = Exhibit(
        id="refusals", figure="orders_ground", period=when.id, head=_("Day"),
        finding=_("Orders refused: %(n)s") % {"n": sum(row[-1] for row in found)},
        columns=[words.COLUMNS["country"], words.COLUMNS["instrument"], words.COLUMNS["harm"],
                 words.COLUMNS["ground"], words.COLUMNS["n"]],
        rows=[
            Row(day.isoformat(), [words.country(country), words.instrument(instrument), words.harm(harm),
                                  words.ground(ground), n])
            for day, country, instrument, harm, ground, n in found
        ],
        empty=_("None in this period, except what may not be disclosed."),
        note=_("Each refusal went to its sender with its ground and with what would cure it. The texts of orders are "
               "not published."),
    )  # fmt: skip
    lead = _(
        "Every order that we refused, by the day of the refusal: the newest 200, and all in the files of each day."
    )
    return page(request, _("Refusals"), lead, when, [exhibit])
