"""A person who had no part in a decision decides the complaint against it, and answers its argument."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput
from steelyard.cases.access import case_for
from steelyard.cases.actions import decide_case as close_case
from steelyard.cases.actions import held_by
from steelyard.decisions.access import complaint_for
from steelyard.decisions.actions import close_complaint, no_part_in
from steelyard.decisions.models import Complaint
from steelyard.flows.carry_out import author_language
from steelyard.flows.decide_case import reverse
from steelyard.letters.actions import send_complaint_rejected
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission


def decide_complaint(presence: Presence, complaint_ref: str, *, uphold: bool, answer: str) -> Complaint:
    """Uphold (the post comes back) or reject (the decision stands, and the answer says why)."""
    if not answer.strip():
        raise BadInput(
            _("Answer what the author says."), _("A complaint gets a reasoned answer (DSA Art. 20(5))."),
            field="answer",
        )  # fmt: skip
    member = presence.member
    with transaction.atomic():
        complaint = complaint_for(member, complaint_ref, Permission.DECISIONS_COMPLAINT_DECIDE)
        require_fresh(presence, Permission.DECISIONS_COMPLAINT_DECIDE)
        no_part_in(complaint.decision, member)
        case = case_for(member, complaint.case.ref, Permission.DECISIONS_COMPLAINT_DECIDE, lock=True)
        held_by(member, case)
        close_complaint(complaint, member, move_name="uphold" if uphold else "reject", answer_text=answer)
        if uphold:
            reverse(complaint.decision, member.ref, because=answer, case=case)
        else:
            send_complaint_rejected(complaint.decision, author_language(complaint.decision), answer)
        close_case(case, member, by="person")
        return complaint
