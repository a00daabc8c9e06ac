"""Would this order have come out differently from another country, another requester, in another language?"""

from collections.abc import Iterator

from steelyard.base.identifiers import shown
from steelyard.flows.assess_order import as_asked, contents_of
from steelyard.ledger.queries import sealed_keys
from steelyard.orders.assessment import Asked
from steelyard.orders.consistency import Report, compare
from steelyard.orders.models import Order
from steelyard.orders.states import DONE, OrderState
from steelyard.rulebook.law import Law


def compare_decided(law: Law, *, most: int = 200) -> Report:
    """The consistency run over the synthetic orders and over the latest decided ones. Stores nothing.

    Of a decided order the report says its reference and which check differed by which rule, and nothing of its text.
    """
    return compare(law, _decided(most))


def _decided(most: int) -> Iterator[tuple[str, Asked]]:
    found = Order.objects.filter(state__in=(*DONE, OrderState.REFUSED)).exclude(key__in=sealed_keys())
    for order in found.select_related("key").order_by("-answered_at")[:most]:
        yield f"decided/{shown(order.ref)[:5]}", as_asked(order, contents_of(order))
