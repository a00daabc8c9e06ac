"""Hands out rings: to those who can answer; one about a sealed matter only to those who were rung."""

from django.db.models import Q, QuerySet

from steelyard.ledger.queries import sealed_keys
from steelyard.oncall.models import Call, Emergency, Ring
from steelyard.people.access import has, nothing_here
from steelyard.people.models import Member
from steelyard.people.permissions import Permission


def rings_for(member: Member) -> QuerySet[Ring]:
    """The rings whose existence the member may know."""
    if not has(member, Permission.ONCALL_RING_ANSWER):
        return Ring.objects.none()
    open_to_all = Q(sealed=False) & ~Q(key__in=sealed_keys())
    own = Q(pk__in=Call.objects.filter(member=member).values("ring"))
    # `NOT (NULL IN ...)` is not true: a ring that has no matter's key is open to all that may answer.
    return Ring.objects.filter(open_to_all | Q(sealed=False, key=None) | own).select_related(
        "key", "acknowledged_by"
    )


def ring_for(member: Member, ref: str, *, lock: bool = False) -> Ring:
    """One ring. Raises NoSuchThing in the same words for every reason."""
    found = rings_for(member).filter(ref=ref)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise nothing_here()
    return row


def emergencies_of(member: Member) -> QuerySet[Emergency]:
    """Emergencies that this very person was rung about while nobody has concluded them, or answered for."""
    if not has(member, Permission.ONCALL_RING_ANSWER):
        return Emergency.objects.none()
    rung = Call.objects.filter(member=member, ring__about_type="oncall.emergency").values("ring__about_ref")
    mine = Ring.objects.filter(acknowledged_by=member, about_type="oncall.emergency").values("about_ref")
    return Emergency.objects.filter(Q(ref__in=rung, verdict="") | Q(ref__in=mine))
