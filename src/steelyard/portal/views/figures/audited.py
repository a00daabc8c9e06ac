"""Exhibits of what an auditor can recompute: how soon things were done, and languages."""

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.charts import whisker
from steelyard.portal.exhibits import Exhibit, Row, segments
from steelyard.portal.views.figures.page import FEW, chosen, page, share
from steelyard.transparency import sums
from steelyard.transparency.audited import Audited, audited
from steelyard.transparency.languages import WHATS
from steelyard.transparency.periods import Period
from steelyard.transparency.suppression import Shown
from steelyard.transparency.texts import countries
from steelyard.transparency.times import Took


def exhibit_of(one: Audited, when: Period) -> Exhibit:
    """Any of the figures that only an auditor can recompute."""
    return in_languages(one, when) if one.id.startswith("languages_") else times(one.what, when)


def times(what: str, when: Period, told: Iterable[Took] | None = None) -> Exhibit:
    """How soon notices, complaints or orders were done with: p50 with p10 to p90, and the limit where there is one.

    `told`: what a published day says, in place of the sums over the period.
    """
    one = audited()[f"times_{what}"]
    found = [took for took in (sums.times(when) if told is None else told) if took.what == what]
    longest = max([60, *(took.p90 or 0 for took in found), *(took.limit or 0 for took in found)])
    name = _of_order if what == "order" else _of_harm
    return Exhibit(
        id=one.id, figure=one, when=when, head=_("What"), finding=_finding(_(one.title), found),
        columns=[_("n"), _("a tenth within"), _("half within"), _("nine of ten within"), _("limit"),
                 _("within the limit"), _("95% interval")],
        rows=[_row(took, name, longest)
              for took in sorted(found, key=lambda took: (bool(took.key), -(took.n or 0), took.key))],
        empty=_("Nothing ended in this period."),
        note=_("From arrival to answer, every pause included. The axis is logarithmic; the dashed mark is the limit: "
               "what we promise, or what the law of the order gives. Of fewer than five people nothing is told. "
               "Grey: n below 100."),
    )  # fmt: skip


def _finding(what: str, found: list[Took]) -> str:
    whole = next((took for took in found if not took.key), None)
    if whole is None:
        return str(_("%(what)s: none in this period") % {"what": what})
    if whole.p50 is None:
        return str(_("%(what)s: fewer than five, so no time is told") % {"what": what})
    told = _("%(what)s: half of %(n)s within %(time)s") % {
        "what": what, "n": whole.n, "time": words.took(whole.p50),
    }  # fmt: skip
    return str(told)


def _row(took: Took, name: Callable[[str], str], longest: int) -> Row:
    if took.n is None or not (took.p10 and took.p50 and took.p90):
        cells = [_("fewer than 5"), "–", "–", "–", words.took(took.limit) if took.limit else "–", "–", "–"]
        return Row(name(took.key), cells, soft=True)
    in_time = ("–", "–") if took.within is None else share(took.within, took.n)
    times_ = [words.took(value) if value else "–" for value in (took.p10, took.p50, took.p90, took.limit)]
    drawn = whisker(took.p10, took.p50, took.p90, longest, took.limit)
    return Row(name(took.key), [took.n, *times_, *in_time], whisker=drawn, soft=took.n < FEW)


def _of_harm(key: str) -> str:
    return words.harm(key) if key else _("All")


def _of_order(key: str) -> str:
    code, _gap, instrument = key.partition(" ")
    return f"{words.country(code)} · {words.instrument(instrument)}" if key else _("All")


@require_safe
@for_everybody
@until_next_publication
def languages(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    exhibits = [in_languages(audited()[f"languages_{what}"], when) for what in WHATS]
    lead = _("Which languages people wrote to us in, and in which we told them our reasons.")
    return page(request, _("Languages"), lead, when, exhibits, users_countries=countries())


def in_languages(one: Audited, when: Period, told: Shown | None = None) -> Exhibit:
    """`told`: what a published day says, in place of the sums over the period."""
    found = told or sums.languages(when, one.what)
    ordered = sorted(found.cells.items(), key=lambda cell: (-cell[1], cell[0]))
    lines = [(words.in_language(language), n) for language, n in ordered]
    if found.others:
        lines.append((_("others, together"), found.others))
    largest, total = max([1, *(n for _name, n in lines)]), sum(n for _name, n in lines)
    finding = f"{_(one.title)}: {total}"
    if lines:
        finding += " · " + _("%(language)s: %(n)s") % {"language": lines[0][0], "n": lines[0][1]}
    return Exhibit(
        id=one.id, figure=one, when=when, head=_("Language"), finding=finding,
        columns=[words.COLUMNS["n"], _("share")],
        rows=[Row(name, [n, share(n, total)[0]], segments({"": n}, largest)) for name, n in lines],
        empty=_("None in this period, except what may not be disclosed."),
        note=_("A language with 1 to 4 people on a day is not shown but counted under “others”, and one more with it, "
               "so that nobody finds the small number by subtraction. Days that are over only."),
    )  # fmt: skip
