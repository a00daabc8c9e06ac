"""Acts that take two persons: asked by one, approved by another, carried out once."""

import hashlib
from typing import Any

import rfc8785
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.models import Referenced
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.assurance import how_long
from steelyard.people.models import PAYLOAD, Approval
from steelyard.people.permissions import Permission
from steelyard.people.states import APPROVAL_MOVES, ApprovalState
from steelyard.vault.actions import seal
from steelyard.vault.models import DataKey


def digest_of(payload: Any) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of what is to be done."""
    return hashlib.sha256(rfc8785.dumps(payload)).hexdigest()


@transaction.atomic
def ask_approval(
    presence: Presence,
    permission: Permission,
    verb: str,
    about: Referenced,
    payload: Any,
    *,
    because: str,
    second: Permission | None = None,
    matter: DataKey | None = None,
    only: tuple[str, ...] = (),
) -> Approval:
    """Ask a second person to approve `verb` about `about`, exactly as `payload` (JSON) says it.

    `matter` and `only`: for a matter under secrecy, its key and the members who may know of it.
    `permission` is what the asker needs, `second` what the second person needs (the same unless given).
    """
    require_fresh(presence, permission)
    if not because.strip():
        raise BadInput(
            _("A second person needs a reason."), _("The reason is empty."), _("Say why."), field="because"
        )
    approval = Approval.objects.create(
        permission=second or permission,
        verb=verb,
        about=about.ref,
        digest=digest_of(payload),
        payload_sealed=seal(presence.member.key, rfc8785.dumps(payload), place=PAYLOAD),
        because=because,
        asked_by=presence.member,
        asked_credential=presence.credential,
        asked_in=presence.sign_in,
        expires_at=now() + how_long("approval_lasts"),
        matter=matter,
        only=list(only),
    )
    record(
        "people:approval:asked",
        actor=presence.member.actor,
        about=approval,
        key=matter,
        after=f"{verb} {about.ref}",
        because=because,
        facts=Facts(by="person"),
    )
    return approval


@transaction.atomic
def approve(presence: Presence, ref: str, payload: Any, *, because: str = "") -> Approval:
    """Be the second person. Refuses the same person, the same credential, the same sign-in, a late
    answer, and a payload other than the one that was asked about."""
    approval = _locked(presence, ref)
    _two_of_everything(approval, presence)
    _still_as_asked(approval, payload)
    return _answer(approval, presence, "approve", because)


@transaction.atomic
def decline(presence: Presence, ref: str, *, because: str) -> Approval:
    """Say no, with a reason. The act cannot go on with this approval."""
    approval = _locked(presence, ref)
    _two_of_everything(approval, presence)
    return _answer(approval, presence, "decline", because)


@transaction.atomic
def withdraw_approval(presence: Presence, ref: str) -> Approval:
    """Take back what one asked for."""
    approval = _row(ref)
    if approval.asked_by_id != presence.member.pk:
        raise nothing_here()
    _move(approval, "withdraw", presence.member.actor, "")
    return approval


@transaction.atomic
def spend(presence: Presence, ref: str, verb: str, about: Referenced, payload: Any) -> Approval:
    """Use an approval for the act it was given for, once. Call it inside the act's own transaction."""
    approval = _row(ref)
    if (approval.verb, approval.about) != (verb, about.ref):
        raise Refused(
            _("This approval is for something else."),
            _("It was given for another step."),
            _("Ask for the approval of this step."),
        )
    if presence.member.pk not in (approval.asked_by_id, approval.answered_by_id):
        raise nothing_here()
    _still_as_asked(approval, payload)
    _move(approval, "spend", presence.member.actor, "")
    return approval


def _row(ref: str) -> Approval:
    found = Approval.objects.select_for_update().filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def _locked(presence: Presence, ref: str) -> Approval:
    found = _row(ref)
    require_fresh(presence, Permission(found.permission))
    return found


def _two_of_everything(approval: Approval, presence: Presence) -> None:
    if approval.asked_by_id == presence.member.pk:
        raise Refused(
            _("You asked for this, so somebody else has to approve it."),
            _("This step takes two persons."),
            _("Ask a colleague with the same permission."),
        )
    if approval.asked_credential == presence.credential:
        raise Refused(
            _("The same passkey was used to ask for this."),
            _("Two persons need two passkeys."),
            _("Use a passkey of your own."),
        )
    if approval.asked_in_id == presence.sign_in.pk:
        raise Refused(
            _("This was asked for in the same sign-in."),
            _("Two persons need two sign-ins."),
            _("Sign in as yourself in your own browser."),
        )


def _still_as_asked(approval: Approval, payload: Any) -> None:
    if now() >= approval.expires_at:
        raise Refused(
            _("This request has expired."),
            _("A second person did not answer in time."),
            _("Ask for it again."),
        )
    if digest_of(payload) != approval.digest:
        raise Refused(
            _("This is not what was asked for."),
            _("Something in it changed after the first person asked."),
            _("Look at it again and ask for a new approval."),
        )


def _answer(approval: Approval, presence: Presence, move: str, because: str) -> Approval:
    approval.answered_by = presence.member
    approval.answered_credential = presence.credential
    approval.answered_in = presence.sign_in
    approval.answered_because = because
    _move(approval, move, presence.member.actor, because)
    return approval


def _move(approval: Approval, move: str, actor: str, because: str) -> None:
    before, after = approval.state, next_state(APPROVAL_MOVES, move, ApprovalState(approval.state))
    approval.state = after
    approval.save()
    record(
        f"people:approval:{after}",
        actor=actor,
        about=approval,
        key=approval.matter,
        before=before,
        after=after,
        because=because,
        facts=Facts(by="two" if move in ("approve", "spend") else "person"),
    )
