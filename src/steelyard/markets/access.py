"""Hands out what is known about countries. Absent and forbidden answer in the same words."""

from steelyard.markets.models import Leaving
from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission


def leaving_for(member: Member, ref: str, *, lock: bool = False) -> Leaving:
    """One leaving, for whoever may decide about it. Raises NoSuchThing."""
    require(member, Permission.MARKETS_MARKET_LEAVE)
    found = Leaving.objects.select_related("key").filter(ref=ref)
    row = (found.select_for_update(of=("self",)) if lock else found).first()
    if row is None:
        raise nothing_here()
    return row
