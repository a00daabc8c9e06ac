"""A restriction turns out wrong: what was decided is reversed, and what nothing else restricts comes back.

One way for all: a complaint, a dispute body, an undo, a review. What followed the decision comes back with it.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind
from steelyard.decisions.actions import as_in, end_decision, write
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import answered_with, in_force, openly_in_force
from steelyard.decisions.states import COPY_OF, RESTRICTS, DecisionState, Outcome
from steelyard.enforcement.actions import queue_undoing
from steelyard.flows.carry_out import carry_out
from steelyard.flows.refuse_again import take_again
from steelyard.flows.same_again import followers
from steelyard.misuse.actions import take_back_with
from steelyard.screening.campaigns import decided
from steelyard.screening.models import Campaign
from steelyard.subjects.actions import locked
from steelyard.subjects.models import Subject
from steelyard.subjects.states import SubjectState


def found_wrong(
    decision: Decision, member_ref: str, *, because: str, case: Case | None, language: str = ""
) -> Decision:
    """A complaint or a dispute body was right: reversed with every decision that says the same of the same thing."""
    together = [decision, *answered_with(decision)]
    return lift(together, member_ref, because=because, case=case, language=language, final=True)


def lift(
    decisions: Sequence[Decision], member_ref: str, *, because: str, case: Case | None, language: str = "",
    final: bool = False, copies: bool = True, tell_author: bool = True, moderators_of: Subject | None = None,
) -> Decision:  # fmt: skip
    """Reverse the first of `decisions` and, before it, the others. Inside the caller's transaction.

    `copies`: what only followed, because the content is the same or nearly the same, comes back too. `final`: also a
    removal, which cannot be brought back, as a complaint, a dispute body or a court may want. `moderators_of`: the
    channel whose moderator does it.

    The author hears once, of the first; without `tell_author` the caller writes to them. Returns its reversal. Two
    decisions on one post take turns: the subject is locked before anybody asks what still restricts it.
    """
    first, *others = decisions
    if first.subject_id:
        locked(first.subject_id)
    for other in others:
        carry_out(_reverse(other, member_ref, because=because, case=case, final=final), tell_author=False)
    reversal = _reverse(
        first, member_ref, because=because, case=case, final=final, moderators_of=moderators_of
    )
    carry_out(reversal, language=language, tell_author=tell_author)
    for decision in decisions if copies else ():
        for copy in let_go(decision, member_ref):
            lift([copy], member_ref, because=because, case=None, final=True)
    return reversal


def let_go(decision: Decision, member_ref: str) -> list[Decision]:
    """Later copies of what this decided are left alone from now on. Returns the decisions on the earlier ones."""
    found = followers(decision)
    for campaign in Campaign.objects.filter(decision=decision.ref):
        decided(campaign, "", member_ref)
        copies = Decision.objects.filter(
            rule__startswith=f"{COPY_OF}{campaign.ref}", state=DecisionState.MADE
        )
        found += copies.filter(outcome__in=RESTRICTS).order_by("pk")
    return found


def end_in_time(decision: Decision) -> Decision:
    """A restriction whose period is over ends, and what nothing else restricts comes back. It was not wrong.

    Where only an order under secrecy still hides it, everything is written down and told as if it came back, and it
    does not.
    """
    if decision.subject_id:
        locked(decision.subject_id)
    found = Decision.objects.select_related("subject__key", "subject__author", "case__key")
    row = found.select_for_update(of=("self",)).get(pk=decision.pk)
    if row.state != DecisionState.MADE:
        return row
    end_decision(row)
    if (
        row.subject
        and not openly_in_force(row.subject).exists()
        and row.subject.state == SubjectState.CONTAINED
    ):
        outcome = Outcome.NONE if in_force(row.subject).exists() else Outcome.RESTORE
        back = as_in(row, outcome=outcome, words="", decided_by_machine=True)
        carry_out(write(back, row.subject, row.case, needs_second=False))
    else:
        queue_undoing(row, row)
    return row


def end_what_is_over() -> int:
    """Restrictions that were given an end, and have come to it. Safe to run again."""
    due = list(Decision.objects.filter(state=DecisionState.MADE, until__lte=now(), misuse=None)[:500])
    for decision in due:
        with transaction.atomic():
            end_in_time(decision)
    return len(due)


def _reverse(
    decision: Decision, member_ref: str, *, because: str, case: Case | None, final: bool = False,
    moderators_of: Subject | None = None,
) -> Decision:  # fmt: skip
    found = (
        Decision.objects.select_for_update(of=("self",))
        .select_related("subject__key", "subject__author", "case__key")
        .get(pk=decision.pk)
    )
    complaint = case is not None and case.kind == CaseKind.COMPLAINT
    _may_be_reversed(found, complaint=complaint or final)
    weighed = as_in(
        found, outcome=_what_follows(found), source="complaint" if complaint else found.source, words=because,
        decided_by=member_ref, reverses=found, moderators_of=moderators_of,
    )  # fmt: skip
    take_back_with(found, member_ref, because=because)
    reversal = write(weighed, found.subject, case, needs_second=False)
    take_again(found, reversal)
    return reversal


def _may_be_reversed(decision: Decision, *, complaint: bool) -> None:
    """A removal cannot be brought back; a complaint against it is upheld all the same."""
    reversible = {Outcome.CONTAIN, Outcome.LABEL, Outcome.MUTE} | ({Outcome.REMOVE} if complaint else set())
    standing = (DecisionState.MADE, DecisionState.ENDED) if complaint else (DecisionState.MADE,)
    if decision.outcome not in reversible or decision.state not in standing:
        raise Refused(
            _("This decision cannot be undone."),
            _(
                "Only what hides or labels, and is in force, can; a removal is final, and a reversed one is over."
            ),
            _("Look at its history."),
        )


def _what_follows(decision: Decision) -> Outcome:
    """It comes back only when nothing else restricts it, and what was removed never does."""
    subject = decision.subject
    if subject is None or subject.state == SubjectState.REMOVED or decision.state == DecisionState.ENDED:
        return Outcome.NONE
    if decision.outcome == Outcome.LABEL:
        return Outcome.UNLABEL
    if decision.outcome == Outcome.MUTE:
        return Outcome.UNMUTE
    return Outcome.NONE if in_force(subject).exclude(pk=decision.pk).exists() else Outcome.RESTORE
