"""Disputes before certified bodies (DSA Art. 21): noted when they begin, and with what the body decided."""

from datetime import date

from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput
from steelyard.base.states import next_state
from steelyard.decisions.actions import public
from steelyard.decisions.models import Decision, Dispute
from steelyard.decisions.states import DISPUTE_MOVES, DisputeState
from steelyard.ledger.actions import record
from steelyard.people.access import nothing_here
from steelyard.people.models import Member
from steelyard.vault.actions import new_key, seal, unseal

_PLACE = "decisions.dispute"


def note_dispute(decision: Decision, member: Member, *, body: str, their_reference: str) -> Dispute:
    """A body has told us that a dispute is before it. In the caller's transaction. Raises BadInput."""
    if not body.strip() or not their_reference.strip():
        raise BadInput(_("Name the body and its reference."), field="body")
    dispute = Dispute.objects.create(
        decision=decision, body=body.strip(), their_reference=their_reference.strip(), noted_by=member.ref,
        key=new_key(),
    )  # fmt: skip
    record(
        "decisions:dispute:noted", actor=member.ref, about=dispute, key=dispute.key, facts=public(decision)
    )
    return dispute


def close_dispute(dispute: Dispute, member: Member, move: str, *, outcome: str, decided_on: date) -> None:
    """What the body decided, in its words, and when. In the caller's transaction. Raises BadInput or Refused."""
    if not outcome.strip():
        raise BadInput(_("Say what the body decided."), field="outcome")
    before, dispute.state = dispute.state, next_state(DISPUTE_MOVES, move, DisputeState(dispute.state))
    dispute.sealed_outcome = seal(dispute.key, outcome.encode(), place=_PLACE)
    dispute.decided_on = decided_on
    dispute.save(update_fields=["state", "sealed_outcome", "decided_on"])
    record(f"decisions:dispute:{dispute.state}", actor=member.ref, about=dispute, key=dispute.key,
           before=before, after=dispute.state, because=outcome, facts=public(dispute.decision))  # fmt: skip


def outcome_of(dispute: Dispute) -> str:
    """What the body decided; "" while it has not."""
    return (
        unseal(dispute.key, dispute.sealed_outcome, place=_PLACE).decode() if dispute.sealed_outcome else ""
    )


def dispute_of(decision: Decision, ref: str) -> Dispute:
    """One dispute about a decision that the caller has been given. Raises NoSuchThing."""
    found = Dispute.objects.select_for_update(of=("self",)).select_related("key", "decision")
    dispute = found.filter(decision=decision, ref=ref).first()
    if dispute is None:
        raise nothing_here()
    return dispute
