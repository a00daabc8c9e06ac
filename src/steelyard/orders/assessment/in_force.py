"""Does this instrument exist on the day, and does it bind here when this State sends it?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter, language
from steelyard.orders.assessment.patterns import words_for
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import folded, found, shown
from steelyard.rulebook.countries import known
from steelyard.rulebook.ways import open_to


def check(matter: Matter) -> Result:
    one, asked = matter.instrument, matter.asked
    if one is None:
        return Result(
            check="in_force", result="fail", leads_to="refuse", found=(asked.instrument,),
            words=_("No instrument “%(name)s” was in force on the day the order arrived.") % {"name": asked.instrument},
            cure=_("Send it again under an instrument that is in force: %(instruments)s.")
            % {"instruments": ", ".join(matter.law.instruments)},
        )  # fmt: skip
    if not known(asked.country):
        return Result(
            check="in_force", result="fail", leads_to="ask", found=(asked.country,),
            words=_("It is not known which State sends this: “%(country)s” is none.") % {"country": asked.country},
            cure=_("Name the State by its code (ISO 3166-1, two capital letters: FR, GB, GR)."),
        )  # fmt: skip
    rests_on: tuple[Cite, ...] = (Cite.dated(f"instruments.{one.id}", one),)
    group = matter.group(one.version.sent_from) if one.version.sent_from else ()
    if not open_to(matter.law, one, asked.country):
        return Result(
            check="in_force", result="fail", leads_to="refuse", rests_on=rests_on + group, found=(asked.country,),
            words=_("%(country)s is not one of the States that can use this instrument.") % {"country": matter.country},
            cure=_("Use an instrument that is open to your State, or a treaty on mutual legal assistance."),
        )  # fmt: skip
    if asked.valid_until and asked.valid_until < matter.law.day:
        return Result(
            check="in_force", result="fail", leads_to="refuse", rests_on=rests_on, found=(str(asked.valid_until),),
            words=_("It could be carried out until %(day)s; it arrived later.") % {"day": asked.valid_until},
            cure=_("Have it issued anew."),
        )  # fmt: skip
    if doubt := _taken_back(matter, rests_on):
        return doubt
    if where := one.version.power_elsewhere:
        rests_on += (Cite.article(f"instruments.{one.id}.power", where, one.source),)
    words = _("In force: %(name)s.") % {"name": one.name(language())}
    if one.version.voluntary:
        words += " " + _("It binds nobody: whatever is done is done of our own accord.")
        rests_on += (Cite.article(f"instruments.{one.id}.voluntary", one.version.voluntary),)
    return Result(check="in_force", result="pass", rests_on=rests_on + group, words=words)


def _taken_back(matter: Matter, rests_on: tuple[Cite, ...]) -> Result | None:
    """Whether it may count no longer: its own words say so, or its reference came before with another text."""
    asked = matter.asked
    told = folded("\n".join((asked.reasons, asked.demand, *asked.sender.said)))
    if seen := found(told, words_for("withdrawn")):
        words, cure = (
            _("Its own words may say that it counts no longer: %(words)s. A person reads them; nothing is carried out "
              "on an order that was taken back.") % {"words": shown(seen)},
            _("Say whether it still counts."),
        )  # fmt: skip
    elif asked.sender.edited:
        seen = (asked.reference,)
        words, cure = (
            _("The same reference came before with another text. A person asks the authority which one counts; "
              "nothing is carried out twice."),
            _("Say which of the two texts counts."),
        )  # fmt: skip
    else:
        return None
    return Result(
        check="in_force",
        result="person",
        leads_to="ask",
        rests_on=rests_on,
        found=seen,
        words=words,
        cure=cure,
    )
