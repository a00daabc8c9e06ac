"""Reading about people: for the pages of the console."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing
from steelyard.people.access import Presence, has, nothing_here, require
from steelyard.people.models import PAYLOAD, Approval, Invitation, Member, SignIn
from steelyard.people.partners import PartnerMember
from steelyard.people.passkeys import bound_to_device, passkeys_of
from steelyard.people.permissions import Permission
from steelyard.people.states import ApprovalState, InvitationState, MemberState, SignInState
from steelyard.vault.actions import unseal


@dataclass(frozen=True)
class PasskeyLine:
    name: str
    added: datetime
    last_used: datetime | None
    bound: bool
    """True: the key cannot leave its device. False: the maker may copy it to the person's other devices."""


def members(asker: Member) -> QuerySet[Member]:
    """Everybody on the staff, by handle. Never with counts of anybody's work."""
    require(asker, Permission.PEOPLE_MEMBER_READ)
    return Member.objects.order_by("handle")


def holders(permission: Permission) -> list[Member]:
    """Active members who hold `permission` now, by handle."""
    found = Member.objects.filter(state=MemberState.ACTIVE).order_by("handle")
    return [member for member in found if has(member, permission)]


def open_invitations(asker: Member) -> QuerySet[Invitation]:
    require(asker, Permission.PEOPLE_MEMBER_READ)
    return (
        Invitation.objects.filter(
            state__in=[InvitationState.SENT, InvitationState.OPENED], expires_at__gt=now()
        )
        .select_related("member", "made_by")
        .order_by("expires_at")
    )


def sign_ins_of(member: Member) -> QuerySet[SignIn]:
    """One's own open sign-ins, newest first."""
    return SignIn.objects.filter(member=member, state=SignInState.OPEN, ends_at__gt=now()).order_by(
        "-created_at"
    )


def passkey_lines(member: Member) -> list[PasskeyLine]:
    """One's own passkeys."""
    return [
        PasskeyLine(str(row.data["name"]), row.created_at, row.last_used_at, bound_to_device(row))
        for row in passkeys_of(member)
    ]


def approvals_waiting(presence: Presence) -> list[Approval]:
    """What this person could be the second for."""
    asked = (
        Approval.objects.filter(state=ApprovalState.ASKED, expires_at__gt=now())
        .exclude(asked_by=presence.member)
        .select_related("asked_by")
        .order_by("expires_at")
    )
    return [
        each
        for each in asked
        if has(presence.member, Permission(each.permission)) and _may_know(presence, each)
    ]


def _may_know(presence: Presence, approval: Approval) -> bool:
    """An act in a matter under secrecy is known to those who are named for it, and to nobody else."""
    return not approval.only or presence.member.ref in approval.only


def approvals_asked(presence: Presence) -> QuerySet[Approval]:
    """What this person asked for lately, newest first."""
    return (
        Approval.objects.filter(asked_by=presence.member)
        .select_related("answered_by")
        .order_by("-created_at")[:20]
    )


def approval_for(presence: Presence, ref: str) -> tuple[Approval, dict[str, Any]]:
    """One approval with what is to be done, for who asked and for who may answer. Raises NoSuchThing."""
    found = Approval.objects.select_related("asked_by__key", "answered_by").filter(ref=ref).first()
    if found is None or not (
        found.asked_by_id == presence.member.pk
        or (has(presence.member, Permission(found.permission)) and _may_know(presence, found))
    ):
        raise nothing_here()
    opened = unseal(found.asked_by.key, bytes(found.payload_sealed), place=PAYLOAD)
    return found, json.loads(opened)


def agreed_to(verb: str, about: str) -> bool:
    """Whether two persons agreed to this act about this thing."""
    return Approval.objects.filter(verb=verb, about=about, state=ApprovalState.SPENT).exists()


def handle_of(actor: str) -> str:
    """The handle of the member or the partner's person whom the ledger or a row names; other actors as they are."""
    found = Member.objects.filter(ref=actor).first() or PartnerMember.objects.filter(ref=actor).first()
    return found.handle if found else actor


def member_at_the_machine(handle: str) -> Member:
    """Whoever the operator says they are at the machine itself; what they do stands in the log under that name."""
    found = Member.objects.filter(handle=handle, state=MemberState.ACTIVE).first()
    if found is None:
        raise NoSuchThing(f"Nobody called “{handle}” is a member here.", do="Name an active member's handle.")
    return found
