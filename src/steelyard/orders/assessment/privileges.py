"""Does the order itself, or the desk, name an immunity: a lawyer, the press, a parliament, a diplomat, a "
"doctor?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result


def check(matter: Matter) -> Result:
    asked, one = matter.asked, matter.instrument
    if not asked.privileges:
        return Result(check="privileges", result="pass", words=_("No immunity or privilege is named."))
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
