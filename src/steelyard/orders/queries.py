"""Reading about an order's sender."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.db.models.expressions import CombinedExpression

from steelyard.ledger.queries import is_sealed
from steelyard.orders.access import orders_for
from steelyard.orders.models import Order
from steelyard.orders.states import DONE, OrderState
from steelyard.orders.verification.standing import Evidence, Standing, standing_of
from steelyard.people.models import Member

__all__ = ["Evidence", "Precedent", "Standing", "level_of", "matter_of", "nearest"]


def level_of(order: Order) -> Standing:
    """The rung of the ladder, 0 to 4 (`.level`), with the evidence it rests on and whether each piece still holds."""
    return standing_of(order)


@dataclass(frozen=True)
class Precedent:
    """A decided order, and in what it is like or unlike the one on the desk."""

    order: Order
    same: tuple[str, ...]
    other: tuple[str, ...]
    """Of instrument, harm, country, missing."""


_WEIGHTS = {"instrument": 4, "harm": 3, "country": 2, "missing": 1}


def nearest(member: Member, order: Order, *, limit: int = 3) -> tuple[Precedent, ...]:
    """Decided orders most like this one, the newest first among equals; only such as the member may know of.

    By what stands outside their text: instrument, harm, country, and the form's missing elements.
    """
    closeness: CombinedExpression | Case = _point("instrument", order)
    for part in ("harm", "country", "missing"):
        closeness = closeness + _point(part, order)
    found = (
        orders_for(member)
        .filter(state__in=(*DONE, OrderState.REFUSED))
        .exclude(pk=order.pk)
        .annotate(closeness=closeness)
        .filter(closeness__gte=_WEIGHTS["instrument"])
        .order_by("-closeness", "-answered_at")[:limit]
    )
    return tuple(_compared(order, one) for one in found)


def _point(part: str, order: Order) -> Case:
    same = When(**{part: getattr(order, part)}, then=Value(_WEIGHTS[part]))
    return Case(same, default=Value(0), output_field=IntegerField())


def _compared(order: Order, other: Order) -> Precedent:
    same = tuple(part for part in _WEIGHTS if getattr(order, part) == getattr(other, part))
    return Precedent(other, same, tuple(part for part in _WEIGHTS if part not in same))


def matter_of(*orders: Order) -> dict[str, Any]:
    """For an act of two persons: the key and the named persons of an order under secrecy; {} for any other."""
    for order in orders:
        if is_sealed(order.key):
            return {"matter": order.key, "only": tuple(order.named.values_list("member", flat=True))}
    return {}
