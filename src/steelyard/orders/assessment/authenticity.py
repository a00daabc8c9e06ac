"""Is it known that the authority itself sent this? The rungs of the ladder are data; climbing them is for people."""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.verification.needs import needed


def check(matter: Matter) -> Result:
    asked = matter.asked
    if asked.denied:
        return Result(
            check="authenticity", result="fail", leads_to="refuse", rests_on=_ladder(matter),
            words=_("The authority that it names was called on a number that we looked up, and says that this order is "
                    "not theirs."),
            cure=_("If it is yours all the same, tell us whom to ask there: another person of ours calls again."),
        )  # fmt: skip
    wants = needed(
        matter.law, instrument=asked.instrument, kind=matter.kind, data=asked.data, emergency=asked.emergency
    )
    cites = (*(Cite.of(fact) for fact in wants.facts), *_ladder(matter))
    named = _("Needed: %(needed)s. So far: %(so_far)s.") % {
        "needed": _name(matter, wants.level), "so_far": _name(matter, asked.verified),
    }  # fmt: skip
    found = (str(asked.verified), str(wants.level), *wants.because)
    if asked.verified >= wants.level and (asked.called_back or not wants.call_back):
        return Result(check="authenticity", result="pass", rests_on=cites, found=found, words=named)
    if asked.verified >= wants.level:
        named += " " + _("An emergency takes a call-back by one person and the release by another, always.")
    return Result(
        check="authenticity", result="fail", leads_to="hold", rests_on=cites, found=found,
        words=_("It is not yet known that the authority itself sent this.") + " " + named,
        cure=_("We call the authority back on a number that we look up ourselves; nothing has to be sent "
               "again."),
    )  # fmt: skip


def _name(matter: Matter, rung: int) -> str:
    ladder = matter.law.ladder
    if ladder is None:
        return str(rung)
    names = ladder.rungs[max(0, min(rung, len(ladder.rungs) - 1))]
    return names.get(language(), names["en"])


def _ladder(matter: Matter) -> tuple[Cite, ...]:
    return (Cite.dated("desk.ladder", matter.law.ladder),) if matter.law.ladder else ()
