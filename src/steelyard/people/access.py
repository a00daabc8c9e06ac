"""Who is asking, and may they? Absent and forbidden answer with the same words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.people.assurance import how_long
from steelyard.people.models import Member, SignIn
from steelyard.people.permissions import Permission
from steelyard.people.states import MemberState, SignInState

__all__ = [
    "Member",
    "NotFresh",
    "Presence",
    "half_sign_in",
    "has",
    "member_for",
    "member_of",
    "nothing_here",
    "presence_of",
    "require",
    "require_fresh",
]


@dataclass(frozen=True)
class Presence:
    """A member at one browser, with one passkey: what an act that takes two persons has to tell apart."""

    member: Member
    sign_in: SignIn
    credential: str
    passkey_at: datetime

    @property
    def fresh(self) -> bool:
        """A passkey was shown so recently that the person is surely still there."""
        return now() - self.passkey_at < how_long("passkey_is_fresh")


class NotFresh(Refused):
    """Allowed, but only with the passkey shown again now."""


def nothing_here() -> NoSuchThing:
    """The one answer to everything that is absent or may not be known."""
    return NoSuchThing(
        _("There is nothing here that you can open."),
        _("It does not exist, or your roles do not include it."),
        _("Check the address, or ask an administrator which role you need."),
    )


def member_of(user: Any) -> Member:
    """The active member behind a Django user, read afresh: a suspension counts from the next request."""
    member = Member.objects.filter(user_id=user.pk, state=MemberState.ACTIVE).first() if user.pk else None
    if member is None:
        raise nothing_here()
    return member


def has(member: Member, permission: Permission) -> bool:
    return permission in member.permissions


def require(member: Member, permission: Permission) -> None:
    """Raises NoSuchThing, in the same words as for something absent."""
    if not has(member, permission):
        raise nothing_here()


def require_fresh(presence: Presence, permission: Permission) -> None:
    """As `require`, and the passkey was shown within minutes. Raises NotFresh when it was not."""
    require(presence.member, permission)
    if not presence.fresh:
        raise NotFresh(
            _("This step needs your passkey again."),
            _("It is some minutes since you last showed it."),
            _("Confirm with your passkey; nothing you entered is lost."),
        )


def presence_of(sign_in_ref: str) -> Presence | None:
    """The presence behind an open sign-in, or None when it ended, expired, idled out or was revoked."""
    found = SignIn.objects.select_related("member").filter(ref=sign_in_ref, state=SignInState.OPEN).first()
    if found is None or found.member.state != MemberState.ACTIVE or _over(found):
        return None
    return Presence(found.member, found, found.credential, found.passkey_at)


def half_sign_in(sign_in_ref: str) -> SignIn | None:
    """A sign-in whose second factor is still to come, or None."""
    found = SignIn.objects.select_related("member").filter(ref=sign_in_ref, state=SignInState.HALF).first()
    if found is None or found.member.state != MemberState.ACTIVE or _over(found):
        return None
    return found


def member_for(asker: Member, ref: str, permission: Permission) -> Member:
    """Another member, for somebody who may do this to members."""
    require(asker, permission)
    found = Member.objects.filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def _over(sign_in: SignIn) -> bool:
    moment = now()
    return moment >= sign_in.ends_at or moment - sign_in.seen_at >= how_long("sign_in_idles")
