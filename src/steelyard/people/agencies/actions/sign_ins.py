"""An officer's way in: the link with its spoken code, a passkey that cannot leave its device, a sign-in."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.identifiers import fingerprint, new_token
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people import passkeys
from steelyard.people.agencies.access import OfficerPresence
from steelyard.people.agencies.models import Officer, OfficerLink, OfficerSignIn
from steelyard.people.agencies.states import (
    OFFICER_MOVES,
    OFFICER_SIGN_IN_MOVES,
    AgencyState,
    OfficerSignInState,
    OfficerState,
)
from steelyard.people.assurance import how_long
from steelyard.vault.actions import keyed_hash

_TRIES = 5


def open_officer_link(token: str, spoken: str) -> OfficerLink:
    """Exchange the link's token together with the spoken code. Both, or nothing; five tries, then it is dead."""
    found = _open(token, spoken)
    if found is None:  # outside the transaction: a wrong try has to be counted
        raise NoSuchThing(
            _("This link and this code do not open anything together."),
            _("The link works once, for three days, and only with the code that we read out to you."),
            _("Check both. After five wrong codes we have to send a new link."),
        )
    return found


@transaction.atomic
def _open(token: str, spoken: str) -> OfficerLink | None:
    rows = OfficerLink.objects.select_for_update(of=("self",)).select_related(
        "officer__agency", "officer__key"
    )
    link = rows.filter(fingerprint=fingerprint(token.strip()), opened_at=None, expires_at__gt=now()).first()
    if link is None or link.tries >= _TRIES or not _may_enrol(link.officer):
        return None
    if keyed_hash(_typed(spoken), purpose="people.officer_code") != link.spoken:
        link.tries += 1
        link.save(update_fields=["tries"])
        record("people:officer:wrong_code", actor="officer", about=link.officer, key=link.officer.key,
               facts=Facts(by="person"))  # fmt: skip
        return None
    link.opened_at = now()
    link.save(update_fields=["opened_at"])
    forget_keys(link.officer)
    record("people:officer:link_opened", actor=link.officer.actor, about=link.officer, key=link.officer.key,
           facts=Facts(by="person"))  # fmt: skip
    return link


def opened_officer_link(ref: str) -> OfficerLink | None:
    """An enrolment under way."""
    rows = OfficerLink.objects.select_related("officer__agency", "officer__user", "officer__key")
    return rows.filter(ref=ref, used_at=None, expires_at__gt=now()).exclude(opened_at=None).first()


@transaction.atomic
def enrol_officer(link_ref: str, challenge: passkeys.Challenge, answer: dict[str, Any], name: str) -> Officer:
    """Keep the officer's passkey: only one that cannot leave its device (NIST SP 800-63B-4, AAL3)."""
    link = OfficerLink.objects.select_for_update(of=("self",)).filter(ref=link_ref, used_at=None).first()
    if link is None or link.opened_at is None or link.expires_at <= now():
        raise NoSuchThing(_("This enrolment is over."), "", _("Ask for a new link."))
    officer = (
        Officer.objects.select_for_update(of=("self",))
        .select_related("agency", "user", "key")
        .get(pk=link.officer_id)
    )
    if not _may_enrol(officer):
        raise NoSuchThing(_("This enrolment is over."), "", _("Ask for a new link."))
    row = passkeys.finish_creation(officer, challenge, answer, name)
    if not passkeys.bound_to_device(row):
        raise _copied()
    link.used_at = now()
    link.save(update_fields=["used_at"])
    officer.state = next_state(OFFICER_MOVES, "enrol", OfficerState(officer.state))
    officer.save(update_fields=["state"])
    officer.user.is_active = True
    officer.user.save(update_fields=["is_active"])
    record("people:officer:enrolled", actor=officer.actor, about=officer, key=officer.key,
           before=OfficerState.INVITED, after=officer.state, facts=Facts(by="person"))  # fmt: skip
    return officer


@transaction.atomic
def start_officer_sign_in(officer: Officer, credential: str) -> tuple[OfficerPresence, str]:
    """The passkey was shown: the presence, and the token for the browser's cookie."""
    token, moment = new_token(), now()
    sign_in = OfficerSignIn.objects.create(
        officer=officer, credential=credential, fingerprint=fingerprint(token), seen_at=moment,
        ends_at=moment + how_long("officer_sign_in_lasts"),
    )  # fmt: skip
    record(
        "people:officer:signed_in",
        actor=officer.actor,
        about=officer,
        key=officer.key,
        facts=Facts(by="person"),
    )
    return OfficerPresence(officer, sign_in, credential), token


def seen_officer(presence: OfficerPresence) -> None:
    """Push back the idle clock, at most once a minute."""
    if (now() - presence.sign_in.seen_at).total_seconds() >= 60:  # noqa: PLR2004 - spares a write per request
        OfficerSignIn.objects.filter(pk=presence.sign_in.pk).update(seen_at=now())


def sign_out_officer(presence: OfficerPresence) -> None:
    _end(presence.sign_in)


def end_all_of(officer: Officer) -> None:
    """End every sign-in, within the caller's transaction."""
    for sign_in in OfficerSignIn.objects.select_for_update().filter(
        officer=officer, state=OfficerSignInState.OPEN
    ):
        _end(sign_in)


def forget_keys(officer: Officer) -> None:
    """Passkeys from before stop working, in the caller's transaction."""
    Authenticator.objects.filter(user_id=officer.user_id).delete()


def _end(sign_in: OfficerSignIn) -> None:
    sign_in.state = next_state(OFFICER_SIGN_IN_MOVES, "end", OfficerSignInState(sign_in.state))
    sign_in.ended_at = now()
    sign_in.save(update_fields=["state", "ended_at"])


def _may_enrol(officer: Officer) -> bool:
    return officer.state == OfficerState.INVITED and officer.agency.state == AgencyState.ENROLLED


def _typed(code: str) -> str:
    return "".join(code.upper().replace("-", "").split())


def _copied() -> Refused:
    return Refused(
        _("This passkey can be copied to other devices."),
        _("Orders of authorities are sent with a key that never leaves its device."),
        _("Use a security key, or a passkey that is bound to this device."),
    )
