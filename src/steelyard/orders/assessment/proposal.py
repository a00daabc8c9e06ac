"""What the checks come to. A proposal is read by people, who decide; protected speech and data take two of them."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from steelyard.orders.assessment.competence import refused_data
from steelyard.orders.assessment.gate import brakes
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.possibility import absent
from steelyard.orders.assessment.shapes import STEPS, Proposal, Result, Step
from steelyard.orders.assessment.territory import narrowed


def propose(matter: Matter, results: Sequence[Result]) -> Proposal:
    steps = _steps(results)
    first = steps[0] if steps else "comply"
    grounds = [one for one in results if one.leads_to == first]
    if first == "refuse" and grounds[0].check == "red_lines":
        grounds = grounds[:1]  # nothing else makes it better or worse
    waits = tuple(one for one in results if one.result == "person")
    because = _two(matter)
    return Proposal(
        step=first,
        also=tuple(steps[1:]),
        ground=" ".join(one.words for one in grounds) or _first_a_person(waits),
        cure=" ".join(dict.fromkeys(one.cure for one in (*grounds, *_doubted(results)) if one.cure)),
        territory=() if first == "refuse" else narrowed(matter),
        data=() if first == "refuse" or matter.kind != "disclose" else _givable(matter),
        two_people=bool(because),
        two_people_because=because,
        waits_for=tuple(one.check for one in waits),
    )


def _doubted(results: Sequence[Result]) -> list[Result]:
    """A doubt whether a red line is meant: no form and no treaty cures that, so its own cure is told as well."""
    return [one for one in results if one.check == "red_lines" and one.result == "person" and one.leads_to]


def _first_a_person(waits: Sequence[Result]) -> str:
    """What stands between “comply” and complying."""
    if not waits:
        return ""
    first = _("A person answers first, and what they say can change the proposal.")
    return " ".join((first, *(one.words for one in waits)))


def _steps(results: Sequence[Result]) -> list[Step]:
    """In the order of weight. A red line is answered before anything else, whoever sent it."""
    asked = {one.leads_to for one in results}
    order = list(STEPS)
    if "hold" in asked and not any(one.check == "red_lines" and one.result == "fail" for one in results):
        order.sort(key=lambda step: step != "hold")  # who sent it comes before what it says
    return [step for step in order if step in asked]


def _givable(matter: Matter) -> tuple[str, ...]:
    who = matter.asked.validated_by or matter.asked.issuer
    without = {*absent(matter), *(refused_data(matter, who) if who else ())}
    return tuple(name for name in matter.asked.data if name not in without)


def _two(matter: Matter) -> tuple[str, ...]:
    because = []
    if matter.topics or matter.asked.protected:
        because.append(_("It touches protected speech: two people, one of them legal."))
    if brakes(matter):
        because.append(_("Every removal for this State takes two people, one of them legal."))
    if matter.kind == "disclose":
        because.append(_("User data are handed over by two people only."))
    if matter.kind == "restrict" and not because:
        because.append(_("Every measure on an order takes two people."))
    return tuple(because)
