"""Passkeys (WebAuthn): allauth's tables, the fido2 library's checks, and our own narrow rules.

Narrower than allauth's own flow in three ways: the origin must be exactly the one we serve, user
verification is always required, and a signature counter that goes backwards is refused (a copied key).
The one-time challenge lives in the caller's session and is taken out before it is checked.
"""

from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from django.db import transaction
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from steelyard.base.config import config
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.people.models import Member
from steelyard.people.partners import PartnerMember

Challenge = dict[str, Any]


class Holder(Protocol):
    """Whoever can hold passkeys: a member of the staff, an officer of an authority."""

    @property
    def ref(self) -> str: ...
    @property
    def handle(self) -> str: ...
    @property
    def user(self) -> Any: ...
    @property
    def user_id(self) -> Any: ...


_UV = UserVerificationRequirement.REQUIRED


def begin_creation(member: Holder) -> tuple[dict[str, Any], Challenge]:
    """Options for `navigator.credentials.create`, and the challenge to keep until the answer."""
    options, state = _server().register_begin(
        PublicKeyCredentialUserEntity(id=member.ref.encode(), name=member.handle, display_name=member.handle),
        credentials=[_public(row) for row in passkeys_of(member)],
        resident_key_requirement=ResidentKeyRequirement.REQUIRED,
        user_verification=_UV,
    )
    return dict(options), cast(Challenge, state)


@transaction.atomic
def finish_creation(member: Holder, challenge: Challenge, answer: dict[str, Any], name: str) -> Authenticator:
    """Check a new passkey and keep it. Raises BadInput when it does not answer the challenge."""
    try:
        data = _server().register_complete(challenge, RegistrationResponse.from_dict(answer))
    except (ValueError, TypeError, KeyError) as fault:
        raise _not_accepted() from fault
    _nobody_elses(data)
    return Authenticator.objects.create(
        user=member.user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": name, "credential": answer, "id": _id(data), "sign_count": data.counter},
    )


def begin_assertion(member: Holder | None = None, *, without: str = "") -> tuple[dict[str, Any], Challenge]:
    """Options for `navigator.credentials.get`: of this member (except `without`), or of anyone."""
    rows = passkeys_of(member) if member else []
    known = [_public(row) for row in rows if credential_of(row) != without] if member else None
    options, state = _server().authenticate_begin(known, user_verification=_UV)
    return dict(options), cast(Challenge, state)


@transaction.atomic
def finish_assertion(challenge: Challenge, answer: dict[str, Any]) -> tuple[Member, Authenticator]:
    """Check an answer. Returns whose passkey it is. Raises Refused, in one wording for every cause."""
    row, read = answered(challenge, answer)
    member = Member.objects.select_related("user").filter(user_id=row.user_id).first()
    handle = read.response.user_handle
    if member is None or (handle is not None and handle != member.ref.encode()):
        raise not_recognised()
    count(row, read)
    return member, row


@transaction.atomic
def finish_partner_assertion(challenge: Challenge, answer: dict[str, Any]) -> PartnerMember:
    """As `finish_assertion`, for the people of a partner: neither opens the other's door."""
    row, read = answered(challenge, answer)
    found = PartnerMember.objects.select_related("user", "partner").filter(user_id=row.user_id).first()
    if found is None or read.response.user_handle not in (None, found.ref.encode()):
        raise not_recognised()
    count(row, read)
    return found


def answered(challenge: Challenge, answer: dict[str, Any]) -> tuple[Authenticator, AuthenticationResponse]:
    """Which passkey answered the challenge, in the caller's transaction; whose it is, the caller looks up."""
    try:
        read = AuthenticationResponse.from_dict(answer)
        row = Authenticator.objects.select_for_update().get(
            type=Authenticator.Type.WEBAUTHN, data__id=websafe_encode(read.raw_id)
        )
        _server().authenticate_complete(challenge, [_public(row)], read)
    except (ValueError, TypeError, KeyError, Authenticator.DoesNotExist) as fault:
        raise not_recognised() from fault
    return row, read


def passkeys_of(member: Holder) -> list[Authenticator]:
    return list(
        Authenticator.objects.filter(user_id=member.user_id, type=Authenticator.Type.WEBAUTHN).order_by("pk")
    )


def credential_of(row: Authenticator) -> str:
    """The credential id, as two-person acts and sign-ins name it."""
    return str(row.data["id"])


def bound_to_device(row: Authenticator) -> bool:
    """True when the authenticator says the key never leaves it (backup-eligible flag is 0)."""
    return not _stored(row).is_backup_eligible()


def _server() -> Fido2Server:
    origin = config().public_url.rstrip("/")
    relying_party = PublicKeyCredentialRpEntity(
        id=urlsplit(origin).hostname or "localhost", name=config().service
    )
    return Fido2Server(relying_party, verify_origin=lambda asked: asked == origin)


def _stored(row: Authenticator) -> AuthenticatorData:
    registration = RegistrationResponse.from_dict(row.data["credential"])
    return cast(AuthenticatorData, registration.response.attestation_object.auth_data)


def _public(row: Authenticator) -> AttestedCredentialData:
    return cast(AttestedCredentialData, _stored(row).credential_data)


def _id(data: AuthenticatorData) -> str:
    return websafe_encode(cast(AttestedCredentialData, data.credential_data).credential_id)


def _nobody_elses(data: AuthenticatorData) -> None:
    if Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN, data__id=_id(data)).exists():
        raise BadInput(
            _("This passkey is already in use here."),
            _("A passkey belongs to one person."),
            _("Use another one."),
        )


def count(row: Authenticator, read: AuthenticationResponse) -> None:
    """Refuse a counter that goes backwards, and keep the new one."""
    counter = read.response.authenticator_data.counter
    if counter and counter <= row.data.get("sign_count", 0):
        raise not_recognised()
    row.data["sign_count"] = counter
    row.save(update_fields=["data"])
    row.record_usage()


def _not_accepted() -> BadInput:
    return BadInput(
        _("This passkey could not be added."),
        _("It did not answer our question, or it did not check that it is you (PIN, finger or face)."),
        _("Try again, or use another passkey."),
    )


def not_recognised() -> Refused:
    """The one answer to a passkey that is unknown, late, copied, or of someone who may not come in."""
    return Refused(
        _("This passkey did not open anything."),
        _("It is not known here, it answered too late, or it did not check that it is you."),
        _("Try again with the passkey you enrolled. If you lost it, ask an administrator or the operator."),
    )
