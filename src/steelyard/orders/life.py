"""Move an order along its table, with the words that go with it, and confirm what an answer rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import msgspec
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.orders.actions import public
from steelyard.orders.assessment.shapes import Cite
from steelyard.orders.models import Confirmation, Order, Turn
from steelyard.orders.states import MOVES, ON_THE_DESK, WAITING, OrderState
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission
from steelyard.vault.actions import seal, unseal

_WORDS = "orders.turn"
ANSWERS = ("execute", "execute_in_part", "refuse")


def move(
    order: Order, step: str, *, actor: str, words: str = "", by: str = "person", ground: str = ""
) -> Turn:
    """One step of the life, with its words sealed and its ledger entry. Inside the caller's transaction.

    `actor`: a member's reference, `authority` or `steelyard`. `ground`: the check that a refusal stands on, told in
    public. Raises Refused when the table has no such move.
    """
    before, order.state = order.state, next_state(MOVES, step, OrderState(order.state))
    order.state_since = now()
    if step in ANSWERS:
        order.answered_at = order.state_since
    order.save(update_fields=["state", "state_since", "answered_at"])
    record(
        f"orders:order:{_verb(step, order)}", actor=actor, about=order, key=order.key, before=before,
        after=order.state, because=words, facts=replace(public(order, by=by), ground=ground),
    )  # fmt: skip
    return Turn.objects.create(
        order=order, move=step, state=order.state, by=actor,
        sealed=seal(order.key, words.encode(), place=_WORDS),
    )  # fmt: skip


def _verb(step: str, order: Order) -> str:
    """What the log calls it: coming back to the desk is no second arrival."""
    return "taken_up" if order.state == OrderState.RECEIVED else order.state


def words_of(turn: Turn) -> str:
    return unseal(turn.order.key, turn.sealed, place=_WORDS).decode()


def last_words(order: Order, step: str) -> str:
    """What was said at the latest such step; "" when there was none."""
    found = order.turns.filter(move=step).select_related("order__key").order_by("-pk").first()
    return words_of(found) if found else ""


def on_the_desk(order: Order) -> None:
    """Raises Refused unless the order can be decided where it stands."""
    if order.state in ON_THE_DESK:
        return
    if order.state in WAITING:
        raise Refused(
            _("This order is not on the desk."), _("It waits for something else."),
            _("Take it up again first."),
        )  # fmt: skip
    raise Refused(_("This order is over."), _("It was answered, withdrawn, replaced, or has run out."))


def confirm_law(presence: Presence, order: Order, shown: Sequence[Cite]) -> Confirmation:
    """A lawyer stands in, for this order, for statements that nobody has read in the primary text.

    Inside the caller's transaction. What was `shown` is what is confirmed, and nothing that comes later.
    """
    require_fresh(presence, Permission.ORDERS_LAW_CONFIRM)
    if not shown:
        raise BadInput(_("There is nothing to confirm."), do=_("Load the page again."))
    made = Confirmation.objects.create(
        order=order, by=presence.member.ref, statements=[msgspec.to_builtins(_bare(cite)) for cite in shown]
    )
    record(
        "orders:law:confirmed", actor=presence.member.ref, about=order, key=order.key,
        because="; ".join(cite.fact for cite in shown),
        facts=Facts(source="order", instrument=order.instrument, by="person"),
    )  # fmt: skip
    return made


def not_confirmed(order: Order, rests_on: Iterable[Cite]) -> tuple[Cite, ...]:
    """Of these statements, those that no lawyer has confirmed for this order."""
    confirmed = {
        _mark(each) for one in order.confirmations.values_list("statements", flat=True) for each in one
    }
    return tuple(cite for cite in rests_on if _mark(msgspec.to_builtins(_bare(cite))) not in confirmed)


def _bare(cite: Cite) -> Cite:
    return Cite(fact=cite.fact, source=cite.source, status=cite.status)


def _mark(cite: dict[str, str]) -> tuple[str, str, str]:
    return cite["fact"], cite["source"], cite["status"]


def run_out(today: date) -> list[Order]:
    """Waiting orders whose last day has passed, locked. A question to the database, not to its text."""
    found = Order.objects.select_for_update(of=("self",), skip_locked=True).select_related("key")
    return list(found.filter(state__in=WAITING, valid_until__lt=today).order_by("pk")[:200])
