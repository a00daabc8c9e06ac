"""The pages of the transparency site below its overview: each a few exhibits over one period."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing
from steelyard.flows.publish_day import standing
from steelyard.ledger.queries import has_checkpoint
from steelyard.portal import words
from steelyard.portal.caching import for_everybody, for_strangers_tools, until_next_publication
from steelyard.portal.charts import daily_bars, interval, whisker
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.rulebook import countries
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import harms, rules
from steelyard.transparency import sums
from steelyard.transparency.figures import Figure, figures
from steelyard.transparency.other_operators import telegram
from steelyard.transparency.periods import LAST_DAYS, Period, newest_day, period, periods
from steelyard.transparency.promises import all_promises
from steelyard.transparency.queries import corrections as all_corrections
from steelyard.transparency.queries import day as day_report
from steelyard.transparency.queries import files_of
from steelyard.transparency.times import Took

FEW = 100
"""Below this many a share says little: it is shown in grey"""
SECTIONS = (
    ("transparency", gettext_lazy("Overview")),
    ("harms", gettext_lazy("Harms")),
    ("governments", gettext_lazy("Governments")),
    ("partners", gettext_lazy("Partners")),
    ("appeals", gettext_lazy("Appeals and errors")),
    ("red-lines", gettext_lazy("Red lines")),
    ("refusals", gettext_lazy("Refusals")),
    ("promises", gettext_lazy("Our promises")),
    ("corrections", gettext_lazy("Corrections")),
    ("measure", gettext_lazy("How we measure")),
    ("data", gettext_lazy("Data and API")),
)


def _chosen(request: HttpRequest) -> Period:
    return period(request.GET.get("period", LAST_DAYS))


def _rows(figure: str, when: Period) -> list[sums.Row]:
    return sums.over(figures()[figure], when)


def _page(
    request: HttpRequest, title: str, lead: str, when: Period, exhibits: Sequence[Exhibit], **more: Any
) -> HttpResponse:
    context = {
        "title": title, "lead": lead, "exhibits": exhibits, "period": when, "sections": SECTIONS,
        "periods": [(id_, period_name(id_)) for id_ in periods()], "period_name": period_name(when.id),
        "newest": newest_day(), **more,
    }  # fmt: skip
    return render(request, "portal/figures.html", context)


def period_name(id_: str) -> str:
    """What a period is called, in the active language."""
    names = {"30d": _("Last 30 days"), "12m": _("Last 12 months"), "all": _("Since the beginning")}
    return names.get(id_, id_)


# ---- harms ------------------------------------------------------------------------------------------------


@require_safe
@for_everybody
@until_next_publication
def by_harm(request: HttpRequest) -> HttpResponse:
    when = _chosen(request)
    found = _restricted(when)
    return _page(request, _("Harms"), _("What was restricted, by the damage it does."), when, [found])


def _restricted(when: Period) -> Exhibit:
    rows = _rows("restricted", when)
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


_SOURCES = ("rule", "notice", "order")


def _source_names() -> list[str]:
    return [words.of("source", source) for source in _SOURCES]


@require_safe
@for_everybody
@until_next_publication
def one_harm(request: HttpRequest, harm: str) -> HttpResponse:
    if harm not in harms():
        raise NoSuchThing("There is no such harm.")
    last = newest_day()
    when = _chosen(request)
    exhibits = [_harm_by_day(harm, last)] if last else []
    exhibits.append(_harm_by_source(harm, when))
    rule = next((rule for rule in rules(last or when.last).values() if rule.harm == harm), None)
    files = [(last, day_report(last).version)] if last else []
    lead = rule.text(words.language()) if rule else ""
    return _page(request, words.harm(harm), lead, when, exhibits, harm=harm, harm_files=files)


def _harm_by_day(harm: str, last: Any) -> Exhibit:
    from datetime import timedelta

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


# ---- governments ------------------------------------------------------------------------------------------

_ANSWERS = ("executed", "partly", "refused")


@require_safe
@for_everybody
@until_next_publication
def governments(request: HttpRequest) -> HttpResponse:
    when = _chosen(request)
    exhibits = [
        _by_country(when), _by_instrument(when), _what_became(when), _order_times(when),
        _plain("senders", when), _plain("disclosed", when),
    ]  # fmt: skip
    lead = _("Everything that authorities asked for, by country, and what became of it. Counts about governments are "
             "never rounded or hidden.")  # fmt: skip
    return _page(request, _("Governments"), lead, when, exhibits)


def _steps(rows: list[sums.Row], column: int) -> Pile:
    pile = Pile()
    for row in rows:
        pile.by[str(row[column])][str(row[2]).rsplit(":", 1)[-1]] += int(row[-1])
    return pile


def _by_country(when: Period) -> Exhibit:
    pile = _steps(_rows("orders", when), 0)
    lines, informal = Pile.of(_rows("red_lines", when), 0, 1), _steps_of_informal(when)
    received = {code: pile.by[code].get("received", 0) for code in pile.by}
    for code in lines.by:
        received.setdefault(code, 0)
    largest = max([1, *received.values()])
    order = sorted(received, key=lambda code: (-received[code], code))
    return Exhibit(
        id="countries", figure="orders", period=when.id, head=str(words.COLUMNS["country"]),
        finding=_("Orders received: %(n)s, refused: %(refused)s, demands nobody can grant: %(red)s")
        % {"n": pile.of_second("received"), "refused": pile.of_second("refused"), "red": lines.all()},
        columns=[_("received"), *(words.STEPS[step] for step in _ANSWERS), _("granted of those answered"),
                 _("demands nobody can grant"), _("informal")],
        rows=[
            Row(words.country(code),
                [received[code], *(pile.by[code].get(step, 0) for step in _ANSWERS), _granted(pile.by[code]),
                 lines.total(code), informal.by[code].get("received", 0)],
                segments({"order": received[code]}, largest), link=code)
            for code in order
        ],
        empty=_("No order arrived in this period, except what may not be disclosed."),
        note=_("Unit: orders, not accounts. The country is that of the authority, as it stated it. How many people "
               "use the service in a country is not known to us, so there is no figure per person."),
    )  # fmt: skip


def _steps_of_informal(when: Period) -> Pile:
    pile = Pile()
    for code, type_, n in _rows("informal", when):
        pile.by[code][type_.rsplit(":", 1)[-1]] += n
    return pile


def _granted(counted: Any) -> str:
    answered = sum(counted.get(step, 0) for step in _ANSWERS)
    granted = counted.get("executed", 0) + counted.get("partly", 0)
    return f"{round(100 * granted / answered)} %" if answered else "–"


def _by_instrument(when: Period) -> Exhibit:
    pile = _steps(_rows("orders", when), 1)
    largest = max([1, *(pile.by[one].get("received", 0) for one in pile.by)])
    return Exhibit(
        id="instruments", figure="orders", period=when.id, head=str(words.COLUMNS["instrument"]),
        finding=_("Kinds of law that orders rest on: %(n)s") % {"n": len(pile.by)},
        columns=[_("received"), *(words.STEPS[step] for step in _ANSWERS)],
        rows=[
            Row(words.instrument(one), [pile.by[one].get(step, 0) for step in ("received", *_ANSWERS)],
                segments({"order": pile.by[one].get("received", 0)}, largest))
            for one in sorted(pile.by, key=lambda one: (-pile.by[one].get("received", 0), one))
        ],
        empty=_("No order arrived in this period, except what may not be disclosed."),
    )  # fmt: skip


def _what_became(when: Period) -> Exhibit:
    pile = _steps(_rows("orders", when), 0)
    counted = {
        step: pile.of_second(step) for step in {*words.STEPS, *(s for one in pile.by.values() for s in one)}
    }
    order = [step for step in words.STEPS if counted.get(step)] + sorted(set(counted) - set(words.STEPS))
    largest = max([1, *counted.values()])
    done = counted["executed"] + counted["partly"]
    return Exhibit(
        id="steps", figure="orders", period=when.id, head=_("Step"), columns=[_("Orders")],
        finding=_("Of the orders received, carried out: %(done)s, refused: %(refused)s")
        % {"done": done, "refused": counted["refused"]},
        rows=[Row(words.step(step), [counted[step]], segments({"order": counted[step]}, largest))
              for step in order if counted[step]],
        empty=_("No order arrived in this period, except what may not be disclosed."),
        note=_("An order can take a step in another period than the one in which it arrived."),
    )  # fmt: skip


def _order_times(when: Period) -> Exhibit:
    found = [took for took in sums.times(when) if took.what == "order" and took.key]

    def name(took: Took) -> str:
        code, _gap, instrument = took.key.partition(" ")
        return f"{words.country(code)} · {words.instrument(instrument)}"

    return _times(found, name, "order-times", _("How soon orders were answered"), when)


def _times(found: list[Took], name: Callable[[Took], str], id_: str, what: str, when: Period) -> Exhibit:
    longest = max([60, *(took.p90 or 0 for took in found)])
    rows = [
        Row(name(took), [took.n if took.n is not None else _("fewer than 5"),
                         *(words.took(value) if value else "–" for value in (took.p10, took.p50, took.p90)),
                         whisker(took.p10, took.p50, took.p90, longest)
                         if took.p10 and took.p50 and took.p90 else None],
            soft=(took.n or 0) < FEW)
        for took in sorted(found, key=lambda took: (-(took.n or 0), took.key))
    ]  # fmt: skip
    half = next((took for took in found if not took.key and took.p50), None)
    finding = (
        what
        if half is None
        else f"{what}: " + _("half within %(time)s") % {"time": words.took(half.p50 or 0)}
    )
    return Exhibit(
        id=id_, figure="", period=when.id, head="", finding=finding,
        columns=[_("n"), _("a tenth within"), _("half within"), _("nine of ten within"), _("from 1 minute")],
        rows=rows, empty=_("Nothing ended in this period."),
        note=_("From arrival to answer, every pause included. The axis is logarithmic. An auditor can recompute this "
               "from records that are not public; of fewer than five people nothing is told. Grey: n below 100."),
    )  # fmt: skip


@require_safe
@for_everybody
@until_next_publication
def one_country(request: HttpRequest, country: str) -> HttpResponse:
    """The same page for every country, whether anything came from there or not."""
    if not countries.known(country) or country != country.upper():
        raise NoSuchThing("There is no such country.")
    when = _chosen(request)
    pile = _steps(sums.narrowed(figures()["orders"], when, country=country), 1)
    lines = sums.narrowed(figures()["red_lines"], when, country=country)
    restricted = Pile.of(sums.narrowed(figures()["restricted_order"], when, country=country), 1, 2)
    name = words.country(country)
    exhibits = [
        _country_orders(name, pile, when), _country_lines(lines, when), _country_restricted(restricted, when),
    ]  # fmt: skip
    lead = _("What its authorities asked of us, and what became of it. Zero is a number here, not a gap.")
    return _page(request, name, lead, when, exhibits, country=country, telegram=telegram(country))


def _country_orders(name: str, pile: Pile, when: Period) -> Exhibit:
    steps = ("received", *_ANSWERS)
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


# ---- partners, appeals --------------------------------------------------------------------------------------


@require_safe
@for_everybody
@until_next_publication
def partners(request: HttpRequest) -> HttpResponse:
    when = _chosen(request)
    exhibits = [
        _plain("notices", when),
        _plain("partners", when),
        _plain("emergency", when),
        _notice_times(when),
    ]
    lead = _("What users, hotlines and trusted flaggers told us, and how soon they got an answer.")
    return _page(request, _("Partners"), lead, when, exhibits)


def _plain(id_: str, when: Period) -> Exhibit:
    """A figure as it is: every column, every row."""
    figure = figures()[id_]
    names = figure.by.split(", ")
    rows = sums.over(figure, when)
    largest = max([1, *(row[-1] for row in rows)])
    return Exhibit(
        id=id_, figure=id_, period=when.id, head=str(words.COLUMNS[names[0]]),
        finding=f"{_(figure.title)}: {sum(row[-1] for row in rows)}",
        columns=[*(words.COLUMNS[name] for name in names[1:]), words.COLUMNS["n"]],
        rows=[
            Row(words.of(names[0], row[0]),
                [*(words.of(name, part) for name, part in zip(names[1:], row[1:], strict=False)), row[-1]],
                segments({"": row[-1]}, largest))
            for row in sorted(rows, key=lambda row: -row[-1])
        ],
        empty=_("None in this period, except what may not be disclosed."),
    )  # fmt: skip


def _notice_times(when: Period) -> Exhibit:
    found = [took for took in sums.times(when) if took.what == "notice"]
    all_ = _("All")
    return _times(found, lambda took: words.harm(took.key) if took.key else all_, "notice-times",
                  _("How soon notices were decided"), when)  # fmt: skip


@require_safe
@for_everybody
@until_next_publication
def appeals(request: HttpRequest) -> HttpResponse:
    when = _chosen(request)
    complaints = _rows("complaints", when)
    exhibits = [
        _funnel(complaints, when),
        _overturned(complaints, when),
        _lifted(when),
        _complaint_times(when),
    ]
    lead = _("How often people disagreed with us, and how often they were right.")
    return _page(request, _("Appeals and errors"), lead, when, exhibits)


def _funnel(complaints: list[sums.Row], when: Period) -> Exhibit:
    counted = Pile.of(complaints, 0, 1)
    statements = sum(row[-1] for row in _rows("statements", when))
    received, upheld, rejected = (counted.total(f"decisions:complaint:{step}") for step in
                                  ("received", "upheld", "rejected"))  # fmt: skip
    steps = [
        (_("people told of a decision, with reasons"), statements),
        (_("complaints received"), received),
        (_("complaints decided"), upheld + rejected),
        (_("decisions overturned"), upheld),
    ]
    largest = max([1, *(n for _name, n in steps)])
    return Exhibit(
        id="funnel", figure="complaints", period=when.id, head=_("Step"), columns=[words.COLUMNS["n"]],
        finding=_("Complaints decided: %(n)s, in favour of the author: %(upheld)s")
        % {"n": upheld + rejected, "upheld": upheld},
        rows=[Row(name, [n], segments({"complaint": n}, largest)) for name, n in steps],
        note=_("A complaint can be decided in another period than the one in which it came."),
    )  # fmt: skip


def _overturned(complaints: list[sums.Row], when: Period) -> Exhibit:
    by_harm: Pile = Pile()
    for type_, harm, _ground, n in complaints:
        by_harm.by[harm][type_.rsplit(":", 1)[-1]] += n
    rows = []
    for harm in sorted(by_harm.by, key=lambda one: -by_harm.total(one)):
        upheld, decided = (
            by_harm.by[harm]["upheld"],
            by_harm.by[harm]["upheld"] + by_harm.by[harm]["rejected"],
        )
        low, high = interval(upheld, decided)
        share = f"{round(100 * upheld / decided)} %" if decided else "–"
        cells = [
            by_harm.by[harm]["received"],
            decided,
            upheld,
            share,
            f"{low:g}–{high:g} %" if decided else "–",
        ]
        rows.append(Row(words.harm(harm), cells, soft=decided < FEW))
    return Exhibit(
        id="overturned", figure="complaints", period=when.id, head=str(words.COLUMNS["harm"]),
        finding=_("Decisions overturned after a complaint, by harm"),
        columns=[_("received"), _("decided"), _("overturned"), _("share"), _("95% interval")], rows=rows,
        empty=_("No complaint in this period."),
        note=_("Share of complaints decided. People choose what they complain of, so this is not the accuracy of "
               "all decisions. Grey: fewer than 100 decided."),
    )  # fmt: skip


def _lifted(when: Period) -> Exhibit:
    pile = Pile.of(_rows("reversed", when), 2, 1)
    made = Pile.of(_rows("restricted", when), 2, 1)
    largest = max([1, *map(pile.total, pile.by)])
    return Exhibit(
        id="lifted", figure="reversed", period=when.id, head=_("What led to lifting it"),
        finding=_("Restrictions lifted again: %(n)s, restrictions made: %(made)s")
        % {"n": pile.all(), "made": made.all()},
        columns=[_("All"), *(words.KINDS[kind] for kind in words.KINDS)],
        rows=[
            Row(words.of("source", source), [pile.total(source), *(pile.by[source].get(k, 0) for k in words.KINDS)],
                segments({source: pile.total(source)}, largest))
            for source in pile.sorted()
        ],
        empty=_("None in this period, except what may not be disclosed."),
    )  # fmt: skip


def _complaint_times(when: Period) -> Exhibit:
    found = [took for took in sums.times(when) if took.what == "complaint"]
    all_ = _("All")
    return _times(found, lambda took: words.harm(took.key) if took.key else all_, "complaint-times",
                  _("How soon complaints were decided"), when)  # fmt: skip


# ---- red lines, refusals, promises ------------------------------------------------------------------------------


@require_safe
@for_everybody
@until_next_publication
def red_lines(request: HttpRequest) -> HttpResponse:
    when = _chosen(request)
    rows = _rows("red_lines", when)
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
    return _page(
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
    when = _chosen(request)
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
    return _page(request, _("Refusals"), lead, when, [exhibit])


@require_safe
@for_everybody
@until_next_publication
def promises(request: HttpRequest) -> HttpResponse:
    found = [
        {"one": one, "text": one.text(words.language()), "standing": standing(one)} for one in all_promises()
    ]
    return render(request, "portal/promises.html", {"sections": SECTIONS, "promises": found})


# ---- one figure: its permanent address, its file, its query ----------------------------------------------------


@require_safe
@for_everybody
@until_next_publication
def one_figure(request: HttpRequest, figure: str) -> HttpResponse:
    found, when = _figure(figure), _chosen(request)
    lead = _("The number, the query, and the files it was run on. Run it yourself: the result is this table.")
    return _page(request, _(found.title), lead, when, [_plain(figure, when)], figure=found)


@require_safe
def figure_file(request: HttpRequest, figure: str, ending: str) -> HttpResponse:
    """A figure over a period, for programs: `?period=30d`, `12m`, `2026` or `all`."""
    found, when = _figure(figure), _chosen(request)
    names, rows = [*found.by.split(", "), "n"], sums.over(found, when)
    if ending == "json":
        body = {
            "figure": found.id, "title": found.title, "unit": found.unit, "query": found.sql, "who": found.who,
            "period": when.id, "first": when.first.isoformat(), "last": when.last.isoformat(),
            "columns": names, "rows": rows,
        }  # fmt: skip
        return for_strangers_tools(json.dumps(body).encode(), "application/json", "public, max-age=60")
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(names)
    table.writerows(rows)
    return for_strangers_tools(out.getvalue().encode(), "text/csv; charset=utf-8", "public, max-age=60")


def _figure(id_: str) -> Figure:
    try:
        return figures()[id_]
    except KeyError:
        raise NoSuchThing("There is no such figure.") from None


@require_safe
@for_everybody
@until_next_publication
def measure(request: HttpRequest) -> HttpResponse:
    """How we measure: every figure with its unit, its query and who can recompute it."""
    context = {
        "sections": SECTIONS,
        "figures": [(one, _(one.title), _(one.unit)) for one in figures().values()],
    }
    return render(request, "portal/measure.html", context)


@require_safe
@for_everybody
@until_next_publication
def corrections(request: HttpRequest) -> HttpResponse:
    found = [
        {"one": one, "because": _(one.because),
         "changes": [(_(figures()[str(change[0])].title) if change[0] in figures() else change[0], *change[1:])
                     for change in one.changes]}
        for one in all_corrections()
    ]  # fmt: skip
    return render(request, "portal/corrections.html", {"sections": SECTIONS, "corrections": found})


@require_safe
@for_everybody
@until_next_publication
def data(request: HttpRequest) -> HttpResponse:
    last = newest_day()
    report = day_report(last) if last else None
    context = {
        "sections": SECTIONS, "report": report, "files": files_of(report) if report else [],
        "figures": list(figures()), "periods": periods(), "sealed": has_checkpoint(sealed=True),
    }  # fmt: skip
    return render(request, "portal/data.html", context)
