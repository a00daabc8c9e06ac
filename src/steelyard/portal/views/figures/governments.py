"""What authorities asked for and what became of it, all together."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.audited import times
from steelyard.portal.views.figures.page import chosen, page, plain, rows_of, share
from steelyard.portal.views.figures.per_million import counted_users, per_million
from steelyard.portal.views.figures.steps import ANSWERS, steps_of
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import Period


@require_safe
@for_everybody
@until_next_publication
def governments(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    exhibits = [
        _by_country(when), _by_instrument(when), _what_became(when), times("order", when),
        plain(figures()["senders"], when), plain(figures()["disclosed"], when),
    ]  # fmt: skip
    lead = _("Everything that authorities asked for, by country, and what became of it. Counts about governments are "
             "never rounded or hidden.")  # fmt: skip
    return page(request, _("Governments"), lead, when, exhibits)


def _by_country(when: Period) -> Exhibit:
    pile = steps_of(rows_of("orders", when), 0, 2)
    lines, informal = Pile.of(rows_of("red_lines", when), 0, 1), steps_of(rows_of("informal", when), 0, 1)
    received = {code: pile.by[code].get("received", 0) for code in pile.by}
    for code in lines.by:
        received.setdefault(code, 0)
    largest = max([1, *received.values()])
    order = sorted(received, key=lambda code: (-received[code], code))
    return Exhibit(
        id="countries", figure=figures()["orders"], when=when, head=str(words.COLUMNS["country"]),
        finding=_("Orders received: %(n)s, refused: %(refused)s, demands nobody can grant: %(red)s")
        % {"n": pile.of_second("received"), "refused": pile.of_second("refused"), "red": lines.all()},
        columns=[_("received"), *(words.STEPS[step] for step in ANSWERS), _("granted of those answered"),
                 _("95% interval"), _("per million users"), _("demands nobody can grant"), _("informal")],
        rows=[
            Row(words.country(code),
                [received[code], *(pile.by[code].get(step, 0) for step in ANSWERS), *_granted(pile.by[code]),
                 per_million(received[code], code), lines.total(code), informal.by[code].get("received", 0)],
                segments({"order": received[code]}, largest), link=code)
            for code in order
        ],
        empty=_("No order arrived in this period, except what may not be disclosed."),
        note=_("Unit: orders, not accounts. The country is that of the authority, as it stated it.")
        + " " + counted_users(),
    )  # fmt: skip


def _granted(counted: Mapping[str, int]) -> tuple[str, str]:
    """The share of those answered that was carried out, in whole or in part, and its interval."""
    answered = sum(counted.get(step, 0) for step in ANSWERS)
    return share(counted.get("executed", 0) + counted.get("partly", 0), answered)


def _by_instrument(when: Period) -> Exhibit:
    pile = steps_of(rows_of("orders", when), 1, 2)
    received = {one: pile.by[one].get("received", 0) for one in pile.by}
    largest = max([1, *received.values()])
    finding = _("Kinds of law that orders rest on: %(n)s") % {"n": len(pile.by)}
    if total := sum(received.values()):
        most = max(sorted(received), key=lambda one: received[one])
        finding = _("Orders received: %(all)s, of them under %(law)s: %(n)s") % {
            "all": total, "law": words.instrument(most), "n": received[most],
        }  # fmt: skip
    return Exhibit(
        id="instruments", figure=figures()["orders"], when=when, head=str(words.COLUMNS["instrument"]),
        finding=finding,
        columns=[_("received"), *(words.STEPS[step] for step in ANSWERS)],
        rows=[
            Row(words.instrument(one), [pile.by[one].get(step, 0) for step in ("received", *ANSWERS)],
                segments({"order": pile.by[one].get("received", 0)}, largest))
            for one in sorted(pile.by, key=lambda one: (-pile.by[one].get("received", 0), one))
        ],
        empty=_("No order arrived in this period, except what may not be disclosed."),
    )  # fmt: skip


def _what_became(when: Period) -> Exhibit:
    pile = steps_of(rows_of("orders", when), 0, 2)
    counted = {
        step: pile.of_second(step) for step in {*words.STEPS, *(s for one in pile.by.values() for s in one)}
    }
    order = [step for step in words.STEPS if counted.get(step)] + sorted(set(counted) - set(words.STEPS))
    largest = max([1, *counted.values()])
    done = counted["executed"] + counted["partly"]
    return Exhibit(
        id="steps", figure=figures()["orders"], when=when, head=_("Step"), columns=[_("Orders")],
        finding=_("Of the orders received, carried out: %(done)s, refused: %(refused)s")
        % {"done": done, "refused": counted["refused"]},
        rows=[Row(str(words.STEPS.get(step, step)), [counted[step]], segments({"order": counted[step]}, largest))
              for step in order if counted[step]],
        empty=_("No order arrived in this period, except what may not be disclosed."),
        note=_("An order can take a step in another period than the one in which it arrived."),
    )  # fmt: skip
