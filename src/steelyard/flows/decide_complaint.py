"""A person who had no part in a decision decides the complaint against it, and answers its argument."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, Refused
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by
from steelyard.decisions.access import complaint_for
from steelyard.decisions.actions import close_complaint, no_part_in
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.queries import answered_with
from steelyard.decisions.states import DecisionState
from steelyard.flows.campaigns import let_go
from steelyard.flows.lift import lift
from steelyard.letters.actions import send_complaint_rejected, send_reversed
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission


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
        together = [complaint.decision, *answered_with(complaint.decision)]
        for decision in together:
            no_part_in(decision, member)
        case = case_for(member, complaint.case.ref, Permission.DECISIONS_COMPLAINT_DECIDE, lock=True)
        held_by(member, case)
        close_complaint(complaint, member, move_name="uphold" if uphold else "reject", answer_text=answer)
        if uphold:
            _uphold(complaint, together, member.ref, answer)
        else:
            _reject(complaint, answer)
        close_case(case, member, by="person")
        return complaint


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
