"""A person at one browser: begun with a passkey, completed with a second factor, ended by anyone's will.

Ordinary sign-ins leave no ledger entry: the log is public, and its times would draw each person's shifts.
"""

from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.states import next_state
from steelyard.people.access import Presence, nothing_here
from steelyard.people.assurance import how_long
from steelyard.people.models import Member, SignIn
from steelyard.people.permissions import needs_second_factor
from steelyard.people.states import SIGN_IN_MOVES, SignInState


@transaction.atomic
def start_sign_in(member: Member, credential: str, *, device: str, complete: bool = False) -> SignIn:
    """A passkey was shown. The sign-in is open at once, or half open when the roles need a second factor.

    `complete`: the second factor was shown too (at the end of enrolment).
    """
    moment = now()
    open_now = complete or not needs_second_factor(member.roles)
    return SignIn.objects.create(
        member=member,
        credential=credential,
        state=SignInState.OPEN if open_now else SignInState.HALF,
        device=device[:120],
        passkey_at=moment,
        seen_at=moment,
        ends_at=moment + how_long("sign_in_lasts"),
    )


@transaction.atomic
def complete_sign_in(sign_in: SignIn) -> SignIn:
    """The second factor was shown too."""
    locked = SignIn.objects.select_for_update().get(pk=sign_in.pk)
    locked.state = next_state(SIGN_IN_MOVES, "complete", SignInState(locked.state))
    locked.seen_at = now()
    locked.save(update_fields=["state", "seen_at"])
    return locked


def show_passkey_again(presence: Presence, credential: str) -> Presence:
    """The step-up: a passkey of the same member, shown now, makes this sign-in fresh."""
    moment = now()
    SignIn.objects.filter(pk=presence.sign_in.pk).update(
        passkey_at=moment, seen_at=moment, credential=credential
    )
    return Presence(presence.member, presence.sign_in, credential, moment)


def seen(presence: Presence) -> None:
    """Push back the idle clock, at most once a minute."""
    if (now() - presence.sign_in.seen_at).total_seconds() >= 60:  # noqa: PLR2004 - spares a write per request
        SignIn.objects.filter(pk=presence.sign_in.pk).update(seen_at=now())


@transaction.atomic
def end_sign_in(member: Member, ref: str) -> None:
    """End one of one's own sign-ins, here or on another device."""
    found = SignIn.objects.select_for_update().filter(member=member, ref=ref).first()
    if found is None:
        raise nothing_here()
    _end(found)


def end_all(member: Member) -> None:
    """End every sign-in of a member, within the caller's transaction."""
    for sign_in in SignIn.objects.select_for_update().filter(member=member).exclude(state="ended"):
        _end(sign_in)


def _end(sign_in: SignIn) -> None:
    sign_in.state = next_state(SIGN_IN_MOVES, "end", SignInState(sign_in.state))
    sign_in.ended_at = now()
    sign_in.save(update_fields=["state", "ended_at"])
