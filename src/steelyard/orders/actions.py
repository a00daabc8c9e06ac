"""Take an order down, recognise its twin, and close it with its answer."""

import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import msgspec

from steelyard.base.clock import now
from steelyard.base.identifiers import fingerprint
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.orders.models import Order
from steelyard.orders.states import MOVES, OrderState
from steelyard.rulebook.queries import instruments
from steelyard.vault.actions import keyed_hash, new_key, seal, unseal

_PLACE = "orders.order"


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What the authority sent, as typed. Nothing in it is proven by being here."""

    authority: str
    reference: str
    targets: tuple[str, ...]
    legal_basis: str = ""
    reasons: str = ""
    redress: str = ""
    territory: str = ""
    """Countries, ISO 3166-1 alpha-2, separated by spaces; empty when the order names none."""
    contact: str = ""
    issuer: str = ""
    """Kind of authority, by the words of the rulebook (desk/issuers.yaml)."""
    demand: str = ""
    """What is to be done, in the order's own words."""
    data: tuple[str, ...] = ()
    """Categories of data asked for (desk/data.yaml)."""
    period_from: date | None = None
    period_to: date | None = None
    offence: str = ""
    emergency: str = ""
    language: str = ""
    """Language the order is written in, where somebody has noted it."""


def missing_elements(instrument: str, sent: Sent) -> list[str]:
    """Mandatory elements of the instrument that are not there, in the order of its form."""
    return [element.id for element in instruments()[instrument].elements if not getattr(sent, element.id)]


def take(
    sent: Sent, *, instrument: str, country: str, door: str, harm: str, language: str, token: str
) -> tuple[Order, bool]:
    """The order's row, and whether it is new: the same authority and reference come twice by two doors."""
    identity = _identity(country, sent)
    twin = Order.objects.select_for_update().filter(identity=identity).first() if sent.reference else None
    if twin:
        record(
            "orders:order:repeated", actor="authority", about=twin, key=twin.key, after=door,
            facts=Facts(instrument=instrument, source="order", by="nobody"),
        )  # fmt: skip
        return twin, False
    key = new_key()
    order = Order.objects.create(
        key=key,
        instrument=instrument,
        country=country,
        door=door,
        harm=harm,
        language=language,
        sealed=seal(key, msgspec.msgpack.encode(sent), place=_PLACE),
        identity=identity,
        missing=missing_elements(instrument, sent),
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


def sent(order: Order) -> Sent:
    return msgspec.msgpack.decode(unseal(order.key, order.sealed, place=_PLACE), type=Sent)


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


def _identity(country: str, sent_: Sent) -> str:
    plain = "\x1f".join(
        "".join(unicodedata.normalize("NFKC", part).casefold().split())
        for part in (country, sent_.authority, sent_.reference)
    )
    return keyed_hash(plain, purpose="orders.identity")
