"""A person who had no part in a decision decides the complaint against it, and answers its argument."""

from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by, open_or_join
from steelyard.cases.states import CaseKind
from steelyard.decisions.access import complaint_for
from steelyard.decisions.actions import FIXED, argument, close_complaint, no_part_in
from steelyard.decisions.models import Complaint
from steelyard.decisions.queries import answered_with
from steelyard.decisions.replies import Reply, addresses, as_text
from steelyard.decisions.states import DecisionState
from steelyard.evidence.actions import keep, words_of
from steelyard.flows.lift import end_in_time, found_wrong
from steelyard.flows.narrow import NOTHING_LESS, Narrower, narrow
from steelyard.flows.receive_complaint import shown_now
from steelyard.flows.tell_partners import tell_partner
from steelyard.letters.actions import (
    send_complaint_rejected,
    send_fixed,
    send_notifier_answered,
    send_reversed,
)
from steelyard.letters.reporters import ANSWERED, tell_outcome
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
    presence: Presence, complaint_ref: str, becomes: Becomes, reply: Reply, *, to: Narrower = NOTHING_LESS
) -> Complaint:
    """Uphold (what was restricted comes back), narrow it (`to` what is left), or reject.

    Upholding reverses every decision in force that says the same of the same post (`answered_with`), so
    whoever decides had a part in none of them. The complainant is answered in the language they wrote in, point
    by point. Raises BadInput for an answer that does not address the argument.
    """
    member = presence.member
    if becomes == Becomes.UPHELD:
        as_it_was_read(
            complaint_for(member, complaint_ref, Permission.DECISIONS_COMPLAINT_DECIDE, lock=False)
        )
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
        elif complaint.points == FIXED:
            _look_again(complaint, answer, becomes)
        elif becomes == Becomes.UPHELD:
            _uphold(complaint, member.ref, answer)
        elif becomes == Becomes.PARTLY:
            narrow(
                complaint.decision, member.ref, to, because=answer, case=complaint.case,
                language=complaint.language,
            )  # fmt: skip
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
    else:
        tell_outcome(notice, ANSWERED)


def _uphold(complaint: Complaint, member_ref: str, answer: str) -> None:
    """Another complaint or an undo may have reversed it in the meantime: then only the answer is missing."""
    decision = complaint.decision
    if decision.state != DecisionState.REVERSED:
        found_wrong(decision, member_ref, because=answer, case=complaint.case, language=complaint.language)
    elif reversal := decision.reversed_by.first():
        send_reversed(reversal, complaint.language, answer=answer)


def as_it_was_read(complaint: Complaint) -> None:
    """What its author changed comes back as a person read it, and not as it was changed once more since.

    Asks the platform, so not in a transaction. Raises Refused with the newer words kept, for the next look; Unreachable
    where nobody can say what would come back.
    """
    subject = complaint.decision.subject
    if complaint.points != FIXED or subject is None:
        return
    now_it_says = shown_now(subject)
    if now_it_says == words_of(subject):
        return
    with transaction.atomic():
        keep(subject, now_it_says.encode("utf-8", "replace"), origin="author")
    raise Refused(
        _("Its author has changed it again since you read it."), _("What would come back is not what you read."),
        _("Load the page again, and read what it says now."),
    )  # fmt: skip


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
