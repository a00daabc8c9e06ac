"""Leaving a country and coming back: asked by one, agreed by another, carried out step by step."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.models import DispatchState
from steelyard.base.outbox import ring, send_again
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.markets.access import leaving_for
from steelyard.markets.models import Leaving, Step
from steelyard.markets.queries import leaving_of
from steelyard.markets.states import MOVES, LeavingState
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.actions import Approval, approve, ask_approval, spend
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import known
from steelyard.rulebook.queries import fact
from steelyard.vault.actions import new_key

LEAVE, RETURN = "markets:market:left", "markets:market:returned"
_MAY = Permission.MARKETS_MARKET_LEAVE


@transaction.atomic
def ask_to_leave(presence: Presence, country: str, *, because: str) -> Approval:
    """The first person. Nothing happens until somebody else agrees."""
    require_fresh(presence, _MAY)
    country = country.upper()
    if not known(country):
        raise BadInput(
            _("We know no such country."), do=_("Give its two letters (ISO 3166-1)."), field="country"
        )
    row = leaving_of(country) or Leaving.objects.create(country=country, key=new_key())
    if row.state != LeavingState.ASKED:
        raise Refused(_("The service has left this country already."), do=_("Look at its page."))
    return ask_approval(presence, _MAY, LEAVE, row, payload_of(row), because=because)


@transaction.atomic
def ask_to_return(presence: Presence, ref: str, *, because: str) -> Approval:
    """The first person. Newcomers stay refused until somebody else agrees."""
    row = leaving_for(presence.member, ref, lock=True)
    next_state(MOVES, "return", LeavingState(row.state))
    return ask_approval(presence, _MAY, RETURN, row, payload_of(row), because=because)


def payload_of(row: Leaving) -> dict[str, str]:
    """What two persons agree to."""
    return {"country": row.country, "leaving": row.ref}


@transaction.atomic
def agree(presence: Presence, approval_ref: str, payload: dict[str, str], *, because: str) -> Leaving:
    """The second person: from here on it is carried out. Give the steps to `queue_steps` in this transaction."""
    done = approve(presence, approval_ref, payload, because=because)
    row = leaving_for(presence.member, payload["leaving"], lock=True)
    spend(presence, approval_ref, done.verb, row, payload_of(row))
    move = "leave" if done.verb == LEAVE else "return"
    before, row.state = row.state, next_state(MOVES, move, LeavingState(row.state))
    if move == "leave":
        days = int(fact("house.market_left_window", now().date()).value)
        row.left_at, row.window_until = now(), now().date() + timedelta(days=days)
    else:
        row.returned_at = now()
    row.save()
    record(
        done.verb, actor=presence.member.actor, about=row, key=row.key, before=before, after=row.state,
        because=done.because,
        facts=Facts(authority_country=row.country, by="two", reversal=move == "return"),
    )  # fmt: skip
    return row


def queue_steps(row: Leaving, steps: Iterable[tuple[str, str, str]]) -> None:
    """Platform, what, and why it cannot be done ("" when it can), in the caller's transaction."""
    for name, what, impossible in steps:
        Step.objects.create(
            leaving=row, connector=name, what=what, last_error=impossible,
            state=DispatchState.FAILED if impossible else DispatchState.QUEUED,
        )  # fmt: skip
    ring()


def confirm_step(step: Step, *, reached: int | None = None) -> None:
    """The platform did it, in the caller's transaction."""
    step.state, step.confirmed_at, step.reached = DispatchState.CONFIRMED, now(), reached
    step.save(update_fields=["state", "confirmed_at", "reached"])
    record(
        "markets:step:confirmed", actor="steelyard", about=step, key=step.leaving.key, after=step.what,
        facts=Facts(verb=step.what, authority_country=step.leaving.country, by="machine"),
    )  # fmt: skip


@transaction.atomic
def retry_step(presence: Presence, ref: str) -> Step:
    """A person has looked, and it is tried again."""
    require_fresh(presence, _MAY)
    step = Step.objects.select_for_update(of=("self",)).select_related("leaving__key").filter(ref=ref).first()
    if step is None:
        raise nothing_here()
    send_again(step)
    record(
        "markets:step:retried", actor=presence.member.actor, about=step, key=step.leaving.key,
        before=DispatchState.FAILED, after=DispatchState.QUEUED, facts=Facts(verb=step.what, by="person"),
    )  # fmt: skip
    ring()
    return step
