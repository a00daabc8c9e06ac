"""When the last case of an order is decided, the order is executed or refused, and its answer stands."""

from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.orders.actions import close
from steelyard.orders.models import Order
from steelyard.orders.states import OrderState


def answer_if_done(case: Case, *, actor: str, by: str) -> None:
    """Close the order that `case` rests on, once nothing of it is open."""
    for basis in case.bases.exclude(order=None).select_related("order__key"):
        order = basis.order
        if order and order.state == OrderState.RECEIVED and _all_decided(order):
            close(order, "execute" if _anything_done(order) else "refuse", actor=actor, by=by)


def _cases(order: Order) -> list[Case]:
    return [basis.case for basis in order.bases.select_related("case")]


def _all_decided(order: Order) -> bool:
    return all(case.state == CaseState.DECIDED for case in _cases(order))


def _anything_done(order: Order) -> bool:
    return any(
        case.decisions.filter(state=DecisionState.MADE).exclude(outcome=Outcome.NONE).exists()
        for case in _cases(order)
    )
