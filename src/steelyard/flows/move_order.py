"""The desk moves an order: asks its sender, holds it, raises it, takes it up again; or it is over before an answer.

An order that was withdrawn, replaced or has run out does nothing any more: its cases lapse, what was proposed is
void, and what had been done comes back where nothing else restricts it.
"""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.identifiers import shown as short
from steelyard.base.wording import isolated
from steelyard.cases.actions import lapse_case, pause_clock, pauses_allowed, resume_clock
from steelyard.cases.models import Deadline
from steelyard.cases.states import OPEN_STATES, CaseState
from steelyard.decisions.actions import decline
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.disclosure.actions import withdraw_all_of
from steelyard.flows.answer_order import cases_of, write_answer
from steelyard.flows.confirm_law import unconfirmed_of
from steelyard.flows.lift import lift
from steelyard.letters.actions import send_mail
from steelyard.orders import actions
from steelyard.orders.access import order_for, orders_for
from steelyard.orders.actions import sent
from steelyard.orders.life import confirm_law as confirm
from steelyard.orders.life import move, run_out
from steelyard.orders.models import Confirmation, Order
from steelyard.orders.states import DONE, OrderState
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission
from steelyard.rulebook.countries import known


@transaction.atomic
def ask_sender(presence: Presence, ref: str, question: str) -> Order:
    """Ask the authority exactly this. Clocks stand still where their article says so, and run on elsewhere."""
    order = _mine(presence, ref)
    _said(question, _("Write the question that the authority shall answer."))
    move(order, "ask", actor=presence.member.ref, words=question)
    _pause(order, "unclear", presence.member.ref)
    if contact := sent(order).contact:
        _tell(order, contact)
    return order


@transaction.atomic
def sender_answered(presence: Presence, ref: str, answer: str) -> Order:
    """The authority answered; somebody of the desk writes down what, and the clocks run on."""
    order = _mine(presence, ref)
    if order.state != OrderState.ASKED:
        raise Refused(_("This order does not wait for an answer."), do=_("Load the page again."))
    return back_to_the_desk(order, presence.member.ref, answer)


@transaction.atomic
def hold_order(presence: Presence, ref: str, because: str) -> Order:
    """Something has to be settled first. Its clocks run on."""
    order = _mine(presence, ref)
    _said(because, _("Say what it waits for."))
    move(order, "hold", actor=presence.member.ref, words=because)
    return order


@transaction.atomic
def verify_order(presence: Presence, ref: str, because: str = "") -> Order:
    """Somebody finds out whether the authority itself sent it. Its clocks run on."""
    order = _mine(presence, ref)
    move(order, "verify", actor=presence.member.ref, words=because)
    return order


@transaction.atomic
def raise_order(presence: Presence, ref: str, words: str) -> Order:
    """Bring it before the enforcing authority: we state the conflict, and do not refuse on it ourselves."""
    order = _mine(presence, ref)
    _said(words, _("State what the enforcing authority has to decide."))
    move(order, "raise", actor=presence.member.ref, words=words)
    _pause(order, "third_country_conflict", presence.member.ref)
    return order


@transaction.atomic
def take_up(presence: Presence, ref: str, because: str) -> Order:
    """Back to the desk: what it waited for is settled, or is not waited for any longer."""
    return back_to_the_desk(_mine(presence, ref), presence.member.ref, because)


@transaction.atomic
def withdraw_order(presence: Presence, ref: str, because: str) -> Order:
    """The authority took it back. What was done comes back, where nothing else restricts it."""
    order = _mine(presence, ref)
    _said(because, _("Say how and by whom it was taken back."))
    done = order.state in DONE
    move(order, "withdraw", actor=presence.member.ref, words=because)
    _over(order, presence.member.ref, because)
    if done:
        _undo(order, presence.member.ref, because)
    return order


@transaction.atomic
def supersede_order(presence: Presence, ref: str, because: str) -> Order:
    """A later version takes its place; nothing of this one is carried out any more.

    A person says so, once it is clear that the later one is genuine. What this one did stays until the later
    one is decided.
    """
    order = _mine(presence, ref)
    if not orders_for(presence.member).filter(earlier=order).exists():
        raise Refused(_("No later version of this order has arrived."))
    move(order, "supersede", actor=presence.member.ref, words=because)
    _over(order, presence.member.ref, because)
    return order


@transaction.atomic
def confirm_law(presence: Presence, ref: str, shown: frozenset[str]) -> Confirmation:
    """A lawyer confirms those statements, by fact, that stood on the page; an answer that waited for it goes.

    Raises Refused when there is more to confirm than the page showed.
    """
    order = order_for(presence.member, ref, Permission.ORDERS_LAW_CONFIRM, lock=True)
    left = unconfirmed_of(order)
    if {cite.fact for cite in left} - shown:
        raise Refused(
            _("There is more to confirm than the page showed."), do=_("Load the page again and read it.")
        )
    made = confirm(presence, order, left)
    write_answer(order)
    return made


@transaction.atomic
def give_country(presence: Presence, ref: str, country: str, because: str) -> Order:
    """A paper named no State; somebody of the desk has found out which one its authority belongs to, and says how."""
    order = _mine(presence, ref)
    _said(because, _("Say how you know which State it is."))
    if not known(country):
        raise BadInput(_("Choose the country."), field="country")
    actions.give_country(order, country, actor=presence.member.ref, because=because)
    return order


def expire_orders() -> int:
    """Every waiting order whose last day has passed is over. Returns how many. Safe to run again."""
    with transaction.atomic():
        due = run_out(now().date())
        for order in due:
            move(order, "expire", actor="steelyard", by="machine")
            _over(order, "steelyard", "It ran out.", by="machine")
    return len(due)


def _mine(presence: Presence, ref: str) -> Order:
    require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
    return order_for(presence.member, ref, Permission.ORDERS_ORDER_DECIDE, lock=True)


def _said(words: str, otherwise: str) -> None:
    if not words.strip():
        raise BadInput(otherwise, _("It is kept with the order."), field="words")


def back_to_the_desk(order: Order, actor: str, words: str) -> Order:
    """Taken up again, and its clocks run on. `actor`: a member, or `authority`. Inside the caller's transaction."""
    move(order, "take_up", actor=actor, words=words)
    for deadline in _clocks(order, standing=True):
        resume_clock(deadline, words or "taken up", actor)
    return order


def _pause(order: Order, reason: str, actor: str) -> None:
    """Each clock whose own article lets it stand still for that; the others run on."""
    for deadline in _clocks(order, standing=False):
        if any(pause.when == reason for pause in pauses_allowed(deadline)):
            pause_clock(deadline, reason, actor)


def _clocks(order: Order, *, standing: bool) -> list[Deadline]:
    open_ = [case.pk for case in cases_of(order) if CaseState(case.state) in OPEN_STATES]
    found = Deadline.objects.filter(case__in=open_, met_at=None, paused_at__isnull=not standing)
    return list(found.select_related("case__key").order_by("pk"))


def _over(order: Order, actor: str, because: str, *, by: str = "person") -> None:
    """Nothing of it is open any more: a proposal cannot be signed, a case cannot be decided, data cannot be had."""
    withdraw_all_of(order, actor=actor, by=by)
    for case in cases_of(order):
        if CaseState(case.state) not in OPEN_STATES:
            continue
        for decision in case.decisions.filter(state=DecisionState.PROPOSED).select_related("subject__key"):
            decline(decision, actor, because=because)
        lapse_case(case, actor, by=by)


def _undo(order: Order, actor: str, because: str) -> None:
    """What this order, and only it, had done. What was removed for good cannot come back."""
    found = Decision.objects.filter(
        case__in=cases_of(order), state=DecisionState.MADE, outcome=Outcome.CONTAIN
    ).select_related("case__key", "subject__key")
    for decision in found:
        lift([decision], actor, because=because, case=decision.case)


def _tell(order: Order, to: str) -> None:
    """Mail is read on its way, so the question is at the sender's own address and not in the letter."""
    with override(order.language):
        subject = _("We have a question about your order")
        text = "\n\n".join((
            _("We need an answer from you before we can go on with your order."),
            _("You can read our question, and answer it, at the address that you received with your receipt. "
              "It is your own address, so it is not in this letter."),
            _("Your order: %(ref)s") % {"ref": isolated(short(order.ref))},
        ))  # fmt: skip
    send_mail("order_question", to, order.language, subject, text, key=order.key, about=order.ref)
