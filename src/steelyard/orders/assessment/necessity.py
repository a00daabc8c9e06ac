"""Is it no more than needed: identified targets, a stated period, the categories that the aim calls for?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.competence import named
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result

_PERIODIC = {"traffic", "content"}
_IN_AN_EMERGENCY = {"subscriber", "identification"}


def check(matter: Matter) -> Result:
    asked, one = matter.asked, matter.instrument
    cites = matter.cite("house.longest_period_days", "house.many_targets")
    if one and one.version.identified_only:
        cites += (Cite.article(f"instruments.{one.id}.identified", one.version.identified_only, one.source),)
    wide = _period(matter)
    if wide:
        return Result(
            check="necessity", result="fail", leads_to="ask", rests_on=cites, words=wide,
            cure=_("Name the days between which the data are needed."),
        )  # fmt: skip
    beyond = tuple(name for name in asked.data if name not in _IN_AN_EMERGENCY)
    if asked.instrument == "emergency" and beyond:
        return Result(
            check="necessity", result="fail", leads_to="comply_in_part", rests_on=cites, found=beyond,
            words=_("More than an emergency calls for: %(data)s.") % {"data": named(matter, beyond)},
            cure=_("Ask for these with a court's order."),
        )  # fmt: skip
    many = int(matter.law.fact("house.many_targets").value)
    if len(asked.targets) >= many:
        return Result(
            check="necessity", result="person", rests_on=cites, found=(str(len(asked.targets)),),
            words=_("It names %(n)s targets. A person checks that each is identified by itself.")
            % {"n": len(asked.targets)},
        )  # fmt: skip
    return Result(
        check="necessity", result="pass", rests_on=cites, found=(str(len(asked.targets)),),
        words=_("It keeps to identified targets and to what it needs."),
    )  # fmt: skip


def _period(matter: Matter) -> str:
    asked = matter.asked
    if matter.kind != "disclose" or not _PERIODIC & set(asked.data):
        return ""
    if asked.period_from is None or asked.period_to is None:
        return _("It names no period for traffic or content data.")
    longest = int(matter.law.fact("house.longest_period_days").value)
    length = (asked.period_to - asked.period_from).days + 1
    if length < 1 or length > longest:
        return _("It asks for %(n)s days; more than %(longest)s are asked about first.") % {
            "n": length, "longest": longest,
        }  # fmt: skip
    return ""
