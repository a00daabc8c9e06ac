"""When the last case of an order is decided, the order is executed or refused, and its answer stands."""

from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.orders.life import move
from steelyard.orders.models import Order
from steelyard.orders.states import ON_THE_DESK, OrderState


def answer_if_done(case: Case, *, actor: str, by: str) -> None:
    """Close the order that `case` rests on, once nothing of it is open."""
    for order in orders_of(case):
        if order.state in ON_THE_DESK and _all_decided(order):
            move(order, _answer(order), actor=actor, by=by)
        elif order.state == OrderState.PROPOSED and not _one_proposed(order, but=case):
            move(order, "send_back", actor=actor, by=by)  # signed for this thing; others are still open


def proposed(case: Case, *, actor: str) -> None:
    """Somebody proposed what to do: the order waits for the second person."""
    for order in orders_of(case):
        if order.state == OrderState.RECEIVED:
            move(order, "propose", actor=actor)


def sent_back(case: Case, *, actor: str, words: str) -> None:
    """The second person did not agree."""
    for order in orders_of(case):
        if not _one_proposed(order, but=case):
            move(order, "send_back", actor=actor, words=words)


def orders_of(case: Case) -> list[Order]:
    """The orders a case rests on, locked until the transaction ends."""
    refs = case.bases.exclude(order=None).values("order")
    return list(Order.objects.select_for_update(of=("self",)).select_related("key").filter(pk__in=refs))


def cases_of(order: Order) -> list[Case]:
    return [basis.case for basis in order.bases.select_related("case__key", "case__subject__key")]


def _one_proposed(order: Order, *, but: Case) -> bool:
    return any(case.state == CaseState.SECOND_NEEDED and case.pk != but.pk for case in cases_of(order))


def _all_decided(order: Order) -> bool:
    return all(case.state == CaseState.DECIDED for case in cases_of(order))


def _answer(order: Order) -> str:
    """Everything it asked for, some of it, or nothing."""
    done = [_anything_done(case) for case in cases_of(order)]
    return "execute" if all(done) else "execute_in_part" if any(done) else "refuse"


def _anything_done(case: Case) -> bool:
    return case.decisions.filter(state=DecisionState.MADE).exclude(outcome=Outcome.NONE).exists()


def done_under_earlier(order: Order, case: Case) -> bool:
    """Whether a version of this order before it already restricts the same thing."""
    before, earlier = [], order.earlier
    while earlier and earlier.pk not in before:
        before.append(earlier.pk)
        earlier = earlier.earlier
    return bool(before) and Decision.objects.filter(
        case__bases__order__in=before, subject=case.subject, state=DecisionState.MADE,
        outcome__in=(Outcome.CONTAIN, Outcome.REMOVE),
    ).exists()  # fmt: skip
