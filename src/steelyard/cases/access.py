"""Hands out a case, or says "nothing here" both when there is none and when the asker may not know it."""

from django.db.models import Q, QuerySet

from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind
from steelyard.ledger.models import SealedKey
from steelyard.ledger.queries import sealed_keys
from steelyard.oncall.access import emergencies_of
from steelyard.orders.models import Order
from steelyard.people.access import has, nothing_here
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

SEEN_WITH = {
    CaseKind.FINDING: Permission.CASES_CASE_READ,
    CaseKind.NOTICE: Permission.NOTICES_NOTICE_READ,
    CaseKind.ORDER: Permission.ORDERS_ORDER_READ,
    CaseKind.COMPLAINT: Permission.DECISIONS_COMPLAINT_READ,
    CaseKind.REVIEW: Permission.DECISIONS_DECISION_COUNTERSIGN,
    CaseKind.EMERGENCY: Permission.CASES_CASE_CLAIM,
    CaseKind.DRILL: Permission.CASES_CASE_CLAIM,
}


BY_A_RING = (Permission.CASES_CASE_READ, Permission.CASES_CASE_CLAIM)
"""What somebody may do with an emergency for no other reason than that they were rung about it."""


def cases_for(member: Member) -> QuerySet[Case]:
    """The cases whose existence the member may know: of the kinds that their roles name, and emergencies they were
    rung about themselves."""
    kinds = [kind for kind, permission in SEEN_WITH.items() if has(member, permission)]
    seen = Q(kind__in=kinds)
    if CaseKind.EMERGENCY not in kinds:
        seen |= Q(
            kind__in=(CaseKind.EMERGENCY, CaseKind.DRILL), ref__in=emergencies_of(member).values("case")
        )
    mine = Q(
        ref__in=emergencies_of(member).values("case")
    )  # whoever was rung about a secret one reads that one
    found = Case.objects.filter(seen).filter(~Q(key__in=hidden_keys(member)) | mine)
    return found.select_related("subject", "key")


def hidden_keys(member: Member) -> QuerySet[SealedKey, int]:
    """Keys of matters under secrecy that the member is not named for: to them these do not exist."""
    named = Order.objects.filter(named__member=member.ref).values("key")
    return sealed_keys().exclude(key__in=named)


def case_for(member: Member, ref: str, permission: Permission, *, lock: bool = False) -> Case:
    """One case for a member who holds `permission`, or was rung about it.

    Raises NoSuchThing in the same words for every reason.
    """
    found = cases_for(member).filter(ref=ref)
    if not has(member, permission):
        rung = emergencies_of(member).values("case") if permission in BY_A_RING else ()
        found = found.filter(ref__in=rung)
    case = (found.select_for_update(of=("self",)) if lock else found).first()
    if case is None:
        raise nothing_here()
    return case
