"""Reading about an order's sender."""

from steelyard.orders.models import Order
from steelyard.orders.verification.standing import Evidence, Standing, standing_of

__all__ = ["Evidence", "Standing", "level_of"]


def level_of(order: Order) -> Standing:
    """The rung of the ladder, 0 to 4 (`.level`), with the evidence it rests on and whether each piece still holds."""
    return standing_of(order)
