"""What was restricted, by the damage it does; and one harm by itself."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.base.errors import NoSuchThing
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.charts import daily_bars
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.page import chosen, page, rows_of
from steelyard.rulebook.queries import harms, rules
from steelyard.transparency import sums
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import LAST_DAYS, Period, newest_day
from steelyard.transparency.queries import day as day_report

_SOURCES = ("rule", "notice", "order")


@require_safe
@for_everybody
@until_next_publication
def by_harm(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    found = _restricted(when)
    return page(request, _("Harms"), _("What was restricted, by the damage it does."), when, [found])


def _restricted(when: Period) -> Exhibit:
    rows = rows_of("restricted", when)
    pile, by_kind = Pile.of(rows, 0, 2), Pile.of(rows, 0, 1)
    for harm in harms():
        pile.by.setdefault(harm, {})
    largest = max([1, *map(pile.total, pile.by)])
    total, own = pile.all(), pile.of_second("rule")
    return Exhibit(
        id="restricted", figure="restricted", period=when.id, head=str(words.COLUMNS["harm"]),
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
    exhibits = [_harm_by_day(harm, last)] if last else []
    exhibits.append(_harm_by_source(harm, when))
    rule = next((rule for rule in rules(last or when.last).values() if rule.harm == harm), None)
    files = [(last, day_report(last).version)] if last else []
    lead = rule.text(words.language()) if rule else ""
    return page(request, words.harm(harm), lead, when, exhibits, harm=harm, harm_files=files)


def _harm_by_day(harm: str, last: date) -> Exhibit:
    values = sums.daily(figures()["restricted"], last - timedelta(days=89), last, harm=harm)
    month = sum(n for day, n in values if (day.year, day.month) == (last.year, last.month))
    return Exhibit(
        id="days", figure="restricted", period=LAST_DAYS, head=_("Day"), columns=[_("Restricted")],
        finding=_("On %(day)s: %(n)s, this month: %(month)s")
        % {"day": last.isoformat(), "n": values[-1][1] if values else 0, "month": month},
        rows=[Row(day.isoformat(), [n]) for day, n in reversed(values)], chart=daily_bars(values),
        note=_("Unit: posts, channels and accounts restricted. The line is the median of seven days."),
    )  # fmt: skip


def _harm_by_source(harm: str, when: Period) -> Exhibit:
    rows = sums.narrowed(figures()["restricted"], when, harm=harm)
    back = Pile.of(sums.narrowed(figures()["reversed"], when, harm=harm), 1, 2)
    pile = Pile.of(rows, 1, 2)
    largest = max([1, *map(pile.total, pile.by)])
    return Exhibit(
        id="kinds", figure="restricted", period=when.id, head=str(words.COLUMNS["kind"]),
        finding=_("Restricted: %(n)s, lifted again: %(back)s") % {"n": pile.all(), "back": back.all()},
        columns=[_("All"), *_source_names(), _("lifted again")],
        rows=[
            Row(str(words.KINDS[kind]),
                [pile.total(kind), *(pile.by[kind].get(source, 0) for source in _SOURCES), back.total(kind)],
                segments(pile.by[kind], largest))
            for kind in words.KINDS
        ],
        sources=_SOURCES,
    )  # fmt: skip
