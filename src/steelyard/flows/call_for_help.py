"""What is typed into the emergency form: somebody is rung at once, and an order in it lies on its own desk as well.

An authority that writes here is heard as everybody is. The number it gave goes with its order: nobody calls back on
that to learn who is asking. An order that nobody may know of is one matter with the call: whoever is rung reads the
call, the order's named persons read both, and for everybody else on the emergency desk nothing has happened.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from steelyard.base.clock import database_now
from steelyard.base.errors import Unreachable
from steelyard.flows.emergency import (
    EmergencyGiven,
    EmergencyTaken,
    prepared_call,
    receive_emergency,
    take_call,
)
from steelyard.flows.sort_arrival import Lay, asks_for_silence, elsewhere
from steelyard.ledger.queries import is_sealed
from steelyard.letters.receipts import ReceiptFile
from steelyard.vault.actions import SEALED, new_key

ROLE = "emergency"


def call_for_help(
    given: EmergencyGiven, *, crowded: bool = False
) -> tuple[EmergencyTaken, ReceiptFile | None]:
    """The call, and the receipt of the order in it; None when there is none in it, or none can be signed now."""
    if asks_for_silence(ROLE, **_typed(given)):
        return _in_silence(given, crowded=crowded)
    taken = receive_emergency(given, crowded=crowded)
    return taken, _order_in(given, taken.row.arrived_at)


def _in_silence(given: EmergencyGiven, *, crowded: bool) -> tuple[EmergencyTaken, ReceiptFile | None]:
    """Both in one transaction, under one key. While no order can be signed for, the call is taken by itself."""
    moment, taken = database_now(), list[EmergencyTaken]()
    prepared = prepared_call(given, moment)

    def with_it(order: Any, _receipt: ReceiptFile | None) -> None:
        key = order.key if is_sealed(order.key) else new_key(SEALED)
        taken.append(take_call(given, prepared, moment, crowded=crowded, key=key))

    receipt = _order_in(given, moment, also=with_it)
    if not taken:
        taken.append(receive_emergency(given, crowded=crowded, arrived_at=moment, secret=True))
    return taken[-1], receipt


def _order_in(given: EmergencyGiven, moment: datetime, also: Lay | None = None) -> ReceiptFile | None:
    try:
        moved = elsewhere(ROLE, **_typed(given), language=given.language, arrived_at=moment, also=also)
    except Unreachable:  # somebody is rung and reads it; a worker puts it on the other desk later
        return None
    return moved.receipt if moved else None


def _typed(given: EmergencyGiven) -> Mapping[str, Any]:
    return {
        "sender": "", "name": given.name, "text": "\n".join(filter(None, (given.said, given.number))),
        "links": (given.where,) if given.where else (),
    }  # fmt: skip
