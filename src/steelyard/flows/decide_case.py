"""A person decides a case. Where the rules say so, a second person signs before anything happens."""

from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by, propose_case, send_back_case
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.access import decision_for
from steelyard.decisions.actions import Weighed, countersign, decline, end_decision, words, write
from steelyard.decisions.labels import label_in_force
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import hidden_by_rules_alone
from steelyard.decisions.reasons import MISUSE
from steelyard.decisions.states import UNTIL_SIGNED, DecisionState, Label, Outcome
from steelyard.enforcement.connector import Operation, connector, connectors
from steelyard.enforcement.states import operation_for
from steelyard.evidence.store import closed
from steelyard.flows import campaigns, same_again
from steelyard.flows.answer_order import (
    answer_if_done,
    done_under_earlier,
    orders_of,
    proposed,
    sent_back,
    start_after_execution,
)
from steelyard.flows.assess_order import widest_scope
from steelyard.flows.carry_out import carry_out
from steelyard.flows.confirm_law import nothing_unconfirmed
from steelyard.flows.consider_speech import considered_first
from steelyard.flows.lift import lift
from steelyard.flows.refuse_again import refuse_again
from steelyard.orders.access import missing_for
from steelyard.orders.life import on_the_desk
from steelyard.orders.models import Order
from steelyard.orders.queries import matter_of
from steelyard.people.access import Presence, require, require_fresh
from steelyard.people.actions.approvals import approve, ask_approval, spend
from steelyard.people.actions.approvals import decline as decline_approval
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import instruments, rules
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind, SubjectState

VERB = "decisions:decision:make"


@dataclass(frozen=True, kw_only=True)
class DecisionGiven:
    """What the decision page sends."""

    outcome: Outcome
    ground: str = ""
    """terms.<rule> or law.<instrument>; may be empty when nothing is restricted"""
    words: str = ""
    territory: tuple[str, ...] = ()
    label: str = ""
    """Which label, for an outcome that labels"""
    measure: str = ""
    """Which restriction of a channel or an account; "" is the usual one"""


def decide_case(presence: Presence, case_ref: str, given: DecisionGiven) -> Decision:
    """Decide a claimed case. Returns a decision that is made, or proposed and waiting for a second person."""
    with transaction.atomic():
        case = case_for(presence.member, case_ref, Permission.CASES_CASE_DECIDE, lock=True)
        _may_decide(presence, case)
        held_by(presence.member, case)
        if given.outcome == Outcome.RESTORE:
            return _lift_what_a_rule_did(case, presence, given)
        weighed = _weigh(presence, case, given)
        _answer_may_go_out(case, given.outcome)
        _sender_is_known(case, given.outcome, weighed.ground)
        considered_first(case, given.outcome)
        if needs_two(case, given.outcome):
            proposal = _propose(presence, case, weighed)
            _hide_meanwhile(proposal, weighed)
            return proposal
        if given.outcome == Outcome.LABEL:
            _show_what_is_labelled(case, presence, given.words)
        decision = write(weighed, case.subject, case, needs_second=False)
        _finish(decision, case, presence, by="person")
        return decision


def needs_two(case: Case, outcome: Outcome) -> bool:
    """Two people for every measure on an order, for anything done to a channel or an account, and for what is final."""
    if outcome == Outcome.NONE:
        return False
    if outcome == Outcome.REMOVE:
        return True
    return case.kind == CaseKind.ORDER or (case.subject is not None and case.subject.kind != Kind.POST)


def countersign_decision(presence: Presence, decision_ref: str) -> Decision:
    """The second person signs exactly what the first proposed, and it takes effect."""
    with transaction.atomic():
        decision = decision_for(presence.member, decision_ref, Permission.DECISIONS_DECISION_COUNTERSIGN)
        require_fresh(presence, Permission.DECISIONS_DECISION_COUNTERSIGN)
        if decision.case:
            _sender_is_known(decision.case, Outcome(decision.outcome), decision.ground)
        approve(presence, decision.approval, _payload(decision))
        spend(presence, decision.approval, VERB, decision, _payload(decision))
        countersign(decision, presence.member)
        if decision.case:
            _finish(decision, decision.case, presence, by="two")
        return decision


def decline_decision(presence: Presence, decision_ref: str, *, because: str) -> Decision:
    """The second person does not agree: the case goes back to whoever proposed it."""
    with transaction.atomic():
        decision = decision_for(presence.member, decision_ref, Permission.DECISIONS_DECISION_COUNTERSIGN)
        decline_approval(presence, decision.approval, because=because)
        decline(decision, presence.member.ref, because=because)
        for hidden in _hidden_for(decision):
            lift([hidden], presence.member.ref, because=because, case=None)
        if decision.case:
            send_back_case(decision.case, presence.member)
            sent_back(decision.case, actor=presence.member.ref, words=because)
        return decision


def undo_decision(presence: Presence, decision_ref: str, *, because: str) -> Decision:
    """Reverse a containment that turned out wrong, without waiting for a complaint."""
    require(presence.member, Permission.DECISIONS_DECISION_UNDO)
    if not because.strip():
        raise BadInput(_("Say why."), _("An undo needs a reason."), field="because")
    with transaction.atomic():
        decision = decision_for(presence.member, decision_ref, Permission.DECISIONS_DECISION_UNDO)
        return lift([decision], presence.member.ref, because=because, case=decision.case)


def _lift_what_a_rule_did(case: Case, presence: Presence, given: DecisionGiven) -> Decision:
    """A person looked and found nothing wrong with what rules alone had hidden: it comes back."""
    found = hidden_by_rules_alone(case.subject)
    if not found or case.kind == CaseKind.ORDER:
        raise Refused(_("A restriction is lifted by deciding a complaint or by undoing the decision."))
    _say_what_you_saw(given)
    close_case(case, presence.member, by="person")
    reversal = lift(found, presence.member.ref, because=given.words, case=case)
    campaigns.cover(reversal, case)
    return reversal


def _show_what_is_labelled(case: Case, presence: Presence, because: str) -> None:
    """A label instead of hiding: what rules alone had hidden is visible again, with the label beside it."""
    if found := hidden_by_rules_alone(case.subject):
        lift(found, presence.member.ref, because=because, case=None)  # the case's own answer is the label


def _may_be_labelled(case: Case, label: str) -> None:
    """A label is our own word on a post that may stay: it answers no order, and abuse of a child has none."""
    if case.kind == CaseKind.ORDER or closed(case.harm):
        raise Refused(_("This cannot be answered with a label."), do=_("Choose another measure."))
    if label not in set(Label):
        raise BadInput(_("Choose what the label says."), field="label")
    if label_in_force(case.subject):
        raise Refused(
            _("A label stands beside this post already."),
            do=_("Undo that decision first, then label it anew."),
        )


def _may_decide(presence: Presence, case: Case) -> None:
    if case.kind in (CaseKind.COMPLAINT, CaseKind.REVIEW, CaseKind.EMERGENCY, CaseKind.DRILL):
        raise Refused(_("This is decided on its own page."))
    if case.kind == CaseKind.ORDER:
        require_fresh(presence, Permission.ORDERS_ORDER_DECIDE)
        for order in orders_of(case):
            on_the_desk(order)


def _answer_may_go_out(case: Case, outcome: Outcome) -> None:
    """Deciding an order sends its answer: not while it rests on law that no lawyer has confirmed."""
    for order in orders_of(case):
        nothing_unconfirmed(order)
        if outcome != Outcome.NONE and done_under_earlier(order, case):
            raise Refused(
                _("This was already carried out under an earlier version of the same order."),
                _("The same thing is not done twice."), _("Decide that nothing more is restricted."),
            )  # fmt: skip


def _sender_is_known(case: Case, outcome: Outcome, ground: str) -> None:
    """An order whose sender nobody has verified causes nothing by itself (docs/decisions/0023).

    What our own terms forbid may be hidden all the same, on a person's own reading; only that can be brought back.
    """
    if case.kind != CaseKind.ORDER or outcome == Outcome.NONE:
        return
    own_reading = outcome != Outcome.REMOVE or case.bases.filter(order=None).exists()
    if not ground.startswith("law.") and own_reading:
        return
    orders = [basis.order for basis in case.bases.select_related("order__key") if basis.order]
    missing = [missing_for(order, kind="restrict") for order in orders]
    if all(missing):
        raise Refused(
            _("It is not yet known that the authority itself sent this order."),
            " ".join(one.words for one in missing[0]),
            _("Verify the sender first. What our own terms forbid may be hidden meanwhile, as if nobody had "
              "ordered it."),
        )  # fmt: skip


def _weigh(presence: Presence, case: Case, given: DecisionGiven) -> Weighed:
    order = _order_of(case)
    ground = given.ground or f"terms.{case.harm}"
    restricts = given.outcome != Outcome.NONE
    if restricts and case.subject is None:
        raise BadInput(
            _("Nothing on the platform has been found for this case yet."), _("There is nothing to act on."),
            _("Find the post first, or decide that nothing is restricted."), field="outcome",
        )  # fmt: skip
    _say_what_you_saw(given)
    measure = _measure(case, given)
    _check_platform(case, given.outcome, measure)
    if given.outcome == Outcome.LABEL:
        _may_be_labelled(case, given.label)
    _check_ground(ground, order, restricts)
    return Weighed(
        outcome=given.outcome,
        harm=case.harm if ground.startswith("law.") or not restricts else _harm_of(ground, case.harm),
        ground=ground if restricts else (ground if ground in rules(now().date()) else "none"),
        ground_version=_legal_basis(ground, order) if restricts or ground in rules(now().date()) else "-",
        source=_source_of(case),
        words=given.words,
        found_by_machine=case.kind == CaseKind.FINDING,
        decided_by=presence.member.ref,
        label=given.label if given.outcome == Outcome.LABEL else "",
        measure=measure,
        territory=_scope(order, given.territory) if order and restricts else given.territory,
        instrument=order.instrument if order else "",
        authority_country=order.country if order else "",
    )


def _scope(order: Order, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """As far as the order's law reaches, or less. Nobody at the desk can widen it."""
    widest = widest_scope(order)
    if beyond := set(wanted) - set(widest) if widest else set():
        raise BadInput(
            _("This reaches further than the order’s law."),
            _("Beyond it: %(countries)s.") % {"countries": ", ".join(sorted(beyond))},
            _("Choose fewer countries."), field="territory",
        )  # fmt: skip
    return wanted or widest


def _say_what_you_saw(given: DecisionGiven) -> None:
    if not given.words.strip():
        raise BadInput(_("Say what you saw."), _("A decision needs its facts."), field="words")


def _measure(case: Case, given: DecisionGiven) -> str:
    """Which restriction was chosen; "" for the usual one."""
    if given.outcome != Outcome.CONTAIN or case.subject is None:
        return ""
    usual = operation_for(case.subject.kind, given.outcome)
    return "" if given.measure == usual else given.measure


def _check_platform(case: Case, outcome: Outcome, measure: str = "") -> None:
    """Only what some platform of ours can do; the one that holds it, where it is attached."""
    if outcome == Outcome.NONE or case.subject is None:
        return
    operation = operation_for(case.subject.kind, outcome, measure)
    name = case.subject.connector
    if operation and (name not in connectors() or connector(name).manifest.offers(operation)):
        return
    raise BadInput(_("The platform cannot do this."), do=_("Choose a measure it has."), field="outcome")


def _check_ground(ground: str, order: Order | None, restricts: bool) -> None:
    if ground == MISUSE:
        raise BadInput(_("Misuse has its own page: it takes a warning first."), field="ground")
    if not restricts or ground in rules(now().date()):
        return
    if ground.startswith("law.") and order and ground == f"law.{order.instrument}" in _law_grounds():
        return
    raise BadInput(
        _("Choose the rule that this falls under."), _("No such rule is in force."), field="ground"
    )


def _law_grounds() -> set[str]:
    return {f"law.{name}" for name in instruments()}


def _harm_of(ground: str, otherwise: str) -> str:
    found = rules(now().date()).get(ground)
    return found.harm if found else otherwise


def _legal_basis(ground: str, order: Order | None) -> str:
    """Where the order's instrument stands; "" lets the terms name their own version.

    What the order itself claims as its basis is quoted beside it (decisions.reasons).
    """
    if order is None or not ground.startswith("law."):
        return ""
    return instruments()[order.instrument].source


def _source_of(case: Case) -> str:
    return {CaseKind.FINDING: "rule", CaseKind.NOTICE: "notice", CaseKind.ORDER: "order"}[CaseKind(case.kind)]


def _order_of(case: Case) -> Order | None:
    basis = case.bases.exclude(order=None).select_related("order").first()
    return basis.order if basis else None


def _propose(presence: Presence, case: Case, weighed: Weighed) -> Decision:
    decision = write(weighed, case.subject, case, needs_second=True)
    asked = Permission.ORDERS_ORDER_DECIDE if case.kind == CaseKind.ORDER else Permission.CASES_CASE_DECIDE
    approval = ask_approval(
        presence, asked, VERB, decision, _payload(decision), because=weighed.words,
        second=Permission.DECISIONS_DECISION_COUNTERSIGN, **matter_of(*orders_of(case)),
    )  # fmt: skip
    decision.approval = approval.ref
    decision.save(update_fields=["approval"])
    propose_case(case, presence.member)
    proposed(case, actor=presence.member.ref)
    return decision


def _hide_meanwhile(proposal: Decision, weighed: Weighed) -> None:
    """Nobody waits with a post that one person wants gone for good: it is hidden until the second one has looked.

    Its author is told why at once. An order is weighed by two people before anything happens. It belongs to no case:
    whoever told us of the post hears what is decided in the end.
    """
    subject, case = proposal.subject, proposal.case
    if proposal.outcome != Outcome.REMOVE or subject is None or subject.state != SubjectState.VISIBLE:
        return
    if case is None or case.kind == CaseKind.ORDER or not _can_hide(subject):
        return
    hiding = replace(weighed, outcome=Outcome.CONTAIN, rule=f"{UNTIL_SIGNED}{proposal.ref}")
    carry_out(write(hiding, subject, None, needs_second=False))


def _can_hide(subject: Subject) -> bool:
    """And bring it back; a platform that can only delete waits for the second person."""
    if subject.connector not in connectors():
        return False
    manifest = connector(subject.connector).manifest
    offers = manifest.offers(Operation.CONTAIN_ITEM) and manifest.offers(Operation.RESTORE_ITEM)
    return offers and not manifest.ability(Operation.RESTORE_ITEM).needs_words


def _hidden_for(proposal: Decision) -> list[Decision]:
    rows = Decision.objects.filter(rule=f"{UNTIL_SIGNED}{proposal.ref}", state=DecisionState.MADE)
    return list(rows.select_related("subject__key", "subject__author", "case__key"))


def _payload(decision: Decision) -> dict[str, Any]:
    """Exactly what is to be done: the second person signs this and nothing else."""
    return {
        "decision": decision.ref,
        "outcome": decision.outcome,
        "measure": decision.measure,
        "ground": decision.ground,
        "territory": decision.territory,
        "subject": decision.subject.ref if decision.subject else "",
        "words": words(decision),
    }


def _finish(decision: Decision, case: Case, presence: Presence, *, by: str) -> None:
    if CaseState(case.state) in (CaseState.IN_REVIEW, CaseState.SECOND_NEEDED):
        close_case(case, presence.member, by=by)
    for hidden in _hidden_for(decision):
        end_decision(hidden)  # what was final takes its place
    carry_out(decision)
    campaigns.cover(decision, case)
    same_again.cover(decision)
    refuse_again(decision)
    if decision.outcome != Outcome.NONE:
        start_after_execution(case)
    answer_if_done(case, actor=presence.member.ref, by=by)
