"""Whom to ring in which order: who is on call, one by one; the lead; then everybody who can answer."""

from datetime import datetime

from steelyard.oncall.models import Reach, Ring
from steelyard.oncall.rota import everybody, on_call
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.people.states import MemberState

ONE, LEADS, ALL = "one", "leads", "all"


def people_of(row: Ring, moment: datetime, rung: set[int]) -> tuple[list[Member], str]:
    """Who is rung next and what kind of round it is. `rung` has been rung already (members' numbers).

    Who has given no address cannot hear it: they are passed over, and see it when they sign in.
    """
    reachable = set(Reach.objects.values_list("member_id", flat=True))
    left = [one for one in on_call(moment) if one.pk in reachable - rung]
    if left:
        return left[:1], ONE
    leads = [one for one in _leads() if one.pk not in rung]
    if leads:
        return leads, LEADS
    all_ = [one for one in everybody(Permission.ONCALL_RING_ANSWER) if one.pk in reachable]
    return all_, ALL


def _leads() -> list[Member]:
    rows = Reach.objects.filter(lead=True, member__state=MemberState.ACTIVE).select_related("member")
    return [
        row.member for row in rows.order_by("pk") if Permission.ONCALL_RING_ANSWER in row.member.permissions
    ]
