"""Orders that authorities have denied, and others that may come from the same hand.

What is shared is seen by keyed marks (`orders.marks`): the text, a mail address or domain, a telephone number. It says
where to look; whether an order is forged, the authority that it names says, and a person writes down.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from steelyard.base.clock import now
from steelyard.orders.access import orders_for
from steelyard.orders.actions import sent
from steelyard.orders.marks import denied_orders, shared_with
from steelyard.orders.models import Order, TextMark
from steelyard.orders.states import CLOSED
from steelyard.people.access import Presence
from steelyard.people.agencies import plain
from steelyard.people.models import Member

LOOKED_BACK = timedelta(days=365)
MOST = 200
"""Denied orders that the page starts from, the newest first."""


@dataclass(frozen=True)
class SharedOrder:
    """An order beside another one."""

    order: Order
    authority: str
    shares: tuple[str, ...]
    """text, address, domain, number"""
    denied: bool
    open: bool
    same_authority: bool
    """Whether it is in the name of the same authority, which then can deny both in one call."""


@dataclass(frozen=True)
class Hand:
    """Orders that hang together by what they share, at least one of them denied."""

    orders: tuple[SharedOrder, ...]
    shares: tuple[str, ...]

    @property
    def open(self) -> int:
        """How many nobody has closed or denied yet."""
        return sum(one.open and not one.denied for one in self.orders)


def same_hand(member: Member, order: Order) -> tuple[SharedOrder, ...]:
    """Orders that share something with this one, the newest first, as far as the member may know of them."""
    mine = TextMark.objects.filter(order=order).first()
    if mine is None:  # under secrecy: compared with nothing
        return ()
    return _lines(member, shared_with(mine, orders_for(member)), beside=order)


def hands(presence: Presence) -> tuple[Hand, ...]:
    """All of them, those with something left to do first, then the newest."""
    member = presence.member
    recent = orders_for(member).filter(created_at__gte=now() - LOOKED_BACK)
    marks = TextMark.objects.filter(order__in=denied_orders(recent)).order_by("-order_id")[:MOST]
    linked = {mark.order_id: shared_with(mark, orders_for(member)) for mark in marks}
    made = [_hand(member, group, linked) for group in _groups(linked)]
    return tuple(sorted(made, key=lambda hand: (-min(hand.open, 1), -hand.orders[0].order.pk)))


def _groups(linked: Mapping[int, Mapping[int, object]]) -> list[set[int]]:
    """Rows that are linked, directly or through others, together."""
    groups: list[set[int]] = []
    for pk, others in linked.items():
        mine = {pk, *others}
        touching = [group for group in groups if group & mine]
        groups = [group for group in groups if not group & mine] + [mine.union(*touching)]
    return groups


def _hand(member: Member, group: set[int], linked: Mapping[int, Mapping[int, tuple[str, ...]]]) -> Hand:
    shares: dict[int, tuple[str, ...]] = dict.fromkeys(group, ())
    for found in (linked[pk] for pk in group if pk in linked):
        for pk, shared in found.items():
            shares[pk] = tuple(dict.fromkeys((*shares[pk], *shared)))
    lines = _lines(member, shares)
    return Hand(lines, tuple(dict.fromkeys(one for line in lines for one in line.shares)))


def _lines(
    member: Member, shares: Mapping[int, tuple[str, ...]], beside: Order | None = None
) -> tuple[SharedOrder, ...]:
    rows = list(orders_for(member).filter(pk__in=shares).order_by("-pk"))
    denied = set(denied_orders(Order.objects.filter(pk__in=shares)).values_list("pk", flat=True))
    named = _name(beside) if beside else None
    return tuple(
        SharedOrder(
            order=row, authority=_name(row)[1], shares=shares[row.pk], denied=row.pk in denied,
            open=row.state not in CLOSED, same_authority=named is not None and _same(named, _name(row)),
        )
        for row in rows
    )  # fmt: skip


def _name(order: Order) -> tuple[str, str]:
    return order.country, sent(order).authority


def _same(one: Iterable[str], other: Iterable[str]) -> bool:
    (here, mine), (there, theirs) = one, other
    return here == there and plain.same_name(mine, theirs)
