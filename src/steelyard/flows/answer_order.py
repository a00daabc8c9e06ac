"""When the last case of an order is decided, the order is executed or refused, and its answer stands."""

from django.utils.translation import override

from steelyard.base.clock import now
from steelyard.base.models import DispatchState
from steelyard.cases.actions import start_clocks_of
from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.actions import words
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.disclosure.queries import released_for
from steelyard.enforcement.models import Measure
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.flows.confirm_law import unconfirmed_of
from steelyard.ledger.queries import is_sealed, sealed_keys
from steelyard.letters.answers.actions import keep_answer
from steelyard.letters.answers.compose import Done, compose, form_cites
from steelyard.letters.answers.shapes import Answer
from steelyard.orders.actions import sent
from steelyard.orders.assessment.shapes import STEPS
from steelyard.orders.life import move, not_confirmed
from steelyard.orders.models import Order
from steelyard.orders.states import DONE, ON_THE_DESK, OrderState
from steelyard.rulebook.queries import clock_of

DESK = "desk"


def answer_if_done(case: Case, *, actor: str, by: str) -> None:
    """Close the order that `case` rests on, once nothing of it is open."""
    for order in orders_of(case):
        if order.state in ON_THE_DESK and _all_decided(order):
            step = _answer(order)
            move(order, step, actor=actor, by=by, ground=_ground(order) if step == "refuse" else "")
            write_answer(order)
        elif order.state == OrderState.PROPOSED and not _one_proposed(order, but=case):
            move(order, "send_back", actor=actor, by=by)  # signed for this thing; others are still open


def write_answer(order: Order) -> None:
    """The answer in the instrument's own form, once everything decided has taken effect: an effect report says
    when. Called at the decision, at each confirmation of the platform and at each of a lawyer; written once."""
    ended = (*DONE, OrderState.REFUSED)
    if order.state not in ended or order.answers.exists() or _on_its_way(order) or unconfirmed_of(order):
        return
    keep_answer(order, answer_to(order, outcome=order.state), to=sent(order).contact)


def answer_to(order: Order, *, outcome: str, done: tuple[Done, ...] | None = None) -> Answer:
    """The answer as it would go now. Stores nothing."""
    with override(order.language):
        found = assessment_of(order, contents_of(order))
    rests_on = (*found.unconfirmed, *form_cites(order))
    left = not_confirmed(order, rests_on)
    return compose(
        order, found, what_was_done(order) if done is None else done, outcome=outcome,
        at=order.answered_at or now(), confirmed=[cite for cite in rests_on if cite not in left],
    )  # fmt: skip


def what_was_done(order: Order) -> tuple[Done, ...]:
    targets = sent(order).targets
    return tuple(
        _done(case, targets[at] if at < len(targets) else "") for at, case in enumerate(cases_of(order))
    )


def _done(case: Case, target: str) -> Done:
    decision = case.decisions.filter(state=DecisionState.MADE).select_related("subject__key").first()
    if decision is None and (package := released_for(case)):
        return Done(target, "disclosed", "", package.released_at)
    if decision is None or decision.outcome == Outcome.NONE:
        return Done(target, Outcome.NONE, words(decision) if decision else "")
    measure = decision.measures.order_by("pk").first()
    return Done(
        target, decision.outcome, words(decision), measure.confirmed_at if measure else None,
        tuple(decision.territory),
    )  # fmt: skip


def _on_its_way(order: Order) -> bool:
    return Measure.objects.filter(
        decision__case__bases__order=order, state__in=(DispatchState.QUEUED, DispatchState.SENDING)
    ).exists()


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


def start_after_execution(case: Case) -> None:
    """Something was done on an order: the clocks that begin with that, such as what has to be kept, run now."""
    for order in orders_of(case):
        start_clocks_of(case, order, clock_of(order.instrument, now().date()), event="execution")


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


def _ground(order: Order) -> str:
    """What the log says that a refusal stands on: the check that failed most gravely, the first of several.
    DESK when none did, and the desk had reasons of its own."""
    failed = [one for one in assessment_of(order, contents_of(order)).checks if one.result == "fail"]
    return min(failed, key=lambda one: STEPS.index(one.leads_to or STEPS[-1])).check if failed else DESK


def _anything_done(case: Case) -> bool:
    return case.decisions.filter(state=DecisionState.MADE).exclude(outcome=Outcome.NONE).exists()


def done_under_earlier(order: Order, case: Case) -> bool:
    """Whether a version of this order before it already restricts the same thing."""
    before, earlier = [], order.earlier
    while earlier and earlier.pk not in before:
        before.append(earlier.pk)
        earlier = earlier.earlier
    done = Decision.objects.filter(
        case__bases__order__in=before, subject=case.subject, state=DecisionState.MADE,
        outcome__in=(Outcome.CONTAIN, Outcome.REMOVE),
    )  # fmt: skip
    if not is_sealed(order.key):  # what was done in secret is rather done twice than told of
        done = done.exclude(case__key__in=sealed_keys())
    return bool(before) and done.exists()
