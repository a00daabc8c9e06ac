"""Is it no more than needed: identified targets, a stated period, the categories that the aim calls for?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.competence import named
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.patterns import words_for
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import folded, found

_PERIODIC = {"traffic", "content"}
_IN_AN_EMERGENCY = {"subscriber", "identification"}


def check(matter: Matter) -> Result:
    asked, one = matter.asked, matter.instrument
    cites = matter.cite("house.longest_period_days", "house.many_targets")
    if one and one.version.identified_only:
        cites += (Cite.article(f"instruments.{one.id}.identified", one.version.identified_only, one.source),)
    if to_come := _to_come(matter):
        return to_come
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
    if danger := _danger(matter, cites):
        return danger
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


def _to_come(matter: Matter) -> Result | None:
    """Data of days that had not come when the order arrived: there is nothing stored, and watching is no answer to an
    order for data."""
    asked, one = matter.asked, matter.instrument
    if matter.kind != "disclose" or asked.period_to is None or asked.period_to <= matter.law.day:
        return None
    only = one.version.stored_only if one else None
    begun = asked.period_from is not None and asked.period_from <= matter.law.day
    return Result(
        check="necessity", result="fail", leads_to="comply_in_part" if begun else "refuse",
        rests_on=(Cite.article(f"instruments.{one.id}.stored_only", only, one.source),) if one and only else (),
        found=(str(asked.period_to),),
        words=_("It asks for data of days to come, until %(day)s. Only what is stored when an order arrives can be "
                "given.") % {"day": asked.period_to},
        cure=_("Name days that are over."),
    )  # fmt: skip


def _danger(matter: Matter, cites: tuple[Cite, ...]) -> Result | None:
    """An emergency is a danger to life or safety, or to what keeps people alive; whether this is one people say."""
    told = folded(matter.asked.emergency)
    if matter.kind != "disclose" or not told.strip() or found(told, words_for("danger")):
        return None
    return Result(
        check="necessity", result="person", leads_to="ask", rests_on=cites,
        words=_("It is sent as an emergency, and no word about a danger to life or safety that is written down here "
                "stands in what it says of it. A person reads it first."),
        cure=_("Say what the danger is, to whom, and how soon."),
    )  # fmt: skip


def _period(matter: Matter) -> str:
    asked = matter.asked
    if matter.kind != "disclose" or not _PERIODIC & set(asked.data):
        return ""
    if asked.period_from is None or asked.period_to is None:
        return _("It names no period for traffic or content data.")
    longest = int(matter.law.fact("house.longest_period_days").value)
    if asked.period_to < asked.period_from:
        return _("Its period ends before it begins.")
    length = (asked.period_to - asked.period_from).days + 1
    if length > longest:
        return _("It asks for %(n)s days; more than %(longest)s are asked about first.") % {
            "n": length, "longest": longest,
        }  # fmt: skip
    return ""
