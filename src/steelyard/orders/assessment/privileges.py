"""Does the order itself, or the desk, name an immunity: a lawyer, the press, a parliament, a diplomat, a doctor?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.patterns import words_for
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import folded, found, shown


def check(matter: Matter) -> Result:
    asked, one = matter.asked, matter.instrument
    if not asked.privileges:
        return _unnamed(matter)
    raises = one.version.raises_only if one else None
    if one and raises:
        return Result(
            check="privileges", result="fail", leads_to="raise", found=asked.privileges,
            rests_on=(Cite.article(f"instruments.{one.id}.raises", raises, one.source),),
            words=_("An immunity or privilege is named. We do not refuse on this ground ourselves: we "
                    "raise it with the "
                    "issuing and the enforcing authority, and they decide."),
        )  # fmt: skip
    return Result(
        check="privileges", result="person", found=asked.privileges,
        words=_("An immunity or privilege is named. A lawyer looks at it before anything is done."),
    )  # fmt: skip


def _unnamed(matter: Matter) -> Result:
    """Nobody has named one. What the order tells may still speak of one; a list misses what it does not know."""
    asked = matter.asked
    told = folded("\n".join((asked.reasons, asked.demand, asked.offence)))
    seen = found(told, words_for("privileged")) if matter.kind != "restrict" else ()
    if not seen:
        return Result(
            check="privileges", result="pass",
            words=_("No immunity or privilege is named, and no word for one that is written down here was found."),
        )  # fmt: skip
    one = matter.instrument
    return Result(
        check="privileges", result="person", found=seen,
        leads_to="raise" if one and one.version.raises_only else "",
        words=_("Words stand in it that can mean an immunity or privilege: %(words)s. A lawyer looks at it before "
                "anything is done.") % {"words": shown(seen)},
    )  # fmt: skip
