"""Find closed orders again, without keeping a word of them in clear. One under secrecy is never found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from steelyard.ledger.queries import sealed_keys
from steelyard.orders.access import orders_for
from steelyard.orders.actions import plain, sent
from steelyard.orders.assessment.terms import folded
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Filed, Order
from steelyard.orders.states import CLOSED
from steelyard.people.models import Member
from steelyard.vault.actions import keyed_hash

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to find; an empty part asks for nothing."""

    reference: str = ""
    authority: str = ""
    """Whole words of its name, in any order"""
    country: str = ""
    instrument: str = ""
    outcome: str = ""
    """A closed state"""
    closed_from: date | None = None
    closed_to: date | None = None
    after: str = ""
    """Reference of the last order of the page before"""


def file(order: Order, given: OrderGiven) -> None:
    """Make an order findable. In the transaction that takes it, or that ends its secrecy."""
    Filed.objects.update_or_create(
        order=order,
        defaults={"reference": _hash(plain(given.reference)) if given.reference else "",
                  "authority": _words(given.authority)},
    )  # fmt: skip


def file_missing(*, limit: int = 500) -> int:
    """File orders that came before there was a file. Returns how many; safe to run again."""
    rows = Order.objects.filter(filed=None).exclude(key__in=sealed_keys()).select_related("key")[:limit]
    found = list(rows)
    for order in found:
        file(order, sent(order))
    return len(found)


def find(member: Member, wanted: Wanted) -> Sequence[Order]:
    """Closed orders, the newest first, at most PAGE; () for a member who may not read orders.

    Orders under secrecy are left out for everybody, those who are named for one too: a search tells nothing of them.
    """
    rows = orders_for(member).filter(_where(wanted), state__in=CLOSED).exclude(key__in=sealed_keys())
    if wanted.after and (last := rows.filter(ref=wanted.after).first()):
        rows = rows.filter(
            Q(state_since__lt=last.state_since) | Q(state_since=last.state_since, pk__lt=last.pk)
        )
    return list(rows.order_by("-state_since", "-pk")[:PAGE])


def _where(wanted: Wanted) -> Q:
    found = Q()
    if wanted.reference.strip():
        found &= Q(filed__reference=_hash(plain(wanted.reference)))
    if wanted.authority.strip():
        found &= Q(filed__authority__contains=_words(wanted.authority))
    for name, value in (
        ("country", wanted.country),
        ("instrument", wanted.instrument),
        ("state", wanted.outcome),
    ):
        found &= Q(**{name: value}) if value else Q()
    if wanted.closed_from:
        found &= Q(state_since__gte=_begins(wanted.closed_from))
    if wanted.closed_to:
        found &= Q(state_since__lt=_begins(wanted.closed_to + timedelta(days=1)))
    return found


def _begins(day: date) -> datetime:
    """As a moment, so that the index over moments serves."""
    return datetime.combine(day, time(), UTC)


def _words(name: str) -> list[str]:
    words = "".join(letter if letter.isalnum() else " " for letter in folded(name)).split()
    return sorted({_hash(word)[:32] for word in words})


def _hash(text: str) -> str:
    return keyed_hash(text, purpose="orders.filed")
