"""Which partner is asking, and may it? A suspension counts from the next request."""

import msgspec
from django.db.models import Q, QuerySet

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import fingerprint
from steelyard.people.access import nothing_here, require
from steelyard.people.models import Member
from steelyard.people.partners import CONTACTS, MEMBER_NAME, Partner, PartnerKey, PartnerMember
from steelyard.people.permissions import Permission
from steelyard.people.states import KeyState, MemberState, PartnerState
from steelyard.vault.actions import unseal

__all__ = ["Partner", "PartnerKey", "PartnerMember"]


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody at a partner who can be reached, and when it helps to call them."""

    name: str = ""
    email: str = ""
    phone: str = ""
    when: str = ""


def partners(asker: Member) -> QuerySet[Partner]:
    """All partners by name, for staff who work with them. Never as a ranking."""
    require(asker, Permission.PEOPLE_PARTNER_READ)
    return Partner.objects.order_by("name")


def partner_for(asker: Member, ref: str, permission: Permission, *, lock: bool = False) -> Partner:
    """One partner, for staff with `permission`. Raises NoSuchThing."""
    require(asker, permission)
    found = Partner.objects.select_for_update(of=("self",)) if lock else Partner.objects
    partner = found.select_related("key").filter(ref=ref).first()
    if partner is None:
        raise nothing_here()
    return partner


def partner_member(ref: str) -> PartnerMember | None:
    """An enrolled person of a partner that is not revoked, or None."""
    found = PartnerMember.objects.select_related("partner__key", "user")
    return (
        found.filter(ref=ref, state=MemberState.ACTIVE).exclude(partner__state=PartnerState.REVOKED).first()
    )


def invited_member(token: str) -> PartnerMember:
    """Whose enrolment link this is. Raises NoSuchThing for one that was used, is too old, or never was."""
    found = PartnerMember.objects.select_related("partner", "user").filter(
        Q(invitation=fingerprint(token.strip())), invitation_until__gt=now()
    )
    member = found.exclude(partner__state=PartnerState.REVOKED).first() if token.strip() else None
    if member is None:
        raise NoSuchThing(
            _("This link no longer works."), _("A link works once, and only for a while."),
            _("Ask whoever sent it for a new one."),
        )  # fmt: skip
    return member


def key_holder(secret: str, scope: str) -> PartnerKey:
    """The key that `secret` is, if it has `scope` and its partner may send. Raises NoSuchThing or Refused."""
    found = PartnerKey.objects.select_related("partner__key").filter(fingerprint=fingerprint(secret))
    key = found.filter(state=KeyState.ACTIVE).exclude(partner__state=PartnerState.REVOKED).first()
    if key is None:
        raise nothing_here()
    if scope not in key.scopes:
        raise Refused(
            _("This key may not do that."), _("It was made without the scope that this takes."),
            _("Make a key with it at the hotline desk."),
        )  # fmt: skip
    return key


def may_send(partner: Partner) -> bool:
    """Verified and not suspended; a suspension whose end has passed is over."""
    over = partner.state == PartnerState.SUSPENDED and partner.until is not None and partner.until <= now()
    return partner.state == PartnerState.VERIFIED or over


def is_suspended(partner: Partner) -> bool:
    """Verified once, and shut out for a time now."""
    return partner.state == PartnerState.SUSPENDED and not may_send(partner)


def is_revoked(ref: str) -> bool:
    """Whether this is a partner that was shut out for good."""
    return Partner.objects.filter(ref=ref, state=PartnerState.REVOKED).exists()


def require_may_send(partner: Partner) -> None:
    """Raises Refused with what to do, for a partner that is not verified yet or is suspended."""
    if may_send(partner):
        return
    if partner.state == PartnerState.INVITED:
        raise Refused(
            _("Your organisation has not been verified yet."), _("A second person of ours does that."),
            _("Until then, use the public form: it reaches the same people."),
        )  # fmt: skip
    raise Refused(
        _("Your organisation’s notices are suspended at present."), _("You were told why and until when."),
        _("If somebody is about to be harmed, tick that: it reaches a person at once. Write to the contact point if "
          "this is a mistake."),
    )  # fmt: skip


def people_of(partner: Partner) -> QuerySet[PartnerMember]:
    """The partner's people, for whoever may see the partner."""
    return partner.members.order_by("handle")


def keys_of(partner: Partner) -> QuerySet[PartnerKey]:
    return partner.keys.order_by("pk")


def contacts(partner: Partner) -> tuple[Contact, ...]:
    """Whom to reach there."""
    opened = unseal(partner.key, partner.contacts_sealed, place=CONTACTS)
    return msgspec.msgpack.decode(opened, type=tuple[Contact, ...])


def mail_of(partner: Partner) -> str:
    """Where our letters go; "" when they gave no address."""
    return next((contact.email for contact in contacts(partner) if contact.email), "")


def name_of(member: PartnerMember) -> str:
    return unseal(member.partner.key, member.name_sealed, place=MEMBER_NAME).decode()


def harm_of_code(partner: Partner, code: str) -> str:
    """Our harm for one of their codes, as their own mapping says; "" for a code it does not have."""
    return str(partner.scheme.get("codes", {}).get(code, {}).get("harm", ""))
