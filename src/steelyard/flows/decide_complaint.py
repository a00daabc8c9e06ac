"""A person who had no part in a decision decides the complaint against it, and answers its argument."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by, open_or_join
from steelyard.cases.states import CaseKind
from steelyard.decisions.access import complaint_for
from steelyard.decisions.actions import close_complaint, no_part_in
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.queries import answered_with
from steelyard.decisions.states import DecisionState
from steelyard.flows.campaigns import let_go
from steelyard.flows.lift import lift
from steelyard.flows.tell_partners import tell_partner
from steelyard.letters.actions import send_complaint_rejected, send_notifier_answered, send_reversed
from steelyard.notices.actions import told
from steelyard.notices.batches import say
from steelyard.notices.models import BatchLine, Notice
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact


def decide_complaint(presence: Presence, complaint_ref: str, *, uphold: bool, answer: str) -> Complaint:
    """Uphold (what was restricted comes back) or reject (the decision stands, and the answer says why).

    Upholding reverses every decision in force that says the same of the same post (`answered_with`), so
    whoever decides had a part in none of them. The author is answered in the language they wrote in.
    """
    if not answer.strip():
        raise BadInput(
            _("Answer what the author says."), _("A complaint gets a reasoned answer (DSA Art. 20(5))."),
            field="answer",
        )  # fmt: skip
    member = presence.member
    with transaction.atomic():
        complaint = complaint_for(member, complaint_ref, Permission.DECISIONS_COMPLAINT_DECIDE)
        require_fresh(presence, Permission.DECISIONS_COMPLAINT_DECIDE)
        together = [complaint.decision, *([] if complaint.notice else answered_with(complaint.decision))]
        for decision in together:
            no_part_in(decision, member)
        case = case_for(member, complaint.case.ref, Permission.DECISIONS_COMPLAINT_DECIDE, lock=True)
        held_by(member, case)
        close_complaint(complaint, member, move_name="uphold" if uphold else "reject", answer_text=answer)
        if complaint.notice:
            _answer_notifier(complaint, complaint.notice, answer, uphold=uphold, member_ref=member.ref)
        elif uphold:
            _uphold(complaint, together, member.ref, answer)
        else:
            _reject(complaint, answer)
        close_case(case, member, by="person")
        return complaint


def _answer_notifier(
    complaint: Complaint, notice: Notice, answer: str, *, uphold: bool, member_ref: str
) -> None:
    """Upheld: the matter is open again, and a person decides it anew. Either way the notifier reads the answer."""
    if uphold:
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


def _reject(complaint: Complaint, answer: str) -> None:
    if complaint.decision.state == DecisionState.REVERSED:
        raise Refused(
            _("This decision has been reversed in the meantime."), _("It cannot be said to stand."),
            _("Uphold the complaint: its author gets your answer."),
        )  # fmt: skip
    send_complaint_rejected(complaint.decision, complaint.language, answer)
