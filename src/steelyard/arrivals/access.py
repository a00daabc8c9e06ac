"""Messages that wait for a person, for those who sort them; nobody else can tell that they exist."""

from django.db.models import QuerySet

from steelyard.arrivals.models import Arrival, Desk
from steelyard.ledger.queries import sealed_keys
from steelyard.people.access import has, nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

WAITING = (Desk.UNSORTED, Desk.COMPLAINTS, Desk.SUPPORT)
"""Desks without rows of their own: what lies there is dealt with as the message it is."""


def waiting_for(member: Member) -> QuerySet[Arrival]:
    """What nobody has dealt with yet, the oldest first."""
    require(member, Permission.ARRIVALS_ARRIVAL_SORT)
    found = Arrival.objects.filter(desk__in=WAITING, done_at=None).select_related("key")
    return found.order_by("arrived_at")


def arrival_for(member: Member, ref: str, *, lock: bool = False) -> Arrival:
    """One message for a member who may sort them. Raises NoSuchThing, and so for one in a matter under secrecy: it is
    read where the matter is."""
    if not has(member, Permission.ARRIVALS_ARRIVAL_SORT):
        raise nothing_here()
    rows = Arrival.objects.select_related("key").filter(ref=ref).exclude(key__in=sealed_keys())
    found = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise nothing_here()
    return found


def about_these(refs: list[str]) -> QuerySet[Arrival]:
    """The messages that these matters began with, and every answer since, the oldest first. The caller may see the
    matters."""
    return Arrival.objects.filter(about__in=refs).select_related("key").order_by("arrived_at")
