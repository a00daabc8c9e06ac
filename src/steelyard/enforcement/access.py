"""Measures on their way, for whoever looks after them."""

from django.db.models import Q, QuerySet

from steelyard.base.models import DispatchState
from steelyard.cases.access import cases_for
from steelyard.enforcement.models import Measure
from steelyard.ledger.queries import sealed_keys
from steelyard.people.access import has, nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

ON_THEIR_WAY = (DispatchState.QUEUED, DispatchState.SENDING, DispatchState.FAILED)


def measures_for(member: Member) -> QuerySet[Measure]:
    """The measures that the member may know of: their cases'; all of them for whoever reads no case.

    Whoever looks after the machines sees that a measure failed and never what it is about.
    """
    require(member, Permission.ENFORCEMENT_MEASURE_READ)
    found = Measure.objects.select_related("decision__case", "subject__key")
    if not has(member, Permission.CASES_CASE_READ):
        return found.exclude(decision__case__key__in=sealed_keys())
    return found.filter(Q(decision__case=None) | Q(decision__case__in=cases_for(member)))


def unfinished_measures(member: Member, *, limit: int = 100) -> QuerySet[Measure]:
    """What failed, then what waits, the oldest first."""
    found = measures_for(member).filter(state__in=ON_THEIR_WAY)
    return found.order_by("state", "pk")[:limit]  # failed, queued, sending: their order in the alphabet


def measure_for(member: Member, ref: str) -> Measure:
    """One measure for a member who may have it tried again, locked. Raises NoSuchThing."""
    if not has(member, Permission.ENFORCEMENT_MEASURE_RETRY):
        raise nothing_here()
    found = measures_for(member).select_for_update(of=("self",)).filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    return found
