"""The public ledger of refusals: what was refused to whom and on which grounds, late and without names.

No reference, no authority's name, no target and no word of the order is told, and no exact day: the month. A month
is told as a whole, its delay counted from its end: the day on which a line appears gives no other day away. Orders
under secrecy are not in it; once their secrecy has ended they join it as corrections, with what ended in that month.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import connection

from steelyard.base.clock import now
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.queries import disclosed_at, sealed_keys
from steelyard.orders.actions import sent
from steelyard.orders.assessment import Result
from steelyard.orders.models import Order, ToldRefusal
from steelyard.orders.states import OrderState
from steelyard.rulebook.queries import fact


@dataclass(frozen=True)
class Refusal:
    """One line as everybody may read it."""

    month: date
    """Its first day"""
    country: str
    instrument: str
    issuer: str
    harm: str
    grounds: tuple[dict[str, object], ...]
    """Checks that failed, each as {check, sources}; () when the desk gave reasons of its own alone"""
    red_lines: tuple[str, ...]
    correction: bool
    told_on: date


REGISTER = """\
SELECT month, country, instrument, issuer, harm, grounds, red_lines, correction, told_on
FROM orders_toldrefusal ORDER BY month DESC, country, instrument, id"""
"""The ledger of refusals as it is printed beside it"""


def told_refusals(*, country: str = "", limit: int = 200) -> Sequence[Refusal]:
    """The ledger as it is published, the newest month first. Reads no order and no key."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT * FROM ({REGISTER}) AS register WHERE %(country)s IN ('', country) LIMIT %(limit)s",  # noqa: S608
            {"country": country, "limit": limit},
        )
        rows = cursor.fetchall()
    return [
        Refusal(month, where, instrument, issuer, harm, tuple(json.loads(grounds)), tuple(red_lines), *rest)
        for month, where, instrument, issuer, harm, grounds, red_lines, *rest in rows
    ]


def due(*, limit: int = 200) -> list[Order]:
    """Refused orders that may be told of now and are not yet, locked."""
    passed = now() - fact("house.refusals_told_after", now().date()).period()
    before = datetime.combine(_month(passed), time(), UTC)
    rows = Order.objects.select_for_update(of=("self",), skip_locked=True).select_related("key")
    rows = rows.filter(state=OrderState.REFUSED, answered_at__lt=before, told_refusal=None)
    ready = rows.exclude(key__in=sealed_keys()).order_by("answered_at", "pk")[:limit]
    return [order for order in ready if (at := disclosed_at(order.key)) is None or at < before]


def tell(order: Order, checks: Iterable[Result], red_lines: Iterable[str]) -> ToldRefusal:
    """Write the line and its ledger entry, in the caller's transaction."""
    grounds = [
        {"check": one.check, "sources": sorted({cite.source for cite in one.rests_on})}
        for one in checks
        if one.result == "fail"
    ]
    refused = order.answered_at or order.state_since
    row = ToldRefusal.objects.create(
        order=order, month=_month(refused), country=order.country, instrument=order.instrument,
        issuer=sent(order).issuer, harm=order.harm, grounds=grounds, red_lines=list(red_lines),
        correction=disclosed_at(order.key) is not None, told_on=now().date(),
    )  # fmt: skip
    record(
        "orders:refusal:told", actor="steelyard", about=order, key=order.key,
        facts=Facts(
            instrument=order.instrument, authority_country=order.country, harm=order.harm, by="machine",
        ),
    )  # fmt: skip
    return row


def _month(moment: datetime) -> date:
    return moment.astimezone(UTC).date().replace(day=1)
