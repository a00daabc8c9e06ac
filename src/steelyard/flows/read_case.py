"""A case as the person who works on it sees it: why it is here, what was seen, what can be decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import Broken, NoSuchThing
from steelyard.cases.access import case_for
from steelyard.cases.models import Basis, Case, Deadline
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.access import complaint_for
from steelyard.decisions.actions import argument, contest_until, reasons_of, words
from steelyard.decisions.attachments import FileGiven, files_of, look_at_file
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.queries import answered_with, hidden_by_rules_alone, in_force, told_of
from steelyard.decisions.reasons import MISUSE, Reasons, compose
from steelyard.decisions.states import BACK, Outcome
from steelyard.decisions.strikes import Strike, strikes_of
from steelyard.enforcement.actions import limits_by_country
from steelyard.enforcement.connector import Ability, connector, connectors
from steelyard.enforcement.states import RESTRICTIONS, operation_for
from steelyard.evidence.actions import look, look_into
from steelyard.evidence.store import Closed, closed, from_outside, is_put_away
from steelyard.flows.accuracy import Accuracy, accuracy_of
from steelyard.flows.assess_order import assessment_of, widest_scope
from steelyard.flows.brigading import Crowd, crowd_of
from steelyard.flows.campaigns import COVERS
from steelyard.flows.carry_out import author_language
from steelyard.flows.decide_case import DecisionGiven, needs_two
from steelyard.flows.messages import Message, messages_of_case
from steelyard.ledger.queries import HistoryLine, history_of
from steelyard.notices.actions import Told, told
from steelyard.notices.models import BatchLine, Notice
from steelyard.orders.access import missing_for
from steelyard.orders.actions import sent
from steelyard.orders.assessment import Assessment
from steelyard.orders.given import OrderGiven
from steelyard.orders.models import Order
from steelyard.people.access import Presence, has, nothing_here, require_fresh
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import Rule, instruments, rules
from steelyard.screening.campaigns import Spread, campaign_of, spread_of
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import answers_for
from steelyard.subjects.states import Kind

SHOWN = 25
"""Reasons that a case page lists. However many say it, one case is decided on what is there to see."""


@dataclass(frozen=True)
class Why:
    """One reason why the case is here."""

    kind: str
    """finding, notice, order"""
    at: datetime
    rule: str = ""
    rule_state: str = ""
    spans: tuple[tuple[int, int], ...] = ()
    signals: tuple[str, ...] = ()
    told: Told | None = None
    door: str = ""
    order: Order | None = None
    sent: OrderGiven | None = None
    assessment: Assessment | None = None
    proven: bool | None = None
    """A report from inside the platform: the platform's own ciphertext proves the message, or the reporter says so"""
    line: str = ""
    """The partner's line, where the thread with them is"""
    partner: str = ""
    their_code: str = ""
    notice_ref: str = ""
    """The notice, where whoever sent it can be recognised again; "" otherwise"""
    widest: tuple[str, ...] = ()
    """Countries to which a measure may reach; () where the law sets no such limit."""


@dataclass(frozen=True)
class Clock:
    source: str
    status: str
    starts_at: datetime
    ends_at: datetime
    """What we work to."""
    met_at: datetime | None
    legal_ends_at: datetime
    """The end as the law counts it."""
    wall_ends_at: datetime
    """The plain period from its start; pauses do not move it."""
    keeps: bool
    """A time to keep something; nothing has to be done by its end."""
    paused_for: str
    """Why it stands still, by the rulebook's word; "" while it runs."""
    paused_at: datetime | None


@dataclass(frozen=True)
class CaseView:
    case: Case
    mine: bool
    text: str
    """The post as it was seen; "" when nothing was kept"""
    closed: Closed | None
    """What is put away; then `text` is empty unless it was opened with a reason"""
    spans: tuple[tuple[int, int], ...]
    posted_at: datetime | None
    channel: str
    surface: str
    why: tuple[Why, ...]
    clocks: tuple[Clock, ...]
    decisions: tuple[Decision, ...]
    words: dict[str, str]
    """Each decision's words, by its reference"""
    grounds: Sequence[Rule]
    law_ground: str
    """law.<instrument> where an order offers one whose sender is verified"""
    sender_unknown: bool
    """An order stands behind it whose sender nobody has verified: by itself it causes nothing"""
    abilities: dict[str, Ability]
    """What this platform can do, by outcome, with what is lost"""
    by_country: bool
    """The platform can hide it in some countries alone"""
    measures: dict[str, Ability]
    """The kinds of restriction that this platform has for it, by operation; {} where there is only one"""
    wider_than_asked: bool
    """The platform cannot restrict by country, so a measure reaches everywhere whatever an order asked for"""
    earlier: int
    """How many earlier decisions about this author's posts are in force"""
    strikes: tuple[Strike, ...]
    """Violations of the same person that people found and that are not old; a fact, and no more"""
    history: list[HistoryLine]
    complaint: Complaint | None
    argument: str
    complained_of: Reasons | None
    papers: tuple[tuple[str, str, int], ...]
    """Files that came with the complaint: reference, name, bytes"""
    accuracy: tuple[Accuracy, ...]
    """Of the notices in this case, what became of their senders' earlier ones"""
    crowd: Crowd | None
    """For a notice that many sent: which of them act as one, and why we think so"""
    others: tuple["StandsBeside", ...]
    """For a complaint: what else restricts the same thing"""
    hidden_by_rules: bool
    """Rules alone have hidden it, so whoever finds nothing wrong brings it back"""
    kind: str
    """post, channel, account; "" while nothing has been found"""
    about: str
    """A channel's or an account's own identifier"""
    somebody_is_told: bool
    """Whether we know who answers for it"""
    campaign: "Copies | None"
    """The near copies that a decision here holds for"""
    messages: tuple[Message, ...]
    """What its senders wrote by mail"""


@dataclass(frozen=True)
class Copies:
    """How far a campaign reaches, and its newest posts."""

    spread: Spread
    shown: tuple[Subject, ...]
    covered: bool
    """Whether a decision in this case holds for the others"""


@dataclass(frozen=True)
class StandsBeside:
    """Another decision in force on what a complaint is about."""

    decision: Decision
    together: bool
    """It says the same, so upholding the complaint reverses it too."""


def _clock(row: Deadline) -> Clock:
    pause = row.pauses.filter(ends_at=None).first() if row.paused_at else None
    return Clock(
        row.source, row.status, row.starts_at, row.ends_at, row.met_at, row.legal_ends_at, row.wall_ends_at,
        row.keeps, pause.reason if pause else "", row.paused_at,
    )  # fmt: skip


def read_case(presence: Presence, case_ref: str) -> CaseView:
    """One case, with the sealed post opened for this person and the look written down."""
    with transaction.atomic():
        case = case_for(presence.member, case_ref, Permission.CASES_CASE_READ)
        text = _text(presence, case)
        why = tuple(
            _why(basis, text)
            for basis in case.bases.select_related("finding", "notice__key", "order__key").order_by("pk")[
                :SHOWN
            ]
            if basis.finding is None or basis.finding.subject_id == case.subject_id  # copies are counted
        )
        decisions = tuple(case.decisions.select_related("subject__key", "case__key").order_by("pk"))
        complaint = Complaint.objects.select_related("case__key", "decision").filter(case=case).first()
        return CaseView(
            case=case,
            mine=case.claimed_by == presence.member.ref,
            text=text,
            closed=from_outside(case.subject),
            spans=tuple(span for one in why for span in one.spans),
            posted_at=case.subject.posted_at if case.subject else None,
            channel=_channel_name(case),
            surface=case.subject.surface if case.subject else "",
            why=why,
            clocks=tuple(_clock(deadline) for deadline in case.deadlines.order_by("pk")),
            decisions=decisions,
            words={decision.ref: words(decision) for decision in decisions},
            grounds=tuple(one for one in rules(now().date()).values() if one.id != MISUSE),
            law_ground=next(
                (f"law.{one.order.instrument}" for one in why if one.order and _binds(one.order)), ""
            ),
            sender_unknown=any(one.order and not _binds(one.order) for one in why),
            abilities=_abilities(case),
            measures=_measures(case),
            earlier=_earlier(presence.member, case),
            strikes=_strikes(presence.member, case),
            by_country=case.subject is not None and limits_by_country(case.subject),
            wider_than_asked=_wider_than_asked(case),
            history=history_of(case),
            complaint=complaint,
            argument=argument(complaint) if complaint else "",
            complained_of=_stated(complaint),
            papers=tuple((row.ref, name, row.size) for row, name in files_of(complaint)) if complaint else (),
            accuracy=_accuracy(case),
            crowd=crowd_of(case) if case.kind == CaseKind.NOTICE else None,
            others=_others(presence.member, complaint.decision) if complaint else (),
            hidden_by_rules=case.kind not in (CaseKind.ORDER, CaseKind.COMPLAINT)
            and bool(hidden_by_rules_alone(case.subject)),
            kind=case.subject.kind if case.subject else "",
            about=case.subject.native_id if case.subject and case.subject.kind != Kind.POST else "",
            somebody_is_told=answers_for(case.subject) is not None,
            campaign=_copies(case),
            messages=messages_of_case(case),
        )


_SHOWN = 20


def _binds(order: Order) -> bool:
    return not missing_for(order, kind="restrict")


def _strikes(member: Member, case: Case) -> tuple[Strike, ...]:
    """Not for a complaint: whether a decision was right does not depend on what else its author did."""
    return () if case.kind == CaseKind.COMPLAINT else tuple(strikes_of(member, answers_for(case.subject)))


def _accuracy(case: Case) -> tuple[Accuracy, ...]:
    notices = Notice.objects.filter(bases__case=case).exclude(sender="").order_by("pk")[:SHOWN]
    return tuple(accuracy_of(notices).values())


def open_closed(presence: Presence, case_ref: str, *, because: str) -> str:
    """What is put away, for who may and says why. Raises NoSuchThing, NotFresh or BadInput."""
    with transaction.atomic():
        case = case_for(presence.member, case_ref, Permission.EVIDENCE_STORE_OPEN)
        require_fresh(presence, Permission.EVIDENCE_STORE_OPEN)
        if case.subject is None or not is_put_away(case.subject):
            raise nothing_here()
        seen = look_into(presence.member.ref, case.subject, because=because)
        return seen.decode("utf-8", "replace")


def _copies(case: Case) -> Copies | None:
    campaign = campaign_of(case.subject)
    if campaign is None:
        return None
    others = Subject.objects.filter(campaign_post__campaign=campaign).exclude(pk=case.subject_id or 0)
    shown = tuple(others.select_related("channel", "author").order_by("-pk")[:_SHOWN])
    return Copies(spread_of(campaign), shown, case.kind in COVERS)


def _channel_name(case: Case) -> str:
    if case.subject is None:
        return ""
    channel = case.subject if case.subject.kind == Kind.CHANNEL else case.subject.channel
    return channel.name if channel else ""


def _others(member: Member, decision: Decision) -> tuple[StandsBeside, ...]:
    together = {other.pk for other in answered_with(decision)}
    found = told_of(member, in_force(decision.subject)).exclude(pk=decision.pk)
    return tuple(StandsBeside(other, other.pk in together) for other in found)


def preview(presence: Presence, case_ref: str, given: DecisionGiven) -> Reasons | None:
    """The statement of reasons as the author would get it, before anything is decided. Stores nothing."""
    from steelyard.flows.decide_case import _weigh  # the very same weighing as the decision itself

    case = case_for(presence.member, case_ref, Permission.CASES_CASE_DECIDE)
    if given.outcome == Outcome.RESTORE:
        return None
    weighed = _weigh(presence, case, given)
    if weighed.outcome == Outcome.NONE or case.subject is None:
        return None
    draft = Decision(
        case=case, subject=case.subject, outcome=weighed.outcome, harm=weighed.harm, ground=weighed.ground,
        ground_version=weighed.ground_version or "", source=weighed.source,
        found_by_machine=weighed.found_by_machine, decided_by_machine=False,
        authority_country=weighed.authority_country, territory=list(weighed.territory), label=weighed.label,
        measure=weighed.measure,
    )  # fmt: skip
    language = author_language(case.subject)
    return compose(draft, language, words=weighed.words, contest_until=contest_until())


def takes_two(case: Case, outcome: Outcome) -> bool:
    """Whether this decision waits for a second person."""
    return needs_two(case, outcome)


def _why(basis: Basis, text: str) -> Why:
    if basis.finding:
        spans = tuple((int(s["start"]), int(s["end"])) for s in basis.finding.spans)
        signals = tuple(basis.finding.signals)
        return Why("finding", basis.added_at, rule=basis.finding.rule, rule_state=basis.finding.rule_state,
                   spans=spans, signals=signals)  # fmt: skip
    if basis.notice:
        return _noticed(basis.notice, basis.added_at)
    if basis.order:
        return Why("order", basis.added_at, order=basis.order, sent=sent(basis.order), door=basis.order.door,
                   assessment=assessment_of(basis.order, (text,)), widest=widest_scope(basis.order))  # fmt: skip
    raise Broken("A case has a basis that is neither a finding, a notice nor an order.")


def _noticed(notice: Notice, at: datetime) -> Why:
    line = BatchLine.objects.select_related("batch__partner").filter(notice=notice).first()
    if line is None:
        said = told(notice)
        return Why("notice", at, told=said, door=notice.door, proven=said.proven,
                   notice_ref=notice.ref if notice.sender else "")  # fmt: skip
    code = line.batch.partner.scheme.get("codes", {}).get(line.code, {}).get("name", "")
    return Why("notice", at, told=told(notice), door=notice.door, line=line.ref,
               partner=line.batch.partner.name, notice_ref=notice.ref,
               their_code=f"{line.code} {code}".strip())  # fmt: skip


def _stated(complaint: Complaint | None) -> Reasons | None:
    """What the author was told; nothing where nothing had been restricted and a notifier complains."""
    statement = getattr(complaint.decision, "statement", None) if complaint else None
    return reasons_of(statement) if statement else None


def _text(presence: Presence, case: Case) -> str:
    if case.subject is None or not has(presence.member, Permission.EVIDENCE_EXHIBIT_LOOK):
        return ""
    try:
        seen = look(presence.member.ref, case.subject, because=f"case {case.ref}")
    except NoSuchThing:
        return ""
    return seen.decode("utf-8", "replace")


def _wider_than_asked(case: Case) -> bool:
    """Only an order has a territory; a notice and a rule are about our terms, which hold everywhere."""
    if case.kind != CaseKind.ORDER or case.subject is None or case.subject.connector not in connectors():
        return False
    return not connector(case.subject.connector).manifest.limits_by_country


def _abilities(case: Case) -> dict[str, Ability]:
    if case.subject is None or case.subject.connector not in connectors():
        return {}
    manifest = connector(case.subject.connector).manifest
    labels = case.kind != CaseKind.ORDER and not closed(case.harm)  # a label answers no order
    of_channels = (Outcome.MUTE, Outcome.UNMUTE)  # only a channel's own moderators
    outcomes = (one for one in Outcome if one not in of_channels and (labels or one != Outcome.LABEL))
    found = ((outcome, operation_for(case.subject.kind, outcome)) for outcome in outcomes)
    return {outcome: manifest.ability(op) for outcome, op in found if op and manifest.offers(op)}


def _measures(case: Case) -> dict[str, Ability]:
    if case.subject is None or case.subject.connector not in connectors():
        return {}
    manifest = connector(case.subject.connector).manifest
    offered = [one for one in RESTRICTIONS.get(Kind(case.subject.kind), ()) if manifest.offers(one)]
    return {one: manifest.ability(one) for one in offered} if len(offered) > 1 else {}


def _earlier(member: Member, case: Case) -> int:
    if case.subject is None or case.subject.author is None or case.kind == CaseKind.COMPLAINT:
        return 0
    found = told_of(member, Decision.objects.filter(subject__author=case.subject.author, state="made"))
    return found.exclude(case=case).exclude(outcome__in=[Outcome.NONE, *BACK]).count()


def named_instrument(id_: str, language: str) -> str:
    return instruments()[id_].name(language)


def waits_for_second(case: Case) -> Decision | None:
    """The proposed decision of a case that waits for its second signature."""
    if case.state != CaseState.SECOND_NEEDED:
        return None
    return case.decisions.filter(state="proposed").order_by("-pk").first()


def read_paper(presence: Presence, complaint_ref: str, ref: str) -> FileGiven:
    """One file that came with a complaint, for those who decide complaints; the look is written down."""
    with transaction.atomic():
        found = complaint_for(presence.member, complaint_ref, Permission.DECISIONS_COMPLAINT_READ)
        return look_at_file(presence.member, found, ref)[1]
