"""Refused and executed removal requests in the shape of public notice archives (Lumen's notice, as JSON lines).

One line for each order to act that is over: live matters follow when they end, sealed ones when they may be told. No
text, no name, no address of a post is in it: an archive is for good, and we cannot judge later who is hurt by a link.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec

from steelyard.base.config import config
from steelyard.orders.states import OrderState
from steelyard.rulebook.queries import fact, harms, instruments
from steelyard.transparency.harmonised.counts import items_of_order, received
from steelyard.transparency.harmonised.period import Period

TAKEN = {
    OrderState.EXECUTED: "Yes",
    OrderState.PARTLY: "Partial",
    OrderState.REFUSED: "No",
    OrderState.WITHDRAWN: "No",
}
COURTS = ("judgment",)
"""Instruments whose notice an archive calls a court order; all others are requests of governments."""


def archive(period: Period) -> bytes:
    """JSON lines, one notice a line, oldest first."""
    return b"".join(msgspec.json.encode({"notice": notice}) + b"\n" for notice in notices(period))


def notices(period: Period) -> Iterator[dict[str, Any]]:
    inform = fact("reporting.orders_to_inform", period.last).value
    for order in received(period).filter(state__in=list(TAKEN)):
        if order.instrument not in inform:
            yield _notice(order)


def _notice(order: Any) -> dict[str, Any]:
    instrument = (
        instruments()[order.instrument].name("en") if order.instrument in instruments() else order.instrument
    )
    harm = harms()[order.harm].name("en") if order.harm in harms() else order.harm
    return {
        "id": hashlib.sha256(order.ref.encode()).hexdigest()[:20],  # our own references stay ours
        "type": "CourtOrder" if order.instrument in COURTS else "GovernmentRequest",
        "title": f"{instrument} ({order.country})",
        "date_received": order.created_at.date().isoformat(),
        "date_answered": order.answered_at.date().isoformat() if order.answered_at else None,
        "language": order.language,
        "jurisdictions": [order.country],
        "sender_name": f"Authority of {order.country}",
        "recipient_name": config().service,
        "laws_referenced": [instrument],
        "topics": [harm],
        "action_taken": TAKEN[OrderState(order.state)],
        "works": [
            {"description": harm, "infringing_urls_count": items_of_order(order), "infringing_urls": []}
        ],
    }
