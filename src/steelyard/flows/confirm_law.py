"""Nothing that rests on unverified law goes out before a lawyer has confirmed it for that order."""

from django.utils.translation import gettext as _

from steelyard.base.errors import Refused
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.letters.answers.compose import form_cites
from steelyard.orders.actions import sent
from steelyard.orders.assessment import Cite
from steelyard.orders.life import not_confirmed
from steelyard.orders.listed.names import touched
from steelyard.orders.models import Order


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
    """What the checks and the form of the answer rest on that is neither verified nor confirmed for this order, and
    each listed party that it touches: counsel says that it may go on before anything is disclosed or answered."""
    rests_on = (*assessment_of(order, contents_of(order)).unconfirmed, *form_cites(order))
    listed = (hit.cite for hit in touched(sent(order)))
    return not_confirmed(order, (*rests_on, *listed))


def nothing_unconfirmed(order: Order) -> None:
    """Raises Unconfirmed. Every way an answer goes out passes here."""
    if left := unconfirmed_of(order):
        raise Unconfirmed(left)
