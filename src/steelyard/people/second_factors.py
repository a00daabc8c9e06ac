"""The second factor beside the passkey: a code from an app, another passkey, or a recovery code.

The codes are allauth's own; here is only who may use them when.
"""

from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret, validate_totp_code
from django.core.exceptions import ValidationError
from django.db import transaction

from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.ledger.actions import Facts, record
from steelyard.people.models import Member

new_secret = generate_totp_secret


@transaction.atomic
def add_app(member: Member, secret: str, code: str) -> None:
    """Keep an authenticator app once it has shown a right code. Raises BadInput otherwise."""
    if not secret or not validate_totp_code(secret, code.replace(" ", "")):
        raise BadInput(
            _("That code is not right."),
            _("Codes change every 30 seconds, and the device's clock must be right."),
            _("Enter the code that the app shows now."),
            field="code",
        )
    _rows(member, Authenticator.Type.TOTP).delete()
    TOTP.activate(member.user, secret)


@transaction.atomic
def new_recovery_codes(member: Member) -> list[str]:
    """Ten fresh codes, each good once; older ones stop working."""
    _rows(member, Authenticator.Type.RECOVERY_CODES).delete()
    return list(RecoveryCodes.activate(member.user).generate_codes())


def has_app(member: Member) -> bool:
    return bool(_rows(member, Authenticator.Type.TOTP).exists())


def codes_left(member: Member) -> int:
    row = _rows(member, Authenticator.Type.RECOVERY_CODES).first()
    return len(row.wrap().get_unused_codes()) if row else 0


def check_code(member: Member, code: str) -> None:
    """A code from the app or a recovery code. Raises Refused; after five wrong ones, only for a while."""
    try:
        forgive = check_rate_limit(member.user)
    except ValidationError as fault:
        raise Refused(
            _("Too many wrong codes."),
            _("We stop guessing after five."),
            _("Wait five minutes, then try again."),
        ) from fault
    if not _right(member, code.replace(" ", "").replace("-", "")):
        raise Refused(
            _("That code is not right."),
            _("It may be used up already, or be a code for something else."),
            _("Enter the code your app shows now, or one of your recovery codes."),
        )
    forgive()


def forget_all(member: Member, *, because: str) -> None:
    """Remove every passkey, app and recovery code of a member, in the caller's transaction."""
    removed = Authenticator.objects.filter(user_id=member.user_id).delete()[0]
    if removed:
        record(
            "people:credential:removed",
            actor=member.actor,
            about=member,
            before="all",
            because=because,
            facts=Facts(by="person"),
        )


@transaction.atomic
def _right(member: Member, code: str) -> bool:
    app = _rows(member, Authenticator.Type.TOTP).first()
    if app and app.wrap().validate_code(code):
        app.record_usage()
        return True
    codes = _rows(member, Authenticator.Type.RECOVERY_CODES).first()
    if codes and codes.wrap().validate_code(code):
        record(
            "people:credential:recovery_used",
            actor=member.actor,
            about=member,
            facts=Facts(by="person"),
        )
        return True
    return False


def _rows(member: Member, kind: Authenticator.Type):  # type: ignore[no-untyped-def]  # allauth is untyped
    return Authenticator.objects.filter(user_id=member.user_id, type=kind)
