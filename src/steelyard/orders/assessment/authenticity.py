"""Is it known that the authority itself sent this? The rungs of the ladder are data; climbing them is "
"for people."""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.shapes import Cite, Result


def check(matter: Matter) -> Result:
    needed = matter.law.fact("house.verification_needed")
    rung = int(needed.value.get(matter.kind, needed.value["any"]))
    stands = matter.asked.verified
    cites = (Cite.of(needed), *_ladder(matter))
    named = _("Needed: %(needed)s. So far: %(so_far)s.") % {
        "needed": _name(matter, rung), "so_far": _name(matter, stands),
    }  # fmt: skip
    if stands >= rung:
        return Result(check="authenticity", result="pass", rests_on=cites, found=(str(stands),), words=named)
    return Result(
        check="authenticity", result="fail", leads_to="hold", rests_on=cites, found=(str(stands), str(rung)),
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
