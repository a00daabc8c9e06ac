"""How often people disagreed with us, and how often they were right."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.audited import times
from steelyard.portal.views.figures.page import FEW, chosen, page, rows_of, share
from steelyard.portal.views.figures.steps import steps_of
from steelyard.transparency import sums
from steelyard.transparency.audited import audited
from steelyard.transparency.figures import figures
from steelyard.transparency.languages import MONTHLY
from steelyard.transparency.periods import Period
from steelyard.transparency.suppression import Shown

OVERTURNED = ("upheld", "partly")
"""What became of a complaint that was right, in whole or in part"""


@require_safe
@for_everybody
@until_next_publication
def appeals(request: HttpRequest) -> HttpResponse:
    when = chosen(request)
    complaints = rows_of("complaints", when)
    exhibits = [
        _funnel(complaints, when),
        _overturned(complaints, when),
        _by_language(when),
        _lifted(when),
        times("complaint", when),
    ]
    lead = _("How often people disagreed with us, and how often they were right.")
    return page(request, _("Appeals and errors"), lead, when, exhibits)


def _funnel(complaints: list[sums.Row], when: Period) -> Exhibit:
    counted = Pile.of(complaints, 0, 1)
    statements = sum(row[-1] for row in rows_of("statements", when))
    received, rejected, upheld = (sum(counted.total(f"decisions:complaint:{step}") for step in steps)
                                  for steps in (("received",), ("rejected",), OVERTURNED))  # fmt: skip
    steps = [
        (_("people told of a decision, with reasons"), statements),
        (_("complaints received"), received),
        (_("complaints decided"), upheld + rejected),
        (_("decisions overturned"), upheld),
    ]
    largest = max([1, *(n for _name, n in steps)])
    return Exhibit(
        id="funnel", figure=figures()["complaints"], when=when, head=_("Step"), columns=[words.COLUMNS["n"]],
        finding=_("Complaints decided: %(n)s, in favour of the author: %(upheld)s")
        % {"n": upheld + rejected, "upheld": upheld},
        rows=[Row(name, [n], segments({"complaint": n}, largest)) for name, n in steps],
        note=_("A complaint can be decided in another period than the one in which it came."),
    )  # fmt: skip


def _overturned(complaints: list[sums.Row], when: Period) -> Exhibit:
    by_harm = steps_of(complaints, 1, 0)
    rows = []
    for harm in sorted(by_harm.by, key=lambda one: -by_harm.total(one)):
        counted = by_harm.by[harm]
        upheld = sum(counted[step] for step in OVERTURNED)
        decided = upheld + counted["rejected"]
        cells = [counted["received"], decided, upheld, *share(upheld, decided)]
        rows.append(Row(words.harm(harm), cells, soft=decided < FEW))
    upheld = sum(by_harm.of_second(step) for step in OVERTURNED)
    return Exhibit(
        id="overturned", figure=figures()["complaints"], when=when, head=str(words.COLUMNS["harm"]),
        finding=_("Overturned after a complaint: %(upheld)s of %(decided)s decisions complained of")
        % {"upheld": upheld, "decided": upheld + by_harm.of_second("rejected")},
        columns=[_("received"), _("decided"), _("overturned"), _("share"), _("95% interval")], rows=rows,
        empty=_("No complaint in this period."),
        note=_("Share of complaints decided. People choose what they complain of, so this is not the accuracy of "
               "all decisions. Grey: fewer than 100 decided."),
    )  # fmt: skip


def _by_language(when: Period) -> Exhibit:
    """Two tables with totals of their own, each with its small cells hidden; a share where both cells are shown."""
    overturned, stood = (sums.languages(when, what) for what in MONTHLY)
    known = sorted({*overturned.cells, *stood.cells})
    rows = [
        _in_language(words.in_language(one), _shown(overturned, one), _shown(stood, one)) for one in known
    ]
    if overturned.others or stood.others:
        rows.append(Row(_("others, together"), [overturned.others, stood.others, "–", "–"], soft=True))
    upheld, rejected = (sum(each.cells.values()) + each.others for each in (overturned, stood))
    given = [audited()[f"languages_{what}"] for what in MONTHLY]
    return Exhibit(
        id="overturned-languages", figure=given[0], when=when, head=_("Language"),
        finding=_("By language, in whole months: %(upheld)s of %(decided)s decisions complained of were overturned")
        % {"upheld": upheld, "decided": upheld + rejected},
        columns=[_("overturned"), _("stood"), _("share"), _("95% interval")], rows=rows,
        query=";\n\n".join(one.sql for one in given),
        files=[(f"CSV: {name}", f"{reverse('machine:figure-csv', args=[one.id])}?{urlencode({'period': when.fixed})}")
               for name, one in zip((_("overturned"), _("stood")), given, strict=True)],
        empty=_("No month with decided complaints is over in this period."),
        note=_("Counted once a month, when it is over. In each column a language with 1 to 4 complaints is not shown "
               "but counted under “others”, and one more with it; – stands where a number is hidden. Grey: fewer than "
               "100 decided."),
    )  # fmt: skip


def _shown(table: Shown, language: str) -> int | None:
    """None where the number may be hidden among the others."""
    return table.cells.get(language, None if table.others else 0)


def _in_language(name: str, overturned: int | None, stood: int | None) -> Row:
    hidden = "–"
    if overturned is None or stood is None:
        cells = [hidden if one is None else one for one in (overturned, stood)]
        return Row(name, [*cells, hidden, hidden], soft=True)
    decided = overturned + stood
    return Row(name, [overturned, stood, *share(overturned, decided)], soft=decided < FEW)


def _lifted(when: Period) -> Exhibit:
    pile = Pile.of(rows_of("reversed", when), 2, 1)
    made = Pile.of(rows_of("restricted", when), 2, 1)
    largest = max([1, *map(pile.total, pile.by)])
    return Exhibit(
        id="lifted", figure=figures()["reversed"], when=when, head=_("What led to lifting it"),
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
