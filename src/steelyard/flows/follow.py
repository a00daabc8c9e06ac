"""What people outside see of their own matter, by the secret link they were given. No sign-in."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, Refused
from steelyard.base.identifiers import fingerprint
from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.access import contest_open, statement_behind
from steelyard.decisions.actions import FIXED, answer, may_ask_for_a_look, reasons_of, words_for_others
from steelyard.decisions.models import Decision, Statement
from steelyard.decisions.queries import in_its_place, openly_in_force
from steelyard.decisions.reasons import Reasons, extent
from steelyard.decisions.states import SAME_AS, TOOK_EFFECT, DecisionState, Outcome
from steelyard.decisions.strikes import Strike, strike_of
from steelyard.disclosure.queries import packages_of
from steelyard.enforcement.connector import connector, connectors
from steelyard.evidence.actions import contents, newest_of
from steelyard.flows.move_order import back_to_the_desk
from steelyard.flows.receive_complaint import decision_of, may_complain_of
from steelyard.letters.answers.actions import answer_json, answer_pdf
from steelyard.letters.receipts import ReceiptFile, unpacked
from steelyard.misuse.models import HeldNotice
from steelyard.notices.actions import receipt_of, told
from steelyard.notices.models import Notice
from steelyard.orders.actions import sent
from steelyard.orders.life import last_words
from steelyard.orders.models import Order
from steelyard.orders.states import WAITING, OrderState
from steelyard.orders.verification.actions import note_said
from steelyard.people.access import nothing_here
from steelyard.rulebook.queries import instruments
from steelyard.subjects.states import SubjectState


@dataclass(frozen=True)
class DecisionView:
    """A decision as its author sees it."""

    ref: str
    reasons: Reasons
    post: str
    """The author's own post, as we kept it"""
    posted_at: datetime | None
    made_at: datetime | None
    reversed: bool
    back: bool
    """Reversed, and everything is as before; what was removed is gone."""
    stays: bool
    """Reversed, and another decision in force restricts the same thing"""
    narrowed: str
    """Where and until when it holds since a narrower decision took its place; "" where none has"""
    gone: bool
    """Removed, which cannot be undone"""
    contest_until: datetime
    can_contest: bool
    complaint_state: str
    """"" when there is none; received, upheld, partly, rejected"""
    complaint_answer: str
    strike: Strike | None
    """What it counts on the account, and until when"""
    can_fix: bool
    """The author may change it and ask for a look"""
    only_anew: bool
    """The platform lets nobody change what is hidden: it can be published again without what is against the rule"""
    fix_state: str
    """Of the newest look asked for: "" for none; received, upheld, rejected"""
    fix_answer: str


@dataclass(frozen=True)
class Item:
    """One thing a notice or an order was about."""

    outcome: str
    """open, none, contain, remove, restore (what a rule had hidden is back), reversed, ended"""
    words: str
    decided_at: datetime | None
    extent: str = ""
    """Where and until when, where it is not hidden everywhere and for good"""
    by_comparison: bool = False
    """A program applied what a person had decided about the same content (DSA Art. 16(6))"""
    contestable: bool = False
    """Whoever sent the notice may still complain about this outcome"""
    complaint_state: str = ""
    complaint_answer: str = ""


@dataclass(frozen=True)
class TouchView:
    at: datetime
    what: str
    by: str


@dataclass(frozen=True)
class PackageView:
    """A sealed package as the authority sees it."""

    ref: str
    state: str
    categories: tuple[str, ...]
    not_held: tuple[str, ...]
    expires_at: datetime | None
    touches: tuple[TouchView, ...]


@dataclass(frozen=True)
class MatterView:
    """A notice or an order as its sender sees it."""

    what: str
    ref: str
    state: str
    received_at: datetime
    answer_by: datetime | None
    harm: str
    instrument: str
    missing: tuple[tuple[str, str], ...]
    """Mandatory elements the order lacks: name of the field, article that asks for it."""
    links: tuple[str, ...]
    items: tuple[Item, ...]
    question: str = ""
    """What we asked the sender of an order and wait for; "" while nothing is asked."""
    packages: tuple["PackageView", ...] = ()
    """Data handed over under an order, with who touched it and when."""
    receipt: bool = False
    """We keep the receipt of this report, because nobody was here to be handed it."""
    answered: bool = False
    """Our answer to the order is there, as PDF and JSON."""


def decision_for(token: str) -> DecisionView:
    """The decision behind a statement's link. Raises NoSuchThing."""
    statement = statement_behind(token)
    decision = statement.decision
    mine = decision.complaints.filter(notice=None).select_related("case__key").order_by("pk")
    complaint, fix = mine.exclude(points=FIXED).first(), mine.filter(points=FIXED).last()
    reasons, narrower = reasons_of(statement), in_its_place(decision)
    return DecisionView(
        ref=decision.ref,
        reasons=reasons,
        post=_post(decision),
        posted_at=decision.subject.posted_at if decision.subject else None,
        made_at=decision.made_at,
        reversed=decision.state == DecisionState.REVERSED,
        back=decision.state == DecisionState.REVERSED and _is(decision, SubjectState.VISIBLE),
        stays=decision.state == DecisionState.REVERSED
        and _is(decision, SubjectState.CONTAINED)
        and openly_in_force(decision.subject).exists(),
        narrowed=extent(narrower, get_language() or reasons.language)
        if narrower and narrower.state == DecisionState.MADE
        else "",
        gone=_is(decision, SubjectState.REMOVED),
        contest_until=statement.contest_until,
        can_contest=contest_open(statement)
        and decision.state in (DecisionState.MADE, DecisionState.ENDED)
        and complaint is None,
        complaint_state=complaint.state if complaint else "",
        complaint_answer=answer(complaint) if complaint else "",
        strike=strike_of(decision),
        can_fix=_can_fix(statement),
        only_anew=not _changes_hidden(decision),
        fix_state=fix.state if fix else "",
        fix_answer=answer(fix) if fix else "",
    )


def _changes_hidden(decision: Decision) -> bool:
    name = decision.subject.connector if decision.subject else ""
    return name not in connectors() or connector(name).manifest.changes_hidden


def _can_fix(statement: Statement) -> bool:
    try:
        may_ask_for_a_look(statement)
    except Refused:
        return False
    return True


def matter_for(token: str) -> MatterView:
    """The notice or order behind a sender's link. Raises NoSuchThing."""
    mark = fingerprint(token)
    if notice := Notice.objects.select_related("key").filter(follow_token=mark).first():
        return _notice(notice)
    if order := Order.objects.select_related("key").filter(follow_token=mark).first():
        return _order(order)
    raise nothing_here()


def order_matter(order: Order) -> MatterView:
    """An order as its sender sees it, for a door that knows the sender by other means than the link."""
    return _order(order)


def _notice(notice: Notice) -> MatterView:
    cases = [basis.case for basis in notice.bases.select_related("case__key").order_by("pk")]
    done = bool(cases) and all(case.state == CaseState.DECIDED for case in cases)
    held = HeldNotice.objects.filter(notice=notice, taken_up_at=None).select_related("misuse").first()
    return MatterView(
        what="notice", ref=notice.ref, received_at=notice.created_at,
        state="decided" if done else "held" if held else "open",
        answer_by=held.misuse.until if held else _answer_by(cases), harm=notice.harm, instrument="", missing=(),
        links=told(notice).links, receipt=notice.sealed_receipt is not None,
        items=tuple(_contested(_item(case), notice, place) for place, case in enumerate(cases)),
    )  # fmt: skip


def _order(order: Order) -> MatterView:
    cases = [basis.case for basis in order.bases.select_related("case__key")]
    return MatterView(
        what="order", ref=order.ref, state="open" if order.state in WAITING else order.state,
        received_at=order.created_at, answer_by=_answer_by(cases), harm=order.harm,
        instrument=order.instrument, missing=_missing(order), links=sent(order).targets,
        items=tuple(_item(case) for case in cases),
        question=last_words(order, "ask") if order.state == OrderState.ASKED else "",
        answered=order.answers.exists(),
        packages=tuple(
            PackageView(one.ref, one.state, tuple(one.categories), tuple(one.not_held), one.expires_at,
                        tuple(TouchView(touch.at, touch.what, touch.by) for touch in one.touches.order_by("pk")))
            for one in packages_of(order)
            if one.released_at
        ),
    )  # fmt: skip


def receipt_for(token: str) -> ReceiptFile:
    """The kept receipt of the report behind a sender's link. Raises NoSuchThing."""
    notice = Notice.objects.select_related("key").filter(follow_token=fingerprint(token)).first()
    if notice is None or notice.sealed_receipt is None:
        raise nothing_here()
    return unpacked(receipt_of(notice))


def answer_file_for(token: str, kind: str) -> bytes:
    """Our answer to the order behind a sender's link: `pdf` or `json`. Raises NoSuchThing."""
    order = _order_behind(token)
    row = order.answers.select_related("order__key").order_by("-pk").first()
    if row is None:
        raise nothing_here()
    return answer_pdf(row) if kind == "pdf" else answer_json(row)


@transaction.atomic
def answer_question(token: str, words: str) -> None:
    """The authority answers what we asked: the order is back on the desk and its clocks run on."""
    if not words.strip():
        raise BadInput(_("Write your answer."), _("It is empty."), field="answer")
    order = Order.objects.select_for_update(of=("self",)).get(pk=_order_behind(token).pk)
    if order.state != OrderState.ASKED:
        raise Refused(_("This order does not wait for an answer."), do=_("Load the page again."))
    note_said(order, words, door="portal")  # a number in it is never called back on
    back_to_the_desk(order, "authority", words[:20_000])


def _order_behind(token: str) -> Order:
    order = Order.objects.select_related("key").filter(follow_token=fingerprint(token)).first()
    if order is None:
        raise nothing_here()
    return order


def _contested(item: Item, notice: Notice, place: int) -> Item:
    """With what the notifier said against the outcome, and our answer."""
    decision = decision_of(notice, place) if item.outcome != "open" else None
    if decision is None:
        return item
    complaint = decision.complaints.filter(notice=notice).select_related("case__key").first()
    if complaint:
        return replace(item, complaint_state=complaint.state, complaint_answer=answer(complaint))
    try:
        may_complain_of(notice, decision)
    except Refused:
        return item
    return replace(item, contestable=True)


def _missing(order: Order) -> tuple[tuple[str, str], ...]:
    articles = {element.id: element.article for element in instruments()[order.instrument].elements}
    return tuple((id_, articles[id_]) for id_ in order.missing)


def _answer_by(cases: list[Case]) -> datetime | None:
    ends = [deadline.ends_at for case in cases for deadline in case.deadlines.all() if not deadline.keeps]
    return min(ends, default=None)


def _item(case: Case) -> Item:
    decision = case.decisions.filter(state__in=TOOK_EFFECT).order_by("pk").first()
    if case.state != CaseState.DECIDED or decision is None:
        return Item("open", "", None)
    by_comparison = decision.rule.startswith(SAME_AS)
    decision = in_its_place(decision) or decision
    later = {DecisionState.REVERSED: "reversed", DecisionState.ENDED: "ended"}
    outcome = later.get(DecisionState(decision.state), decision.outcome)
    less = extent(decision, get_language() or "en") if outcome == Outcome.CONTAIN else ""
    return Item(
        outcome, words_for_others(decision), decision.made_at, by_comparison=by_comparison, extent=less
    )


def _is(decision: Decision, state: SubjectState) -> bool:
    return decision.subject is not None and decision.subject.state == state


def _post(decision: Decision) -> str:
    exhibit = newest_of(decision.subject) if decision.subject else None
    return contents(exhibit).decode("utf-8", "replace") if exhibit else ""
