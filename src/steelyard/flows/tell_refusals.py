"""Once a day: refusals whose delay has passed join the public ledger."""

from django.db import transaction

from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.orders.refusals import due, tell


def tell_refusals() -> int:
    """Returns how many lines were written. Safe to run again."""
    with transaction.atomic():
        rows = due()
        for order in rows:
            found = assessment_of(order, contents_of(order))
            tell(order, found.checks, found.red_lines)
    return len(rows)
