"""An order as the desk sees it: what they sent, what the checks say, what came of others like it, what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steelyard.cases.access import cases_for
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case, Deadline
from steelyard.cases.queries import InboxLine, inbox
from steelyard.cases.states import OPEN_STATES, CaseState
from steelyard.decisions.actions import words
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.disclosure.actions import manifest_of
from steelyard.disclosure.models import Package
from steelyard.disclosure.queries import packages_of
from steelyard.disclosure.sealing import Manifest
from steelyard.flows.answer_order import answer_to, cases_of, what_was_done
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.flows.confirm_law import unconfirmed_of
from steelyard.flows.consider_speech import waits_for_two
from steelyard.flows.decide_case import DecisionGiven, decide_case
from steelyard.flows.messages import Message, messages_about, written_since
from steelyard.ledger.queries import is_sealed
from steelyard.letters.answers.actions import answer_json, answer_of, answer_pdf
from steelyard.letters.answers.compose import Done
from steelyard.letters.answers.shapes import Answer
from steelyard.letters.models import OrderAnswer
from steelyard.orders.access import Missing, missing_for, order_for, orders_for
from steelyard.orders.actions import sent
from steelyard.orders.assessment import Assessment, Cite
from steelyard.orders.filing import Wanted, find
from steelyard.orders.given import OrderGiven
from steelyard.orders.life import words_of
from steelyard.orders.listed.names import Hit, Loaded, loaded, touched
from steelyard.orders.models import Confirmation, Order
from steelyard.orders.queries import Precedent, level_of, nearest
from steelyard.orders.states import MOVES, OrderState
from steelyard.people.access import Presence, nothing_here
from steelyard.people.permissions import Permission

__all__ = ["OrderView", "find_closed", "inbox_of", "preview_answer", "read_order", "refuse_order"]


@dataclass(frozen=True)
class TurnView:
    at: datetime
    move: str
    state: str
    by: str
    words: str


@dataclass(frozen=True)
class DecidedBefore:
    """A precedent with what came of it, in the words of those who decided."""

    precedent: Precedent
    authority: str
    words: tuple[str, ...]


@dataclass(frozen=True)
class PackageOnDesk:
    package: Package
    manifest: Manifest | None
    """None once its content is destroyed."""


@dataclass(frozen=True)
class OrderView:
    order: Order
    given: OrderGiven
    found: Assessment
    cases: tuple[Case, ...]
    clocks: tuple[Deadline, ...]
    turns: tuple[TurnView, ...]
    level: int
    missing: tuple[Missing, ...]
    """What still has to be there before it may be acted on."""
    listed: tuple[Hit, ...]
    """Listed parties and States that it touches, as far as names go"""
    lists: Sequence[Loaded]
    """The lists that were looked in; none: nobody knows"""
    unconfirmed: tuple[Cite, ...]
    confirmations: tuple[Confirmation, ...]
    before: tuple[DecidedBefore, ...]
    earlier: Order | None
    later: tuple[Order, ...]
    """Versions before and after this one, as far as the member may know of them."""
    moves: frozenset[str]
    """What its table allows where it stands."""
    givable: tuple[str, ...]
    """Categories of data that the checks allow to be given."""
    packages: tuple[PackageOnDesk, ...]
    answer: Answer | None
    messages: tuple[Message, ...]
    """What came by mail about it"""
    wrote_back: bool
    """It was asked about, and a message came that did not prove to be its sender's"""
    secret: bool
    """Under secrecy: only those who are named know of it."""
    named: tuple[str, ...]
    open: bool
    decidable: bool
    braked: bool
    """Guarded speech that two people have not yet agreed to consider a measure against."""


@dataclass(frozen=True)
class InboxRow:
    line: InboxLine
    authority: str
    wrote_back: bool
    """It was asked about, and a message came that did not prove to be its sender's: a person reads it"""


def inbox_of(presence: Presence, *, limit: int = 50) -> list[InboxRow]:
    """The first page of the inbox: open orders by time left, with who sent them."""
    lines = inbox(presence.member, limit=limit)
    asked = {line.order.ref: line.order.state_since for line in lines if line.order.state == OrderState.ASKED}
    wrote = written_since(asked)
    return [InboxRow(line, sent(line.order).authority, line.order.ref in wrote) for line in lines]


def find_closed(presence: Presence, wanted: Wanted) -> list[tuple[Order, str]]:
    """Closed orders with who sent them; never one under secrecy."""
    return [(order, sent(order).authority) for order in find(presence.member, wanted)]


def read_order(presence: Presence, ref: str) -> OrderView:
    """One order for a member who may read orders. What it is about is looked at on the case's own page."""
    order = order_for(presence.member, ref, Permission.ORDERS_ORDER_READ)
    cases = tuple(case for case in cases_of(order))
    found = assessment_of(order, contents_of(order))
    row = _answer(order)
    return OrderView(
        order=order,
        given=sent(order),
        found=found,
        cases=cases,
        clocks=tuple(Deadline.objects.filter(case__in=cases).order_by("ends_at", "pk")),
        turns=tuple(
            TurnView(turn.created_at, turn.move, turn.state, turn.by, words_of(turn))
            for turn in order.turns.select_related("order__key").order_by("pk")
        ),
        level=level_of(order).level,
        missing=missing_for(order, kind="disclose" if order_asks_for_data(found) else "restrict"),
        listed=touched(sent(order)),
        lists=loaded(),
        unconfirmed=unconfirmed_of(order),
        confirmations=tuple(order.confirmations.order_by("pk")),
        before=tuple(_before(one) for one in nearest(presence.member, order)),
        earlier=orders_for(presence.member).filter(later=order).first(),
        later=tuple(orders_for(presence.member).filter(earlier=order).order_by("pk")),
        moves=frozenset(move for move, state in MOVES if state == order.state),
        givable=found.proposal.data,
        packages=tuple(
            PackageOnDesk(one, manifest_of(one) if one.sealed else None) for one in packages_of(order)
        ),
        answer=answer_of(row) if row else None,
        messages=messages_about([order.ref]),
        wrote_back=order.state == OrderState.ASKED and bool(written_since({order.ref: order.state_since})),
        secret=is_sealed(order.key),
        named=tuple(order.named.order_by("pk").values_list("member", flat=True)),
        open=any(CaseState(case.state) in OPEN_STATES for case in cases),
        decidable=order.state in (OrderState.RECEIVED, OrderState.PROPOSED),
        braked=waits_for_two(order, found),
    )


def order_asks_for_data(found: Assessment) -> bool:
    return bool(found.proposal.data) or found.check("territory").result == "not_applicable"


def answer_file(presence: Presence, ref: str, kind: str) -> bytes:
    """The answer as it went: `json` or `pdf`."""
    row = _answer(order_for(presence.member, ref, Permission.ORDERS_ORDER_READ))
    if row is None:
        raise nothing_here()
    return answer_pdf(row) if kind == "pdf" else answer_json(row)


def preview_answer(presence: Presence, ref: str, *, outcome: str = "", reasons: str = "") -> Answer:
    """The answer as it would go if this were decided now: `refused` with these reasons, or what was decided so far."""
    order = order_for(presence.member, ref, Permission.ORDERS_ORDER_DECIDE)
    if outcome == "refused":
        done = tuple(Done(target, "none", reasons) for target in sent(order).targets)
        return answer_to(order, outcome="refused", done=done)
    return answer_to(order, outcome="draft", done=what_was_done(order))


@transaction.atomic
def refuse_order(presence: Presence, ref: str, reasons: str) -> Order:
    """Refuse everything it asks for that is still open, in one step; its answer names each ground and its cure."""
    order = order_for(presence.member, ref, Permission.ORDERS_ORDER_DECIDE, lock=True)
    for case in cases_for(presence.member).filter(bases__order=order, state__in=OPEN_STATES):
        if case.state == CaseState.OPEN:
            claim_case(presence.member, case.ref)
        decide_case(presence, case.ref, DecisionGiven(outcome=Outcome.NONE, words=reasons))
    order.refresh_from_db()
    return order


def _answer(order: Order) -> OrderAnswer | None:
    return order.answers.select_related("order__key").order_by("-pk").first()


def _before(one: Precedent) -> DecidedBefore:
    made = Decision.objects.filter(case__bases__order=one.order, state=DecisionState.MADE)
    said = dict.fromkeys(words(each) for each in made.select_related("subject__key", "case__key"))
    return DecidedBefore(one, sent(one.order).authority, tuple(said))
