"""A person who had no part in a decision decides the complaint against it, and answers its argument."""

from datetime import UTC, date, datetime, time
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by, open_or_join
from steelyard.cases.states import CaseKind
from steelyard.decisions.access import complaint_for
from steelyard.decisions.actions import argument, as_in, close_complaint, no_part_in, write
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.queries import answered_with
from steelyard.decisions.replies import Reply, addresses, as_text
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.flows.campaigns import let_go
from steelyard.flows.carry_out import carry_out
from steelyard.flows.lift import end_in_time, lift
from steelyard.flows.tell_partners import tell_partner
from steelyard.letters.actions import (
    send_complaint_rejected,
    send_fixed,
    send_notifier_answered,
    send_reversed,
)
from steelyard.notices.actions import told
from steelyard.notices.batches import say
from steelyard.notices.models import BatchLine, Notice
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact


class Becomes(StrEnum):
    """What becomes of a complaint, by its move."""

    UPHELD = "uphold"
    PARTLY = "uphold_in_part"
    REJECTED = "reject"


def decide_complaint(
    presence: Presence, complaint_ref: str, becomes: Becomes, reply: Reply, *, until: date | None = None
) -> Complaint:
    """Uphold (what was restricted comes back), narrow it (it ends on the day `until`), or reject.

    Upholding reverses every decision in force that says the same of the same post (`answered_with`), so
    whoever decides had a part in none of them. The complainant is answered in the language they wrote in, point
    by point. Raises BadInput for an answer that does not address the argument.
    """
    member = presence.member
    with transaction.atomic():
        complaint = complaint_for(member, complaint_ref, Permission.DECISIONS_COMPLAINT_DECIDE)
        require_fresh(presence, Permission.DECISIONS_COMPLAINT_DECIDE)
        addresses(reply, complaint, argument(complaint))
        together = [complaint.decision, *([] if complaint.notice else answered_with(complaint.decision))]
        for decision in together:
            no_part_in(decision, member)
        case = case_for(member, complaint.case.ref, Permission.DECISIONS_COMPLAINT_DECIDE, lock=True)
        held_by(member, case)
        answer = as_text(reply, complaint)
        close_complaint(complaint, member, move_name=becomes, answer_text=answer)
        if complaint.notice:
            _answer_notifier(complaint, complaint.notice, answer, becomes, member_ref=member.ref)
        elif complaint.points == ["fixed"]:
            _look_again(complaint, answer, becomes)
        elif becomes == Becomes.UPHELD:
            _uphold(complaint, together, member.ref, answer)
        elif becomes == Becomes.PARTLY:
            _narrow(complaint, together, member.ref, answer, until)
        else:
            _reject(complaint, answer)
        close_case(case, member, by="person")
        return complaint


def _answer_notifier(
    complaint: Complaint, notice: Notice, answer: str, becomes: Becomes, *, member_ref: str
) -> None:
    """Upheld: the matter is open again, and a person decides it anew. Either way the notifier reads the answer."""
    if becomes == Becomes.PARTLY:
        raise Refused(_("A complaint of whoever sent a notice is upheld or rejected."))
    if becomes == Becomes.UPHELD:
        clock = fact("house.notice_decided", now().date())
        open_or_join(
            CaseKind.NOTICE, complaint.decision.subject, harm=notice.harm, language=notice.language,
            clock=clock, notice=notice,
        )  # fmt: skip
    if (
        line := BatchLine.objects.select_related("batch__key", "batch__partner__key")
        .filter(notice=notice)
        .first()
    ):
        say(line, answer, author=member_ref, theirs=False)
        tell_partner(line)
    elif to := told(notice).email:
        send_notifier_answered(notice, to, complaint.language)


def _uphold(complaint: Complaint, together: list[Decision], member_ref: str, answer: str) -> None:
    """Another complaint or an undo may have reversed it in the meantime: then only the answer is missing."""
    if complaint.decision.state != DecisionState.REVERSED:
        lift(together, member_ref, because=answer, case=complaint.case, language=complaint.language)
        for decision in together:
            let_go(decision, member_ref, because=answer)
    elif reversal := complaint.decision.reversed_by.first():
        send_reversed(reversal, complaint.language, answer=answer)


def _narrow(
    complaint: Complaint, together: list[Decision], member_ref: str, answer: str, until: date | None
) -> None:
    """In part: a decision with an end takes the place of those complained of; its author gets its reasons anew."""
    decision = complaint.decision
    if (
        decision.state != DecisionState.MADE
        or decision.outcome != Outcome.CONTAIN
        or decision.source == "order"
    ):
        raise Refused(
            _("This cannot be narrowed."), _("Only what hides for now, and rests on no order, can get an end."),
            _("Uphold or reject the complaint."),
        )  # fmt: skip
    if until is None or until <= now().date():
        raise BadInput(_("Say on which day the restriction ends."), field="until")
    if decision.until and decision.until.date() <= until:
        raise BadInput(_("It ends before that day already."), field="until")
    narrower = as_in(
        decision, outcome=Outcome.CONTAIN, source="complaint", words=answer, decided_by=member_ref,
        until=datetime.combine(until, time(), UTC),
    )  # fmt: skip
    carry_out(
        write(narrower, decision.subject, complaint.case, needs_second=False), language=complaint.language
    )
    lift(together, member_ref, because=answer, case=complaint.case, language=complaint.language, copies=False)


def _look_again(complaint: Complaint, answer: str, becomes: Becomes) -> None:
    """Its author has changed it: it comes back as it is now, and the decision was not wrong; or it stays."""
    decision = complaint.decision
    if becomes == Becomes.PARTLY:
        raise Refused(_("What was changed comes back or stays hidden."))
    if becomes == Becomes.UPHELD and decision.state == DecisionState.MADE:
        end_in_time(decision)
        send_fixed(decision, complaint.language, answer)
    else:
        send_complaint_rejected(decision, complaint.language, answer)


def _reject(complaint: Complaint, answer: str) -> None:
    if complaint.decision.state == DecisionState.REVERSED:
        raise Refused(
            _("This decision has been reversed in the meantime."), _("It cannot be said to stand."),
            _("Uphold the complaint: its author gets your answer."),
        )  # fmt: skip
    send_complaint_rejected(complaint.decision, complaint.language, answer)
