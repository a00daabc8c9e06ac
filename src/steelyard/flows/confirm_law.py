"""Nothing that rests on unverified law goes out before a lawyer has confirmed it for that order."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import Refused
from steelyard.flows.assess_order import assessment_of
from steelyard.orders.access import order_for
from steelyard.orders.assessment import Cite
from steelyard.orders.life import confirm_law as confirm
from steelyard.orders.life import not_confirmed
from steelyard.orders.models import Confirmation, Order
from steelyard.people.access import Presence
from steelyard.people.permissions import Permission


class Unconfirmed(Refused):
    """The answer rests on statements that nobody has read in the primary text; `statements` are these."""

    def __init__(self, statements: tuple[Cite, ...]) -> None:
        self.statements = statements
        super().__init__(
            _("This answer rests on law that nobody has read in the primary text."),
            _("%(n)s statements have no lawyer’s confirmation for this order.") % {"n": len(statements)},
            _("A lawyer reads them on the order’s page and confirms them."),
        )


def unconfirmed_of(order: Order) -> tuple[Cite, ...]:
    """What the assessment rests on that is neither verified nor confirmed for this order."""
    return not_confirmed(order, assessment_of(order).unconfirmed)


def nothing_unconfirmed(order: Order) -> None:
    """Raises Unconfirmed. Every way an answer goes out passes here."""
    if left := unconfirmed_of(order):
        raise Unconfirmed(left)


@transaction.atomic
def confirm_law(presence: Presence, ref: str, shown: frozenset[str]) -> Confirmation:
    """Confirm those statements, by fact, that stood on the page. Raises Refused when the page was an old one."""
    order = order_for(presence.member, ref, Permission.ORDERS_LAW_CONFIRM, lock=True)
    left = unconfirmed_of(order)
    if {cite.fact for cite in left} - shown:
        raise Refused(
            _("There is more to confirm than the page showed."), do=_("Load the page again and read it.")
        )
    return confirm(presence, order, left)
