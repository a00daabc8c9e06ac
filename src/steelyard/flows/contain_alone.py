"""A verified order of one hour, minute 40, and no second person: whoever is on call hides it alone, reversibly.

It is written down, somebody else looks at it within a day, and how late everything was is published. The proposal,
its reasons and the hand that signs are a person's; no machine calls this.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by, open_or_join
from steelyard.cases.models import Case, Deadline
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.access import decision_for
from steelyard.decisions.actions import close_review, make_alone, open_review
from steelyard.decisions.models import Decision, Review
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.flows.answer_order import answer_if_done, start_after_execution
from steelyard.flows.carry_out import carry_out
from steelyard.flows.lift import lift
from steelyard.oncall.queries import is_on_call
from steelyard.orders.actions import sent
from steelyard.orders.life import on_the_desk
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.verification.needs import needed
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.actions.approvals import withdraw_approval
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.law import law_on
from steelyard.rulebook.queries import fact
from steelyard.rulebook.shapes import duration
from steelyard.subjects.states import Kind


@dataclass(frozen=True)
class Alone:
    """Whether somebody may act alone on a proposal, and since or from when."""

    after: timedelta
    """How long the clock has run."""
    proposal: Decision


def offered(member: Member, case: Case) -> Alone | None:
    """The button's condition: everything `contain_alone` asks for, at this moment. None: there is no button."""
    proposal = case.decisions.filter(state=DecisionState.PROPOSED).select_related("subject").first()
    if proposal is None:
        return None
    try:
        return Alone(_may(member, case, proposal), proposal)
    except Refused:
        return None


def contain_alone(presence: Presence, decision_ref: str, *, because: str) -> Decision:
    """Hide what one proposed oneself. Raises Refused where any condition is missing, NotFresh without a passkey."""
    if not because.strip():
        raise BadInput(_("Say why nobody else could be waited for."), field="because")
    with transaction.atomic():
        require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
        decision = decision_for(presence.member, decision_ref, Permission.CASES_CASE_DECIDE)
        if decision.case is None:
            raise nothing_here()
        case = case_for(presence.member, decision.case.ref, Permission.CASES_CASE_DECIDE, lock=True)
        after = _may(presence.member, case, decision)
        withdraw_approval(presence, decision.approval)
        make_alone(decision, because)
        close_case(case, presence.member, by="person")
        carry_out(decision)
        start_after_execution(case)
        answer_if_done(case, actor=presence.member.ref, by="person")
        _open_review(decision, after)
        return decision


def read_review(presence: Presence, case_ref: str) -> Review:
    """A review, for those who may countersign. Raises NoSuchThing."""
    case = case_for(presence.member, case_ref, Permission.DECISIONS_DECISION_COUNTERSIGN)
    found = (
        Review.objects.select_related("decision__subject", "decision__case__key", "case")
        .filter(case=case)
        .first()
    )
    if found is None:
        raise nothing_here()
    return found


def decide_review(presence: Presence, case_ref: str, *, keep: bool, because: str) -> Review:
    """Another person looks at what was done alone: it stays, or it comes back."""
    if not because.strip():
        raise BadInput(_("Say why."), _("A review needs its reasons."), field="because")
    with transaction.atomic():
        require_fresh(presence, Permission.DECISIONS_DECISION_COUNTERSIGN)
        case = case_for(presence.member, case_ref, Permission.DECISIONS_DECISION_COUNTERSIGN, lock=True)
        held_by(presence.member, case)
        review = (
            Review.objects.select_for_update(of=("self",)).select_related("decision__case").get(case=case)
        )
        close_review(review, "uphold" if keep else "reverse", presence.member, because=because)
        close_case(case, presence.member, by="person")
        if not keep:
            lift([review.decision], presence.member.ref, because=because, case=review.decision.case)
        return review


def _may(member: Member, case: Case, proposal: Decision) -> timedelta:
    """How long the clock has run, when this person may act alone now. Raises Refused with the first reason not to."""
    moment = database_now()
    rule = fact("house.contain_alone", moment.date()).value
    subject = proposal.subject
    if case.kind != CaseKind.ORDER or case.state != CaseState.SECOND_NEEDED:
        raise Refused(_("Nothing waits for a second person here."))
    if proposal.outcome != Outcome.CONTAIN or subject is None or subject.kind != Kind.POST:
        raise Refused(_("Only a post can be hidden alone."), _("It can be brought back exactly as it was."))
    if proposal.decided_by != member.ref:
        raise Refused(_("Somebody else proposed this."), _("You are the second person: sign it."))
    if not is_on_call(member):
        raise Refused(_("You are not on call."), _("Only whoever is on call may act alone."))
    orders = _orders(case)
    if not orders:
        raise Refused(_("No order stands behind this case."))
    for order in orders:
        _verified(order)
    return _late_enough(case, duration(rule["after"]), duration(rule["longest"]))


def _verified(order: Order) -> None:
    on_the_desk(order)
    law, said = law_on(order.created_at.date()), sent(order)
    asks = needed(
        law, instrument=order.instrument, kind=law.instruments[order.instrument].version.kind, data=said.data,
        emergency=said.emergency,
    )  # fmt: skip
    if level_of(order).level < asks.level:
        raise Refused(_("Nobody has verified who sent this order."), do=_("Call the authority back first."))


def _late_enough(case: Case, after: timedelta, longest: timedelta) -> timedelta:
    running = [row for row in case.deadlines.filter(met_at=None, lasts__lte=longest) if not row.keeps]
    ran = [(_ran(row), row) for row in running if not row.paused_at]
    if not ran:
        raise Refused(_("No clock this short is running."), _("There is time for a second person."))
    longest_run = max(time for time, _row in ran)
    if longest_run < after:
        minutes = int(after.total_seconds() // 60)
        raise Refused(
            _("It is too early to act alone."),
            _("A second person has until minute %(minutes)s.") % {"minutes": minutes},
        )
    return longest_run


def _orders(case: Case) -> list[Order]:
    bases = case.bases.exclude(order=None).select_related("order__key")
    return [basis.order for basis in bases if basis.order]


def _ran(row: Deadline) -> timedelta:
    return database_now() - row.starts_at - row.stood_still


def _open_review(decision: Decision, after: timedelta) -> None:
    promise = fact("house.alone_reviewed", database_now().date())
    case = open_or_join(
        CaseKind.REVIEW,
        decision.subject,
        harm=decision.harm,
        clock=promise,
        key=decision.case.key if decision.case else None,
    )
    due = case.deadlines.get()
    open_review(decision, case, after=after, due_at=due.ends_at)
