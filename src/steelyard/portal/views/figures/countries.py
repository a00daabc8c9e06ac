"""One country: the same page for each, whether anything came from there or not."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.errors import NoSuchThing
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row
from steelyard.portal.views.figures.page import chosen, page
from steelyard.portal.views.figures.per_million import counted_users, per_million
from steelyard.portal.views.figures.refused import register
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
    name = words.country(country)
    exhibits = [
        _country_orders(name, country, when), _country_lines(country, when), _country_restricted(country, when),
        register(when, country=country),
    ]  # fmt: skip
    lead = _("What its authorities asked of us, and what became of it. Zero is a number here, not a gap.")
    return page(request, name, lead, when, exhibits, country=country, telegram=telegram(country))


def _country_orders(name: str, country: str, when: Period) -> Exhibit:
    figure, steps = figures()["orders"].narrowed(country=country), ("received", *ANSWERS)
    pile = steps_of(sums.over(figure, when), 1, 2)
    received = pile.of_second("received")
    return Exhibit(
        id="orders", figure=figure, when=when, head=str(words.COLUMNS["instrument"]),
        finding=_("%(country)s: orders received %(n)s, refused %(refused)s; per million users %(rate)s")
        % {"country": name, "n": received, "refused": pile.of_second("refused"),
           "rate": per_million(received, country)},
        columns=[words.STEPS[step] for step in steps],
        rows=[Row(words.instrument(one), [pile.by[one].get(step, 0) for step in steps]) for one in sorted(pile.by)],
        empty=_("No order arrived in this period, except what may not be disclosed."), note=counted_users(),
    )  # fmt: skip


def _country_lines(country: str, when: Period) -> Exhibit:
    figure = figures()["red_lines"].narrowed(country=country)
    rows = sums.over(figure, when)
    return Exhibit(
        id="red-lines", figure=figure, when=when, head=_("Demand"),
        finding=_("Demands nobody can grant: %(n)s, granted: 0") % {"n": sum(row[-1] for row in rows)},
        columns=[words.COLUMNS["instrument"], words.COLUMNS["n"]],
        rows=[Row(words.red_line(line), [words.instrument(instrument), n]) for _code, instrument, line, n in rows],
        empty=_("None in this period, except what may not be disclosed."),
    )  # fmt: skip


def _country_restricted(country: str, when: Period) -> Exhibit:
    figure = figures()["restricted_order"].narrowed(country=country)
    pile = Pile.of(sums.over(figure, when), 1, 2)
    return Exhibit(
        id="restricted", figure=figure, when=when, head=str(words.COLUMNS["instrument"]),
        finding=_("Restricted on its orders: %(n)s") % {"n": pile.all()},
        columns=[words.KINDS[kind] for kind in words.KINDS],
        rows=[Row(words.instrument(one), [pile.by[one].get(kind, 0) for kind in words.KINDS]) for one in pile.sorted()],
        empty=_("Nothing was restricted on its orders in this period, except what may not be disclosed."),
    )  # fmt: skip
