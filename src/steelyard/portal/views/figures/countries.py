"""One country: the same page for each, whether anything came from there or not."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.errors import NoSuchThing
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row
from steelyard.portal.views.figures.page import chosen, page
from steelyard.portal.views.figures.steps import ANSWERS, steps_of
from steelyard.rulebook import countries
from steelyard.transparency import sums
from steelyard.transparency.figures import figures
from steelyard.transparency.other_operators import telegram
from steelyard.transparency.periods import Period


@require_safe
@for_everybody
@until_next_publication
def one_country(request: HttpRequest, country: str) -> HttpResponse:
    """The same page for every country, whether anything came from there or not."""
    if not countries.known(country) or country != country.upper():
        raise NoSuchThing("There is no such country.")
    when = chosen(request)
    pile = steps_of(sums.narrowed(figures()["orders"], when, country=country), 1, 2)
    lines = sums.narrowed(figures()["red_lines"], when, country=country)
    restricted = Pile.of(sums.narrowed(figures()["restricted_order"], when, country=country), 1, 2)
    name = words.country(country)
    exhibits = [
        _country_orders(name, pile, when), _country_lines(lines, when), _country_restricted(restricted, when),
    ]  # fmt: skip
    lead = _("What its authorities asked of us, and what became of it. Zero is a number here, not a gap.")
    return page(request, name, lead, when, exhibits, country=country, telegram=telegram(country))


def _country_orders(name: str, pile: Pile, when: Period) -> Exhibit:
    steps = ("received", *ANSWERS)
    return Exhibit(
        id="orders", figure="orders", period=when.id, head=str(words.COLUMNS["instrument"]),
        finding=_("%(country)s: orders received %(n)s, refused %(refused)s")
        % {"country": name, "n": pile.of_second("received"), "refused": pile.of_second("refused")},
        columns=[words.STEPS[step] for step in steps],
        rows=[Row(words.instrument(one), [pile.by[one].get(step, 0) for step in steps]) for one in sorted(pile.by)],
        empty=_("No order arrived in this period, except what may not be disclosed."),
    )  # fmt: skip


def _country_lines(rows: list[sums.Row], when: Period) -> Exhibit:
    total = sum(row[-1] for row in rows)
    return Exhibit(
        id="red-lines", figure="red_lines", period=when.id, head=_("Demand"),
        finding=_("Demands nobody can grant: %(n)s, granted: 0") % {"n": total},
        columns=[words.COLUMNS["instrument"], words.COLUMNS["n"]],
        rows=[Row(words.red_line(line), [words.instrument(instrument), n]) for _code, instrument, line, n in rows],
        empty=_("None in this period, except what may not be disclosed."),
    )  # fmt: skip


def _country_restricted(pile: Pile, when: Period) -> Exhibit:
    return Exhibit(
        id="restricted", figure="restricted_order", period=when.id, head=str(words.COLUMNS["instrument"]),
        finding=_("Restricted on its orders: %(n)s") % {"n": pile.all()},
        columns=[words.KINDS[kind] for kind in words.KINDS],
        rows=[Row(words.instrument(one), [pile.by[one].get(kind, 0) for kind in words.KINDS]) for one in pile.sorted()],
        empty=_("Nothing was restricted on its orders in this period, except what may not be disclosed."),
    )  # fmt: skip
