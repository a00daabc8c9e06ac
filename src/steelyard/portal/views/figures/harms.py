"""What was restricted, by the damage it does; and one harm by itself."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.errors import NoSuchThing
from steelyard.base.wording import iso
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.charts import daily_bars
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.page import chosen, days_of, events, page, rows_of
from steelyard.rulebook.queries import harms, rules
from steelyard.transparency import sums
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import Period, newest_day
from steelyard.transparency.queries import day as day_report

_SOURCES = ("rule", "notice", "order")


@require_safe
@for_everybody
@until_next_publication
def by_harm(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    found = restricted(rows_of("restricted", when), when)
    return page(request, _("Harms"), _("What was restricted, by the damage it does."), when, [found])


def restricted(rows: list[sums.Row], when: Period) -> Exhibit:
    """What was restricted by harm, every harm with its zero, from rows of the figure of that name."""
    pile, by_kind = Pile.of(rows, 0, 2), Pile.of(rows, 0, 1)
    for harm in harms():
        pile.by.setdefault(harm, {})
    largest = max([1, *map(pile.total, pile.by)])
    total, own = pile.all(), pile.of_second("rule")
    return Exhibit(
        id="restricted", figure=figures()["restricted"], when=when, head=str(words.COLUMNS["harm"]),
        finding=_("Restricted: %(n)s, of them by our own rules %(own)s") % {"n": total, "own": own},
        columns=[_("All"), *(words.KINDS[kind] for kind in words.KINDS), *_source_names()],
        rows=[
            Row(
                words.harm(harm),
                [pile.total(harm), *(by_kind.by[harm].get(kind, 0) for kind in words.KINDS),
                 *(pile.by[harm].get(source, 0) for source in _SOURCES)],
                segments(pile.by[harm], largest), link=harm,
            )
            for harm in pile.sorted()
        ],
        sources=_SOURCES, note=_("Unit: decisions that took effect, by what led to them. A day runs from midnight to "
                                 "midnight UTC. They count what was done, not how much harm there was."),
    )  # fmt: skip


def _source_names() -> list[str]:
    return [words.of("source", source) for source in _SOURCES]


@require_safe
@for_everybody
@until_next_publication
def one_harm(request: HttpRequest, harm: str) -> HttpResponse:
    if harm not in harms():
        raise NoSuchThing("There is no such harm.")
    last = newest_day()
    when = chosen(request)
    exhibits = [_harm_by_day(harm, days_of(when, last))] if last else []
    exhibits += [_harm_by_source(harm, when), _harm_lifted(harm, when)]
    rule = next((rule for rule in rules(last or when.last).values() if rule.harm == harm), None)
    files = [(last, day_report(last).version)] if last else []
    lead = rule.text(words.language()) if rule else ""
    return page(request, words.harm(harm), lead, when, exhibits, harm=harm, harm_files=files)


def _harm_by_day(harm: str, when: Period) -> Exhibit:
    figure = figures()["restricted"].narrowed(harm=harm)
    values = sums.daily(figure, when)
    last, newest = values[-1] if values else (when.last, 0)
    month = sum(n for day, n in values if (day.year, day.month) == (last.year, last.month))
    return Exhibit(
        id="days", figure=figure.each_day(), when=when, head=_("Day"), columns=[_("Restricted")],
        finding=_("On %(day)s: %(n)s, this month: %(month)s")
        % {"day": iso(last), "n": newest, "month": month},
        rows=[Row(day.isoformat(), [n]) for day, n in reversed(values)], chart=daily_bars(values, events(values)),
        note=_("Unit: posts, channels and accounts restricted. The line is the median of seven days."),
    )  # fmt: skip


def _harm_by_source(harm: str, when: Period) -> Exhibit:
    figure = figures()["restricted"].narrowed(harm=harm)
    pile = Pile.of(sums.over(figure, when), 1, 2)
    largest = max([1, *map(pile.total, pile.by)])
    return Exhibit(
        id="kinds", figure=figure, when=when, head=str(words.COLUMNS["kind"]),
        finding=_("Restricted: %(n)s, of them by our own rules %(own)s")
        % {"n": pile.all(), "own": pile.of_second("rule")},
        columns=[_("All"), *_source_names()],
        rows=[
            Row(str(words.KINDS[kind]), [pile.total(kind), *(pile.by[kind].get(source, 0) for source in _SOURCES)],
                segments(pile.by[kind], largest))
            for kind in words.KINDS
        ],
        sources=_SOURCES,
    )  # fmt: skip


def _harm_lifted(harm: str, when: Period) -> Exhibit:
    figure = figures()["reversed"].narrowed(harm=harm)
    back = Pile.of(sums.over(figure, when), 1, 2)
    return Exhibit(
        id="lifted", figure=figure, when=when, head=str(words.COLUMNS["kind"]),
        finding=_("Restrictions lifted again: %(n)s") % {"n": back.all()}, columns=[_("lifted again")],
        rows=[Row(str(words.KINDS[kind]), [back.total(kind)]) for kind in words.KINDS],
    )  # fmt: skip
