"""Partners: invited by one person, verified by another, suspended with an end, revoked; their people and keys."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import fingerprint, new_ref, new_token
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.assurance import how_long
from steelyard.people.partner_access import Contact, invited_member, partner_for
from steelyard.people.partners import (
    CONTACTS,
    KINDS,
    MEMBER_NAME,
    SCOPES,
    Partner,
    PartnerKey,
    PartnerMember,
)
from steelyard.people.passkeys import passkeys_of
from steelyard.people.permissions import Permission
from steelyard.people.states import (
    KEY_MOVES,
    MEMBER_MOVES,
    PARTNER_MOVES,
    KeyState,
    MemberState,
    PartnerState,
)
from steelyard.vault.actions import new_key, seal

MANAGE = Permission.PEOPLE_PARTNER_MANAGE
KEY_PREFIX = "hotline_"
"""Keys begin so: whoever finds one in a file knows what it is."""


@transaction.atomic
def invite_partner(
    presence: Presence, *, name: str, kinds: list[str], areas: list[str], country: str = "",
    languages: list[str], language: str, contact: Contact, known: Collection[str], because: str,
) -> tuple[Partner, str]:  # fmt: skip
    """A new partner and the enrolment link's token for its first person. It cannot send before it is verified.

    `known`: the harms of the rulebook, among which its areas are.
    """
    require_fresh(presence, MANAGE)
    _plausible(name, kinds, areas, known)
    _reachable(contact)
    key = new_key()
    partner = Partner.objects.create(
        name=name.strip(), kinds=sorted(set(kinds)), areas=sorted(set(areas)), country=country,
        languages=sorted({*languages, language}), language=language, key=key,
        invited_by=presence.member.ref, contacts_sealed=_sealed(key, (contact,)),
    )  # fmt: skip
    _record(partner, presence.member.actor, because)
    _member, token = _new_member(
        partner, contact.name or name, "1", language, manager=True, actor=presence.member.actor
    )
    return partner, token


@transaction.atomic
def verify_partner(presence: Presence, ref: str, *, because: str) -> Partner:
    """Somebody other than who invited it has checked, by a way found independently, who this is."""
    partner = _locked(presence, ref)
    if partner.invited_by == presence.member.ref:
        raise Refused(
            _("You invited this organisation yourself."), _("Inviting and verifying takes two people."),
            _("Ask a colleague to check who they are."),
        )  # fmt: skip
    return _move(partner, "verify", presence, because)


@transaction.atomic
def suspend_partner(presence: Presence, ref: str, *, until: datetime | None, because: str) -> Partner:
    """Its batches are not taken from the next request on, until `until` or until somebody ends it."""
    partner = _locked(presence, ref)
    if until is not None and until <= now():
        raise BadInput(_("The end of a suspension lies in the future."), field="until")
    partner.until = until
    return _move(partner, "suspend", presence, because)


@transaction.atomic
def readmit_partner(presence: Presence, ref: str, *, because: str) -> Partner:
    """End a suspension."""
    partner = _locked(presence, ref)
    partner.until = None
    return _move(partner, "readmit", presence, because)


@transaction.atomic
def revoke_partner(presence: Presence, ref: str, *, because: str) -> Partner:
    """For good: its people and keys open nothing any more. What it told us stays."""
    return _move(_locked(presence, ref), "revoke", presence, because)


@transaction.atomic
def note_award(
    presence: Presence, ref: str, *, award: str, awarded_by: str, source: str, seen_on: date, because: str
) -> Partner:
    """What the public list of trusted flaggers (Art. 22(5)) said on a day, with where it was read."""
    partner = _locked(presence, ref)
    if award not in ("", "awarded", "suspended", "revoked") or (award and not (awarded_by and source)):
        raise BadInput(
            _("Say which status the list shows, who awarded it, and where you read it."), field="award"
        )
    before, partner.award = partner.award, award
    partner.awarded_by, partner.award_source, partner.award_seen_on = awarded_by, source, seen_on
    partner.save(update_fields=["award", "awarded_by", "award_source", "award_seen_on"])
    record("people:partner:award_noted", actor=presence.member.actor, about=partner, key=partner.key,
           before=before, after=award, because=because, facts=Facts(by="person"))  # fmt: skip
    return partner


@transaction.atomic
def invite_to_partner(
    by: Presence | PartnerMember, ref: str, *, name: str, handle: str, language: str, manager: bool
) -> tuple[PartnerMember, str]:
    """Another person of a partner: by our staff, or by one of its own managers."""
    partner = _of(by, ref)
    return _new_member(partner, name, handle, language, manager=manager, actor=_actor(by))


@transaction.atomic
def renew_invitation(by: Presence | PartnerMember, ref: str, member_ref: str) -> str:
    """A new link for somebody who lost the link or the passkeys: what they enrol replaces what they had."""
    member = _member_of(_of(by, ref), member_ref)
    for row in passkeys_of(member):
        row.delete()
    token = _link(member)
    _record_member(member, "invited_again", _actor(by))
    return token


@transaction.atomic
def suspend_partner_member(by: Presence | PartnerMember, ref: str, member_ref: str) -> PartnerMember:
    """Shut one person of a partner out, from the next request on."""
    member = _member_of(_of(by, ref), member_ref)
    member.state, member.invitation = next_state(MEMBER_MOVES, "suspend", MemberState(member.state)), ""
    member.save(update_fields=["state", "invitation"])
    _record_member(member, member.state, _actor(by))
    return member


@transaction.atomic
def enrol_partner_member(token: str) -> PartnerMember:
    """The person behind the link has made a passkey: the link is used up, and they are in."""
    found = invited_member(token)
    member = (
        PartnerMember.objects.select_for_update(of=("self",))
        .select_related("partner__key", "user")
        .get(pk=found.pk)
    )
    if not passkeys_of(member):
        raise Refused(_("Make a passkey first."), _("It is how you sign in here."))
    if member.state == MemberState.INVITED:
        member.state = next_state(MEMBER_MOVES, "enrol", MemberState(member.state))
    member.invitation, member.invitation_until = "", None
    member.save(update_fields=["state", "invitation", "invitation_until"])
    _record_member(member, "enrolled", member.ref)
    return member


@transaction.atomic
def make_key(by: PartnerMember, name: str, scopes: list[str]) -> tuple[PartnerKey, str]:
    """A key to the API; the secret is shown once and kept nowhere."""
    partner = _of(by, by.partner.ref)
    if not name.strip() or not scopes or set(scopes) - set(SCOPES):
        raise BadInput(_("Name the key and choose what it may do."), field="name")
    secret = KEY_PREFIX + new_token()
    key = PartnerKey.objects.create(
        partner=partner, name=name.strip()[:60], fingerprint=fingerprint(secret), scopes=sorted(set(scopes)),
        made_by=by.ref,
    )  # fmt: skip
    record("people:partner_key:made", actor=by.ref, about=key, key=partner.key, after=" ".join(key.scopes),
           facts=Facts(by="person"))  # fmt: skip
    return key, secret


@transaction.atomic
def withdraw_key(by: Presence | PartnerMember, ref: str, key_ref: str) -> PartnerKey:
    """From the next request on nobody gets in with it."""
    partner = _of(by, ref)
    key = PartnerKey.objects.select_for_update(of=("self",)).filter(partner=partner, ref=key_ref).first()
    if key is None:
        raise nothing_here()
    before, key.state = key.state, next_state(KEY_MOVES, "withdraw", KeyState(key.state))
    key.save(update_fields=["state"])
    record("people:partner_key:withdrawn", actor=_actor(by), about=key, key=partner.key, before=before,
           after=key.state, facts=Facts(by="person"))  # fmt: skip
    return key


@transaction.atomic
def set_scheme(by: Presence | PartnerMember, ref: str, content: bytes, *, known: Collection[str]) -> Partner:
    """Take the partner's own mapping of its categories to ours (`known`). Raises BadInput; nothing is guessed."""
    partner = _of(by, ref)
    before = str(partner.scheme.get("version", ""))
    partner.scheme = _read_scheme(content, known)
    partner.save(update_fields=["scheme"])
    record("people:partner:scheme_set", actor=_actor(by), about=partner, key=partner.key, before=before,
           after=f"{partner.scheme['scheme']} {partner.scheme['version']}", facts=Facts(by="person"))  # fmt: skip
    return partner


class _Code(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    harm: str


class _Scheme(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    scheme: str
    version: str
    codes: dict[str, _Code]


def _read_scheme(content: bytes, known: Collection[str]) -> dict[str, Any]:
    try:
        given = msgspec.json.decode(content, type=_Scheme)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as fault:
        raise BadInput(
            _("This mapping cannot be read."), str(fault)[:200],
            _("It is JSON: scheme, version, and for each code a name and a harm."), field="scheme",
        ) from fault  # fmt: skip
    unknown = sorted({code.harm for code in given.codes.values()} - set(known))
    if unknown or not given.codes:
        raise BadInput(
            _("The mapping names a harm that we do not count by."), ", ".join(unknown)[:200],
            _("Map to one of the harms in our terms."), field="scheme",
        )  # fmt: skip
    read: dict[str, Any] = msgspec.to_builtins(given)
    return read


def _plausible(name: str, kinds: list[str], areas: list[str], known: Collection[str]) -> None:
    if not name.strip() or not kinds or set(kinds) - set(KINDS):
        raise BadInput(_("Name the organisation and say what it is."), field="name")
    if Partner.objects.filter(name__iexact=name.strip()).exists():
        raise BadInput(_("An organisation of this name is there already."), field="name")
    if not areas or set(areas) - set(known):
        raise BadInput(_("Choose the areas it works on."), field="areas")


def _reachable(contact: Contact) -> None:
    try:
        validate_email(contact.email)
    except ValidationError:
        raise BadInput(
            _("This e-mail address cannot be right."), _("Outcomes are written there."), field="email"
        ) from None


def _of(by: Presence | PartnerMember, ref: str) -> Partner:
    """The partner, for our staff or for its own manager."""
    if isinstance(by, Presence):
        return _locked(by, ref)
    if not by.manager or by.partner.ref != ref:
        raise nothing_here()
    return Partner.objects.select_for_update(of=("self",)).select_related("key").get(pk=by.partner_id)


def _locked(presence: Presence, ref: str) -> Partner:
    require_fresh(presence, MANAGE)
    return partner_for(presence.member, ref, MANAGE, lock=True)


def _actor(by: Presence | PartnerMember) -> str:
    return by.member.actor if isinstance(by, Presence) else by.ref


def _member_of(partner: Partner, ref: str) -> PartnerMember:
    found = PartnerMember.objects.select_for_update(of=("self",)).filter(partner=partner, ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def _new_member(
    partner: Partner, name: str, handle: str, language: str, *, manager: bool, actor: str
) -> tuple[PartnerMember, str]:
    if not handle.strip() or partner.members.filter(handle__iexact=handle.strip()).exists():
        raise BadInput(_("This handle is empty or taken."), do=_("Choose another."), field="handle")
    ref = new_ref()
    member = PartnerMember(
        ref=ref, partner=partner, handle=handle.strip()[:40], language=language, manager=manager,
        user=get_user_model().objects.create_user(username=ref, is_active=False),
        name_sealed=seal(partner.key, name.strip().encode(), place=MEMBER_NAME),
    )  # fmt: skip
    token = _link(member)
    _record_member(member, member.state, actor)
    return member, token


def _link(member: PartnerMember) -> str:
    token = new_token()
    member.invitation, member.invitation_until = fingerprint(token), now() + how_long("invitation_lasts")
    member.save()
    return token


def _sealed(key: Any, found: tuple[Contact, ...]) -> bytes:
    return seal(key, msgspec.msgpack.encode(found), place=CONTACTS)


def _move(partner: Partner, move: str, presence: Presence, because: str) -> Partner:
    before, partner.state = partner.state, next_state(PARTNER_MOVES, move, PartnerState(partner.state))
    partner.save(update_fields=["state", "until"])
    _record(partner, presence.member.actor, because, before=before)
    return partner


def _record(partner: Partner, actor: str, because: str, *, before: str = "") -> None:
    until = f" until {partner.until:%Y-%m-%d}" if partner.until else ""
    record(f"people:partner:{partner.state}", actor=actor, about=partner, key=partner.key, before=before,
           after=f"{partner.state}{until}", because=because, facts=Facts(by="person"))  # fmt: skip


def _record_member(member: PartnerMember, what: str, actor: str) -> None:
    record(f"people:partner_member:{what}", actor=actor, about=member, key=member.partner.key, after=what,
           facts=Facts(by="person"))  # fmt: skip
