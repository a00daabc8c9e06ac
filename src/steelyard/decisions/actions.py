"""Make a decision, have a second person countersign it, reverse it; take and decide a complaint."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.identifiers import fingerprint, new_token
from steelyard.base.states import next_state
from steelyard.base.wording import day
from steelyard.cases.models import Case
from steelyard.cases.states import OPEN_STATES
from steelyard.decisions.models import Complaint, Decision, Review, Statement
from steelyard.decisions.reasons import Reasons, compose
from steelyard.decisions.states import (
    COMPLAINT_MOVES,
    DECISION_MOVES,
    INSTEAD_OF,
    REVIEW_MOVES,
    ComplaintState,
    DecisionState,
    Outcome,
    ReviewState,
)
from steelyard.evidence.store import closed, give_back, put_away
from steelyard.ledger.actions import Facts, record
from steelyard.notices.models import Notice
from steelyard.people.models import Member
from steelyard.rulebook.queries import fact, rule
from steelyard.subjects.actions import locked, move
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind, SubjectState
from steelyard.vault.actions import SEALED, seal, unseal
from steelyard.vault.models import DataKey

_FACTS, _STATEMENT, _COMPLAINT, _ANSWER = (
    "decisions.facts", "decisions.statement", "decisions.complaint", "decisions.answer",
)  # fmt: skip
FIXED = ["fixed"]
"""The points of whoever has changed what was hidden and asks for a look: no complaint, and no bar to one."""
AFTERWARDS = {  # a label leaves a post as it is, and who may not write in one channel may elsewhere
    Outcome.CONTAIN: SubjectState.CONTAINED,
    Outcome.REMOVE: SubjectState.REMOVED,
    Outcome.RESTORE: SubjectState.VISIBLE,
}
LIFT = "lift"
"""What the public log says of every restriction that ends. Whether the thing came back or something else still hides it
is not told: where that is an order under secrecy, the difference between the two words would tell it."""
SUBJECT_MOVES = {Outcome.CONTAIN: "contain", Outcome.REMOVE: "remove", Outcome.RESTORE: "restore"}


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """Everything a decision says, before it is written down."""

    outcome: Outcome
    harm: str
    ground: str
    """terms.<rule> or law.<instrument>"""
    ground_version: str = ""
    """The law's own reference; for the terms it is filled in from the rulebook."""
    source: str
    words: str = ""
    found_by_machine: bool = False
    decided_by_machine: bool = False
    decided_by: str = ""
    label: str = ""
    measure: str = ""
    """Which restriction of a channel or an account; "" is the usual one"""
    moderators_of: Subject | None = None
    """The channel whose own moderator decides, `decided_by` being their account"""
    rule: str = ""
    territory: tuple[str, ...] = ()
    instrument: str = ""
    authority_country: str = ""
    until: datetime | None = None
    """When it ends by itself"""
    reverses: Decision | None = None


def as_in(decision: Decision, *, outcome: Outcome, **different: Any) -> Weighed:
    """What another decision says, in its words, with this outcome and what else is `different`."""
    same = Weighed(
        outcome=outcome, harm=decision.harm, ground=decision.ground, ground_version=decision.ground_version,
        source=decision.source, words=words(decision),
        measure=decision.measure if outcome == Outcome.CONTAIN else "",
    )  # fmt: skip
    return replace(same, **different)


def write(weighed: Weighed, subject: Subject | None, case: Case | None, *, needs_second: bool) -> Decision:
    """The decision's row: made at once, or proposed when a second person has to countersign."""
    decision = Decision(
        case=case,
        subject=subject,
        outcome=weighed.outcome,
        harm=weighed.harm,
        ground=weighed.ground,
        ground_version=weighed.ground_version or _version_of(weighed.ground),
        source=weighed.source,
        found_by_machine=weighed.found_by_machine,
        decided_by_machine=weighed.decided_by_machine,
        decided_by=weighed.decided_by,
        label=weighed.label,
        measure=weighed.measure,
        moderators_of=weighed.moderators_of,
        rule=weighed.rule,
        territory=list(weighed.territory),
        instrument=weighed.instrument,
        authority_country=weighed.authority_country,
        until=weighed.until,
        reverses=weighed.reverses,
        sealed_facts=seal(_key(subject, case), weighed.words.encode(), place=_FACTS),
        state=DecisionState.PROPOSED if needs_second else DecisionState.MADE,
    )
    if needs_second:
        decision.save()
        record("decisions:decision:proposed", actor=_actor(decision), about=decision, key=key_of(decision),
               after=decision.outcome, because=weighed.words, facts=public(decision))  # fmt: skip
        return decision
    return _make(decision, weighed.words)


def countersign(decision: Decision, second: Member) -> Decision:
    """The second signature: the decision is made. The one who proposed it cannot give it."""
    if second.ref == decision.decided_by:
        raise Refused(
            _("You proposed this decision yourself."),
            _("Two people means two different people."),
            _("Leave it for a colleague."),
        )
    decision.state = next_state(DECISION_MOVES, "countersign", DecisionState(decision.state))
    decision.second = second.ref
    return _make(decision, words(decision))


def make_alone(decision: Decision, because: str) -> Decision:
    """One person contains by themselves, because a law gives an hour and no second person came.

    Only what can be brought back exactly as it was. Whoever calls this has checked the clock.
    """
    if decision.outcome != Outcome.CONTAIN:
        raise Refused(_("Only hiding can be done alone."), _("It can be brought back exactly as it was."))
    decision.state = next_state(DECISION_MOVES, "make_alone", DecisionState(decision.state))
    made = _make(decision, words(decision))
    record("decisions:decision:alone", actor=_actor(decision), about=decision, key=key_of(decision),
           after=decision.outcome, because=because, facts=public(decision))  # fmt: skip
    return made


def open_review(decision: Decision, case: Case, *, after: timedelta, due_at: datetime) -> Review:
    """Inside the act's transaction: somebody else looks at what was done alone."""
    return Review.objects.create(decision=decision, case=case, after=after, due_at=due_at)


def close_review(review: Review, move: str, member: Member, *, because: str) -> Review:
    """`uphold` or `reverse`, by somebody other than the one who acted."""
    if member.ref == review.decision.decided_by:
        raise Refused(
            _("You did this yourself."), _("A review is another person's."), _("Leave it for a colleague.")
        )
    review.state = next_state(REVIEW_MOVES, move, ReviewState(review.state))
    review.reviewed_by, review.reviewed_at = member.ref, database_now()
    review.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    record(f"decisions:review:{review.state}", actor=member.ref, about=review, key=key_of(review.decision),
           after=review.state, because=because, facts=public(review.decision))  # fmt: skip
    return review


def decline(decision: Decision, second: str, *, because: str) -> Decision:
    """The second person (a member's reference) does not agree, or what it rested on is gone."""
    decision.state = next_state(DECISION_MOVES, "decline", DecisionState(decision.state))
    decision.second = second
    decision.save(update_fields=["state", "second"])
    record("decisions:decision:declined", actor=second, about=decision, key=key_of(decision),
           because=because, facts=public(decision))  # fmt: skip
    return decision


def end_decision(decision: Decision) -> Decision:
    """Its time is over. What it restricted is brought back by whoever calls this."""
    before, decision.state = decision.state, next_state(DECISION_MOVES, "end", DecisionState(decision.state))
    decision.save(update_fields=["state"])
    record("decisions:decision:ended", actor="steelyard", about=decision, key=key_of(decision),
           before=before, after=decision.state, facts=replace(public(decision), by="machine"))  # fmt: skip
    return decision


def _make(decision: Decision, because: str) -> Decision:
    """The moment a decision takes effect: the subject moves and the ledger says so."""
    before = ""
    if decision.subject_id and decision.outcome != Outcome.NONE:
        subject = locked(decision.subject_id)
        before = subject.state
        outcome = Outcome(decision.outcome)
        if before != AFTERWARDS.get(outcome, before):  # a person may confirm what a rule contained
            move(subject, SUBJECT_MOVES[outcome])
        decision.subject = subject
    decision.made_at = now()
    decision.save()
    if decision.reverses:
        decision.reverses.state = next_state(
            DECISION_MOVES, "reverse", DecisionState(decision.reverses.state)
        )
        decision.reverses.save(update_fields=["state"])
    record("decisions:decision:made", actor=_actor(decision), about=decision, key=key_of(decision),
           before=before, after=decision.outcome, because=because, facts=public(decision))  # fmt: skip
    _close_or_open(decision, because)
    return decision


def _close_or_open(decision: Decision, because: str) -> None:
    """What a person found to be abuse of a child is closed; what turned out to be none is evidence like any other."""
    if decision.subject is None or not closed(decision.harm):
        return
    if decision.outcome in (Outcome.CONTAIN, Outcome.REMOVE):
        put_away(decision.subject, decision.harm)
    elif decision.decided_by and not _said_elsewhere(decision):
        give_back(decision.subject, decision.decided_by, because=because)


def _said_elsewhere(decision: Decision) -> bool:
    """Another open case, or another decision in force, says it too."""
    harms = fact("house.closed_harms", now().date()).value
    about = {"subject": decision.subject, "harm__in": harms}
    cases = Case.objects.filter(**about, state__in=OPEN_STATES).exclude(pk=decision.case_id or 0)
    restricting = Decision.objects.filter(
        **about, state=DecisionState.MADE, outcome__in=[Outcome.CONTAIN, Outcome.REMOVE]
    )
    return cases.exists() or restricting.exclude(pk=decision.reverses_id or 0).exists()


def public(decision: Decision) -> Facts:
    """What the public log says of a decision. Every number of the day is counted from these."""
    kind = decision.subject.kind if decision.subject else ""
    outcome = LIFT if _lifts(decision) else decision.outcome
    return Facts(
        harm=decision.harm,
        verb=f"{outcome}_{kind}" if kind else outcome,
        surface=decision.subject.surface if decision.subject else "",
        source=decision.source,
        ground=decision.ground,
        instrument=decision.instrument,
        authority_country=decision.authority_country,
        reversal=decision.reverses_id is not None,
        by=_decided_by(decision),
    )


def _lifts(decision: Decision) -> bool:
    """It reverses another, brings something back, or is a restriction's end, which no person decides."""
    ended = decision.decided_by_machine and decision.outcome == Outcome.NONE
    return decision.reverses_id is not None or decision.outcome == Outcome.RESTORE or ended


def _decided_by(decision: Decision) -> str:
    if decision.decided_by_machine:
        return "machine"
    if decision.moderators_of_id:
        return "moderator"
    return "two" if decision.second else "person"


def state_reasons(decision: Decision, language: str) -> tuple[Statement, Reasons, str]:
    """Write the statement of reasons; returns it with the one copy of its link's token."""
    token = new_token()
    until = contest_until()
    reasons = compose(decision, language, words=words(decision), contest_until=until)
    statement = Statement.objects.create(
        decision=decision,
        language=language,
        sealed=seal(key_of(decision), msgspec.msgpack.encode(reasons), place=_STATEMENT),
        token=fingerprint(token),
        contest_until=until,
    )
    record("decisions:statement:issued", actor="steelyard", about=statement, key=key_of(decision),
           facts=public(decision))  # fmt: skip
    return statement, reasons, token


def contest_until() -> datetime:
    """The end of the complaint window of a decision made now (DSA Art. 20(1))."""
    return now() + fact("dsa.complaint_window", now().date()).period()


def reasons_of(statement: Statement) -> Reasons:
    opened = unseal(key_of(statement.decision), statement.sealed, place=_STATEMENT)
    return msgspec.msgpack.decode(opened, type=Reasons)


def words(decision: Decision) -> str:
    """The decider's own words."""
    return unseal(key_of(decision), decision.sealed_facts, place=_FACTS).decode()


def words_for_others(decision: Decision) -> str:
    """Why, for whoever is not its author. What answers a complaint quotes what the author told us in confidence: others
    read why the thing was restricted in the first place."""
    if decision.rule.startswith(INSTEAD_OF):
        found = Decision.objects.filter(ref=decision.rule.removeprefix(INSTEAD_OF))
        return words_for_others(found.select_related("subject__key", "case__key").get())
    return "" if decision.source == "complaint" else words(decision)


def may_complain(statement: Statement, moment: datetime) -> None:
    """Raises Refused when the window is over, the decision is no longer in force, or one is under way."""
    if moment > statement.contest_until:
        raise Refused(
            _("The time for a complaint is over."),
            _("It ended on %(day)s.") % {"day": day(statement.contest_until)},
            _("You can still turn to a dispute body or a court."),
        )
    if statement.decision.state not in (DecisionState.MADE, DecisionState.ENDED):
        raise Refused(_("This decision has been reversed."), _("There is nothing left to contest."))
    if statement.decision.complaints.filter(notice=None).exclude(points=FIXED).exists():
        raise Refused(
            _("A complaint against this decision has already been made."),
            do=_("Follow it on this page, or turn to a dispute body or a court."),
        )


def may_ask_for_a_look(statement: Statement) -> None:
    """Raises Refused unless a post is hidden for now by this decision, and nobody looks already."""
    decision = statement.decision
    kind = decision.subject.kind if decision.subject else ""
    if (decision.state, decision.outcome, kind) != (DecisionState.MADE, Outcome.CONTAIN, Kind.POST):
        raise Refused(
            _("This cannot be fixed by changing it."), do=_("You can complain, or go to a dispute body.")
        )
    if decision.source == "order":
        raise Refused(
            _("This was ordered by an authority."), do=_("You can complain, or go to a dispute body.")
        )
    if decision.complaints.filter(notice=None, points=FIXED, state=ComplaintState.RECEIVED).exists():
        raise Refused(_("A person is looking at what you changed."), do=_("Follow it on this page."))


def take_complaint(
    decision: Decision, case: Case, *, points: tuple[str, ...], text: str, language: str,
    notice: Notice | None = None,
) -> Complaint:  # fmt: skip
    """Keep a complaint, sealed: of the author, or of whoever sent `notice`."""
    if not text.strip() and not points:
        raise BadInput(
            _("Tell us what we got wrong."),
            _("The complaint is empty."),
            _("One sentence is enough."),
            field="text",
        )
    complaint = Complaint.objects.create(
        decision=decision,
        notice=notice,
        case=case,
        language=language,
        points=list(points),
        sealed=seal(case.key, text.encode(), place=_COMPLAINT),
    )
    record("decisions:complaint:received", actor="notifier" if notice else "author", about=complaint,
           key=case.key, facts=public(decision))  # fmt: skip
    return complaint


def argument(complaint: Complaint) -> str:
    """What the author wrote."""
    return unseal(complaint.case.key, complaint.sealed, place=_COMPLAINT).decode()


def answer(complaint: Complaint) -> str:
    """What we answered; "" while it is open."""
    if complaint.sealed_answer is None:
        return ""
    return unseal(complaint.case.key, complaint.sealed_answer, place=_ANSWER).decode()


def close_complaint(complaint: Complaint, member: Member, *, move_name: str, answer_text: str) -> None:
    """Uphold or reject. Only by a person who had no part in the decision (DSA Art. 20(6))."""
    no_part_in(complaint.decision, member)
    complaint.state = next_state(COMPLAINT_MOVES, move_name, ComplaintState(complaint.state))
    complaint.decided_by, complaint.decided_at = member.ref, now()
    complaint.sealed_answer = seal(complaint.case.key, answer_text.encode(), place=_ANSWER)
    complaint.save()
    record(f"decisions:complaint:{complaint.state}", actor=member.ref, about=complaint,
           key=complaint.case.key, because=answer_text,
           facts=replace(public(complaint.decision), by="person", reversal=False))  # fmt: skip


def no_part_in(decision: Decision, member: Member) -> None:
    """Raises Refused for whoever made or countersigned the decision."""
    if member.ref in (decision.decided_by, decision.second):
        raise Refused(
            _("You had a part in the decision complained of."),
            _("A complaint is decided by somebody else."),
            _("Leave it for a colleague."),
        )


def _actor(decision: Decision) -> str:
    return decision.decided_by or "steelyard"


def _version_of(ground: str) -> str:
    return rule(ground, now().date()).version.isoformat()


def _key(subject: Subject | None, case: Case | None) -> DataKey:
    if case and case.key.ring == SEALED:
        return case.key  # under secrecy: nothing of it stands under the key that the post shares with others
    found = subject.key if subject else case.key if case else None
    if found is None:
        raise BadInput(_("A decision needs a post, a channel, an account or a case."))
    return found


def key_of(decision: Decision) -> DataKey:
    return _key(decision.subject, decision.case)
