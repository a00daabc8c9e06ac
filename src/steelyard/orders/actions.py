"""Take an order down, recognise its twin, and close it with its answer."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace

import msgspec

from steelyard.base.clock import now
from steelyard.base.identifiers import fingerprint
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Order
from steelyard.orders.states import MOVES, OrderState
from steelyard.rulebook.queries import instruments
from steelyard.vault.actions import keyed_hash, new_key, seal, unseal

_PLACE = "orders.order"
_COLUMNS = ("instrument", "country", "door", "harm", "language")
"""What of an order stands outside its seal: what is counted and what clocks need."""


def missing_elements(given: OrderGiven) -> list[str]:
    """Mandatory elements of the instrument that are not there, in the order of its form."""
    return [one.id for one in instruments()[given.instrument].elements if not getattr(given, one.id)]


def take(given: OrderGiven, *, token: str) -> tuple[Order, bool]:
    """The order's row, and whether it is new: the same authority and reference come twice by two doors."""
    identity = _identity(given)
    twin = Order.objects.select_for_update().filter(identity=identity).first() if given.reference else None
    if twin:
        record(
            "orders:order:repeated", actor="authority", about=twin, key=twin.key, after=given.door,
            facts=Facts(instrument=given.instrument, source="order", by="nobody"),
        )  # fmt: skip
        return twin, False
    key = new_key()
    order = Order.objects.create(
        key=key,
        sealed=seal(key, msgspec.msgpack.encode(given), place=_PLACE),
        identity=identity,
        missing=missing_elements(given),
        **{name: getattr(given, name) for name in _COLUMNS},
        follow_token=fingerprint(token),
    )
    record("orders:order:received", actor="authority", about=order, key=key, facts=public(order))
    return order, True


def note_attempts(order: Order, red_lines: Iterable[str]) -> None:
    """Write down each red line that an order asks to cross. Inside the caller's transaction.

    Counted in public by instrument and country; which line it was is the leaf's verb.
    """
    for line in red_lines:
        record(
            "orders:redline:attempted", actor="authority", about=order, key=order.key, after=line,
            facts=replace(public(order), verb=line),
        )  # fmt: skip


def sent(order: Order) -> OrderGiven:
    """What the authority sent. The row's own columns win over their copies under the seal."""
    told = msgspec.msgpack.decode(unseal(order.key, order.sealed, place=_PLACE))
    return msgspec.convert({**told, **{name: getattr(order, name) for name in _COLUMNS}}, OrderGiven)


def close(order: Order, move: str, *, actor: str, by: str) -> None:
    """Answered: executed or refused."""
    before, order.state = order.state, next_state(MOVES, move, OrderState(order.state))
    order.answered_at = now()
    order.save(update_fields=["state", "answered_at"])
    record(
        f"orders:order:{order.state}", actor=actor, about=order, key=order.key, before=before,
        after=order.state, facts=public(order, by=by),
    )  # fmt: skip


def public(order: Order, *, by: str = "nobody") -> Facts:
    """What the public log says of an order: its kind and where it came from, never its text."""
    return Facts(
        harm=order.harm, source="order", instrument=order.instrument, authority_country=order.country, by=by
    )


def _identity(given: OrderGiven) -> str:
    plain = "\x1f".join(
        "".join(unicodedata.normalize("NFKC", part).casefold().split())
        for part in (given.country, given.authority, given.reference)
    )
    return keyed_hash(plain, purpose="orders.identity")
