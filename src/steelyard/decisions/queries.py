"""Decisions as a list, newest first."""

from django.db.models import Q, QuerySet

from steelyard.cases.access import cases_for
from steelyard.decisions.models import Decision
from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission


def recent_decisions(
    member: Member, *, by_machine: bool | None = None, limit: int = 100
) -> QuerySet[Decision]:
    """The latest decisions that the member may see; of the machine alone, of people alone, or all."""
    require(member, Permission.DECISIONS_DECISION_READ)
    found = Decision.objects.filter(Q(case=None) | Q(case__in=cases_for(member)))
    if by_machine is not None:
        found = found.filter(decided_by_machine=by_machine)
    return found.select_related("case", "subject").order_by("-created_at")[:limit]


def case_behind(member: Member, ref: str) -> str:
    """The reference of the case that a decision belongs to. Raises NoSuchThing."""
    found = Decision.objects.filter(ref=ref, case__in=cases_for(member)).select_related("case").first()
    if found is None or found.case is None:
        raise nothing_here()
    return found.case.ref
