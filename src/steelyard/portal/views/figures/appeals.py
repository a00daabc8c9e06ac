"""How often people disagreed with us, and how often they were right."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from steelyard.portal import words
from steelyard.portal.caching import for_everybody, until_next_publication
from steelyard.portal.exhibits import Exhibit, Pile, Row, segments
from steelyard.portal.views.figures.audited import times
from steelyard.portal.views.figures.page import FEW, chosen, page, rows_of, share
from steelyard.portal.views.figures.steps import steps_of
from steelyard.transparency import sums
from steelyard.transparency.figures import figures
from steelyard.transparency.periods import Period

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
