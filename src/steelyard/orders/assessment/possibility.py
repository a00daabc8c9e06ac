"""Does the service hold what is asked for, and can it do what is asked?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.competence import named
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result


def absent(matter: Matter) -> tuple[str, ...]:
    """Categories asked for that the service does not hold, or does not know."""
    known = matter.law.data
    return tuple(name for name in matter.asked.data if name not in known or not known[name].held)


def check(matter: Matter) -> Result:
    asked = matter.asked
    if not asked.data:
        return Result(
            check="possibility", result="pass", words=_("Nothing is asked for that would have to be held.")
        )
    cites = tuple(
        Cite.dated(f"data.{name}", one) for name in asked.data if (one := matter.law.data.get(name))
    )
    missing = absent(matter)
    if missing:
        return Result(
            check="possibility", result="fail", rests_on=cites, found=missing,
            leads_to="comply_in_part" if len(missing) < len(asked.data) else "refuse",
            words=_("The service does not hold this: %(data)s.") % {"data": named(matter, missing)},
            cure=_("Ask for data that are held; what is held is published."),
        )  # fmt: skip
    return Result(
        check="possibility", result="pass", rests_on=cites,
        words=_("The service holds data of this kind: %(data)s.") % {"data": named(matter, asked.data)},
    )  # fmt: skip
