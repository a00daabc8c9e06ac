"""What lets a paper be recognised when it comes again with another target, without a word of it being kept.

MinHash over runs of three words, every value keyed: near-same texts share most of their marks, and whoever has the
table alone learns nothing.
"""

import hashlib
import struct
from functools import cache

from django.db.models import Q, QuerySet

from steelyard.ledger.queries import sealed_keys
from steelyard.orders.assessment.shapes import Circumstances
from steelyard.orders.assessment.terms import folded
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Order, Step, TextMark, Verification
from steelyard.people.agencies import plain
from steelyard.people.agencies.models import EntryKind
from steelyard.people.agencies.queries import in_force
from steelyard.vault.actions import keyed_hash

MARKS = 32
NEAR = 24
"""Marks in common from which on two texts are nearly the same: about three quarters of their word runs."""
SHORTEST = 8
"""Words below which nothing is compared: short texts are alike by nature."""
_RUN = 3


def mark(order: Order, given: OrderGiven) -> None:
    """Remember an order's marks. In the transaction that takes it."""
    said = words_of(given)
    TextMark.objects.create(
        order=order, same=_hash(" ".join(said)), near=marks_of(said), targets=_hash("\n".join(sorted(given.targets))),
        address=_hash(plain.address(given.contact)), domain=_hash(plain.domain(given.contact)),
        authority=_hash(f"{given.country} {folded(given.authority)}"), numbers=_numbers(given),
    )  # fmt: skip


def circumstances(order: Order, given: OrderGiven, said: tuple[str, ...] = ()) -> Circumstances:
    """How this order came, beside what has come before it. Orders kept secret are compared with nothing."""
    known = tuple(entry.value for entry in in_force(EntryKind.DOMAIN, country=order.country))
    mine = TextMark.objects.filter(order=order).first()
    if mine is None:
        return Circumstances(contact=given.contact, reply_to=given.reply_to, known_domains=known, said=said)
    before = TextMark.objects.filter(order__pk__lt=order.pk)
    domain = plain.domain(given.contact)
    return Circumstances(
        contact=given.contact, reply_to=given.reply_to, known_domains=known, said=said,
        first_request=not before.filter(authority=mine.authority).exists(),
        new_domain=bool(domain) and domain not in known and not before.filter(domain=mine.domain).exists(),
        same_text_other_target=_alike(mine), edited=_edited(order), denied_before=_denied_before(order, mine),
    )  # fmt: skip


def words_of(given: OrderGiven) -> list[str]:
    """The words of the paper, without its targets and reference."""
    text = "\n".join(
        (given.demand, given.legal_basis, given.reasons, given.offence, given.emergency, given.redress)
    )
    for one in (*given.targets, given.reference):
        text = text.replace(one, " ") if one else text
    return folded(text).split()


def marks_of(words: list[str]) -> list[int]:
    """MARKS keyed minima; each carries its place, so that marks in common can be counted by set."""
    if len(words) < SHORTEST:
        return []
    runs = {" ".join(words[i : i + _RUN]).encode() for i in range(len(words) - _RUN + 1)}
    return [min(_value(run, place) for run in runs) for place in range(MARKS)]


def _value(run: bytes, place: int) -> int:
    found = hashlib.blake2b(run, digest_size=8, key=_key(), salt=place.to_bytes(2, "big")).digest()
    return int(struct.unpack(">q", found)[0])


@cache
def _key() -> bytes:
    return bytes.fromhex(keyed_hash("marks", purpose="orders.marks"))


def _alike(mine: TextMark) -> int:
    """Earlier orders that say the same, or nearly, about something else."""
    if not mine.near:
        return 0
    others = TextMark.objects.filter(order__pk__lt=mine.order_id, near__overlap=mine.near)
    others = others.exclude(targets=mine.targets).order_by("-pk")[:1000]
    return sum(len(set(one.near) & set(mine.near)) >= NEAR for one in others)


def _denied_before(order: Order, mine: TextMark) -> tuple[str, ...]:
    """What it shares with orders that an authority has denied."""
    found = shared_with(
        mine, denied_orders(Order.objects.exclude(key__in=sealed_keys()).exclude(pk=order.pk))
    )
    return tuple(dict.fromkeys(one for shares in found.values() for one in shares))


def denied_orders(among: QuerySet[Order]) -> QuerySet[Order]:
    """Those that the authority they name says are not its own."""
    denials = Verification.objects.filter(step=Step.DENIED, voided_at=None)
    return among.filter(pk__in=denials.values("order"))


def shared_with(mine: TextMark, among: QuerySet[Order]) -> dict[int, tuple[str, ...]]:
    """By the number of each row what an order shares with this one: text, address, domain, number.

    A domain that the directory knows is shared by everybody who works there, and is left out.
    """
    asked = Q(near__overlap=mine.near) | Q(numbers__overlap=mine.numbers)
    if mine.domain != _hash(""):
        asked |= Q(address=mine.address) | Q(domain=mine.domain)
    among_them = TextMark.objects.filter(asked, order__in=among).exclude(order=mine.order_id)
    rows = list(among_them.order_by("-pk")[:1000])
    if not rows:
        return {}
    known = {_hash(plain.domain(one.value)) for one in in_force(EntryKind.DOMAIN)} | {_hash("")}
    found = {row.order_id: _shares(mine, row, known) for row in rows}
    return {pk: shares for pk, shares in found.items() if shares}


def _shares(mine: TextMark, other: TextMark, known: set[str]) -> tuple[str, ...]:
    held = {
        "text": len(set(other.near) & set(mine.near)) >= NEAR,
        "number": bool(set(other.numbers) & set(mine.numbers)),
        "address": other.address == mine.address != _hash(""),
        "domain": other.domain == mine.domain and mine.domain not in known,
    }
    return tuple(name for name, holds in held.items() if holds)


def _numbers(given: OrderGiven) -> list[str]:
    """By their last eight digits, without those of the directory: a switchboard stands on every letter."""
    texts = (given.authority, given.demand, given.legal_basis, given.reasons, given.redress, given.offence,
             given.emergency)  # fmt: skip
    listed = [entry.value for entry in in_force(EntryKind.NUMBER, country=given.country)]
    found = dict.fromkeys(one for text in texts for one in plain.numbers_in(text))
    return [_hash(one[-8:]) for one in found if not any(plain.same_number(one, line) for line in listed)]


def _edited(order: Order) -> bool:
    before = Order.objects.filter(identity=order.identity, pk__lt=order.pk)
    return before.exclude(key__in=sealed_keys()).exists()


def _hash(text: str) -> str:
    return keyed_hash(text, purpose="orders.marks")
