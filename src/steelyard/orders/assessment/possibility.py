"""Does the service hold what is asked for, and can it do what is asked?"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.competence import named
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import shown


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
    if unknown := tuple(name for name in missing if name not in matter.law.data):
        return _unknown(matter, unknown, cites)
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


def _unknown(matter: Matter, names: tuple[str, ...], cites: tuple[Cite, ...]) -> Result:
    """A word that is no category here is no statement of what is held; what it asks for is read with the demand."""
    return Result(
        check="possibility", result="fail", leads_to="ask", rests_on=cites, found=names,
        words=_("No category of data is called this here: %(names)s.") % {"names": shown(names)},
        cure=_("Name what is asked for by one of these: %(known)s.") % {"known": ", ".join(matter.law.data)},
    )  # fmt: skip
