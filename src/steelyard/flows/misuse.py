"""Misuse (DSA Art. 23), from looking at somebody's own record to the end of a suspension. People decide every step.

What is shown is one person's record, opened from one matter of theirs; there is no list of people by numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.outbox import ring
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind, CaseState
from steelyard.decisions.access import complaint_for, decision_for
from steelyard.decisions.actions import Weighed, argument, countersign, words, write
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.queries import told_of
from steelyard.decisions.reasons import MISUSE
from steelyard.decisions.states import ComplaintState, DecisionState, Outcome
from steelyard.disclosure.suspicions import telling_waits
from steelyard.flows.carry_out import author_language, carry_out, kept_from_author
from steelyard.flows.lift import end_in_time, lift
from steelyard.flows.locate import locate, remember
from steelyard.letters.misuse import send_objection_answered, send_over, send_suspended, send_warning
from steelyard.misuse import actions
from steelyard.misuse.access import matter_behind, matter_for, matters, running
from steelyard.misuse.actions import Assessment, Whom
from steelyard.misuse.models import HeldNotice, Misuse
from steelyard.misuse.objections import object_to, objection_of
from steelyard.misuse.states import MisuseKind, MisuseState
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.people.access import Presence, nothing_here, require
from steelyard.people.models import Member
from steelyard.people.partner_access import mail_of
from steelyard.people.partners import Partner
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact, harms
from steelyard.subjects.models import Subject
from steelyard.subjects.queries import answers_for

MAY = Permission.MISUSE_MATTER_KEEP


@dataclass(frozen=True)
class Item:
    """One thing of theirs that a person may find manifest, when they have looked at it."""

    ref: str
    at: datetime
    harm: str
    words: str
    """What the decision said"""
    case: str
    """The case's reference; "" without one"""


@dataclass(frozen=True)
class Record:
    """One person's own record in the time frame of the rulebook."""

    kind: MisuseKind
    since: datetime
    items: tuple[Item, ...]
    total: int | None
    """Out of how many; None: nobody counts what was in order"""
    whom: Whom
    language: str
    account: Subject | None = None
    sender: str = ""
    partner: Partner | None = None
    running: Misuse | None = None


def record_of(presence: Presence, kind: MisuseKind, ref: str) -> Record:
    """The record behind one notice, complaint or decision of theirs. Raises NoSuchThing."""
    require(presence.member, MAY)
    since = now() - fact("house.misuse_window", now().date()).period()
    return {
        MisuseKind.NOTICES: _of_notices, MisuseKind.COMPLAINTS: _of_complaints, MisuseKind.CONTENT: _of_content,
    }[kind](presence.member, ref, since)  # fmt: skip


def warn(presence: Presence, kind: MisuseKind, ref: str, given: Assessment) -> Misuse:
    """The prior warning, and the letter. Raises BadInput or Refused."""
    seen = record_of(presence, kind, ref)
    if seen.running:
        raise Refused(_("There is a warning or a suspension already."), do=_("Go on from there."))
    found = _counted(seen, given)
    with transaction.atomic():
        matter = actions.warn(
            presence, kind, found, seen.whom, harm=_gravest(seen, found.items), language=seen.language,
            account=seen.account, sender=seen.sender, partner=seen.partner, kept_back=_waits(kind, seen.account),
        )  # fmt: skip
        if matter.warned_at:
            send_warning(matter)
            ring()
        return matter


def tell_warnings_kept_back(account: Subject | None) -> None:
    """What kept telling this account has ended, if nothing else does: the warning goes out, and counts from now on.

    In the caller's transaction.
    """
    found = Misuse.objects.select_for_update(of=("self",)).select_related("key")
    matter = found.filter(account=account, state=MisuseState.WARNED, warned_at__isnull=True).first()
    if account is None or matter is None or _waits(MisuseKind(matter.kind), account):
        return
    actions.warned(matter)
    send_warning(matter)
    ring()


def ask_suspension(presence: Presence, ref: str, given: Assessment, *, days: int) -> Misuse:
    """One person asks for it, on what came since the warning as well. Raises BadInput or Refused."""
    with transaction.atomic():
        matter = matter_for(presence.member, ref, lock=True)
        return actions.ask(presence, matter, _counted(record_behind(presence, matter), given), days=days)


def sign_suspension(presence: Presence, ref: str) -> Misuse:
    """Another person signs: it holds, and whom it is about is told how to answer."""
    with transaction.atomic():
        matter = matter_for(presence.member, ref, lock=True)
        actions.suspend(presence, matter)
        if matter.kind == MisuseKind.CONTENT:
            _stop_posting(matter, presence.member)
        else:
            send_suspended(matter)
        ring()
        return matter


def decline_suspension(presence: Presence, ref: str, *, because: str) -> Misuse:
    with transaction.atomic():
        return actions.decline_suspension(
            presence, matter_for(presence.member, ref, lock=True), because=because
        )


def object_by_link(token: str, text: str) -> None:
    """They say what is wrong with it, by the link of the letter. Raises NoSuchThing, BadInput or Refused."""
    with transaction.atomic():
        object_to(matter_behind(token, lock=True), text)


def answer_objection(presence: Presence, ref: str, text: str, *, lifted: bool) -> Misuse:
    """Somebody who had no part in it answers; lifted, everything is as before."""
    with transaction.atomic():
        matter = matter_for(presence.member, ref, lock=True)
        actions.answer_objection(presence.member, matter, text, lifted=lifted)
        if lifted and matter.decision and matter.decision.state == DecisionState.MADE:
            lift([matter.decision], presence.member.ref, because=text, case=None)
        if matter.warned_at and not _untold(matter):
            (send_over if lifted else send_objection_answered)(matter)
            ring()
        return matter


def end_due() -> int:
    """Suspensions whose period is over end, and warnings too old to count lapse. Safe to run again."""
    ended = 0
    for matter in Misuse.objects.filter(state=MisuseState.SUSPENDED, until__lte=now()):
        ended += _end(matter)
    lasts = fact("house.misuse_warning_lasts", now().date()).period()
    for matter in Misuse.objects.filter(state=MisuseState.WARNED, warned_at__lte=now() - lasts):
        ended += _end(matter)
    return ended


def take_up_held() -> int:
    """Notices that were kept while a suspension ran are taken up as if they had come today. Safe to run again."""
    waiting = HeldNotice.objects.filter(taken_up_at=None).exclude(
        misuse__state=MisuseState.SUSPENDED, misuse__until__gt=now()
    )
    rows = list(waiting.select_related("notice__key", "misuse__key").order_by("pk")[:100])
    for row in rows:
        found = locate(told(row.notice).links)
        with transaction.atomic():
            held = (
                HeldNotice.objects.select_for_update(of=("self",)).filter(pk=row.pk, taken_up_at=None).first()
            )
            if held is None:
                continue
            clock = fact("house.notice_decided", now().date())
            for thing in [one.thing for one in found if one.thing] or (None,):
                open_or_join(
                    CaseKind.NOTICE, remember(thing, origin="platform") if thing else None,
                    harm=row.notice.harm, language=row.notice.language, clock=clock, notice=row.notice,
                )  # fmt: skip
            actions.took_up(row)
    return len(rows)


@dataclass(frozen=True)
class MatterPage:
    matter: Misuse
    warning: Assessment
    suspension: Assessment | None
    objection: str
    answer: str
    record: Record
    own: bool
    """This member had a part in it"""
    held: int


def read_matter(presence: Presence, ref: str) -> MatterPage:
    matter = matter_for(presence.member, ref)
    return MatterPage(
        matter=matter, warning=actions.warning_of(matter), suspension=actions.suspension_of(matter),
        objection=objection_of(matter), answer=actions.answer_of(matter),
        record=record_behind(presence, matter),
        own=presence.member.ref in (matter.warned_by, matter.asked_by, matter.signed_by),
        held=matter.held.filter(taken_up_at=None).count(),
    )  # fmt: skip


def all_matters(presence: Presence) -> Sequence[Misuse]:
    return list(matters(presence.member)[:200])


@dataclass(frozen=True)
class TheirView:
    """The matter as whom it is about sees it."""

    kind: str
    state: str
    found: Assessment
    warned_at: datetime | None
    until: datetime | None
    objection: str
    answer: str
    may_object: bool


def their_matter(token: str) -> TheirView:
    """By the link of the letter. Raises NoSuchThing."""
    matter = matter_behind(token)
    untold = _untold(matter)
    state = MisuseState.WARNED if untold or matter.state == MisuseState.ASKED else MisuseState(matter.state)
    on = state in (MisuseState.WARNED, MisuseState.SUSPENDED)
    suspension = actions.suspension_of(matter) if matter.suspended_at and not untold else None
    return TheirView(
        kind=matter.kind, state=state, found=suspension or actions.warning_of(matter),
        warned_at=matter.warned_at, until=None if untold else matter.until, objection=objection_of(matter),
        answer=actions.answer_of(matter), may_object=on and matter.objected_at is None,
    )  # fmt: skip


def record_behind(presence: Presence, matter: Misuse) -> Record:
    """The record of whom a matter is about, as it is now."""
    since = now() - fact("house.misuse_window", now().date()).period()
    whom = actions.whom_of(matter)
    if matter.kind == MisuseKind.CONTENT and matter.account:
        return _content(presence.member, matter.account, since)
    if matter.kind == MisuseKind.NOTICES:
        return _notices(since, whom, matter.language, sender=matter.sender, partner=matter.partner)
    return _complaints(since, whom, matter.language, account=matter.account, sender=matter.sender)


def _of_notices(member: Member, ref: str, since: datetime) -> Record:
    require(member, Permission.NOTICES_NOTICE_READ)
    notice = Notice.objects.select_related("key", "partner__key").filter(ref=ref).first()
    if notice is None or not (notice.sender or notice.partner):
        raise nothing_here()
    sender = "" if notice.partner else notice.sender
    return _notices(since, _sender_of(notice), notice.language, sender=sender, partner=notice.partner)


def _notices(since: datetime, whom: Whom, language: str, *, sender: str, partner: Partner | None) -> Record:
    theirs = Q(partner=partner) if partner else Q(sender=sender, partner=None)
    mine = Notice.objects.filter(theirs, created_at__gte=since)
    items = []
    for notice in mine.filter(bases__case__state=CaseState.DECIDED).distinct().order_by("-pk")[:200]:
        basis = notice.bases.select_related("case__key").order_by("-pk").first()
        decision = (
            basis.case.decisions.filter(state=DecisionState.MADE).order_by("-pk").first() if basis else None
        )
        if basis and decision and decision.outcome == Outcome.NONE:
            items.append(Item(notice.ref, notice.created_at, notice.harm, words(decision), basis.case.ref))
    return Record(
        kind=MisuseKind.NOTICES, since=since, items=tuple(items), total=mine.count(), whom=whom, language=language,
        sender=sender, partner=partner, running=running(MisuseKind.NOTICES, sender=sender, partner=partner),
    )  # fmt: skip


def _of_complaints(member: Member, ref: str, since: datetime) -> Record:
    one = complaint_for(member, ref, Permission.DECISIONS_COMPLAINT_DECIDE, lock=False)
    if one.notice:
        return _complaints(
            since, _sender_of(one.notice), one.language, account=None, sender=one.notice.sender
        )
    account = answers_for(one.decision.subject)
    if account is None:
        raise nothing_here()
    whom = Whom(connector=account.connector, account=account.native_id)
    return _complaints(since, whom, one.language, account=account, sender="")


def _complaints(
    since: datetime, whom: Whom, language: str, *, account: Subject | None, sender: str
) -> Record:
    theirs = Q(notice__sender=sender) if sender else Q(notice=None) & (
        Q(decision__subject__author=account) | Q(decision__subject=account)
    )  # fmt: skip
    if not sender and account is None:
        raise nothing_here()
    mine = Complaint.objects.filter(theirs, created_at__gte=since)
    rejected = mine.filter(state=ComplaintState.REJECTED).select_related("case__key").order_by("-pk")[:200]
    return Record(
        kind=MisuseKind.COMPLAINTS, since=since, total=mine.count(), whom=whom, language=language, account=account,
        sender=sender, running=running(MisuseKind.COMPLAINTS, account=account, sender=sender),
        items=tuple(Item(one.ref, one.created_at, one.decision.harm, argument(one), one.case.ref) for one in rejected),
    )  # fmt: skip


def _of_content(member: Member, ref: str, since: datetime) -> Record:
    account = answers_for(decision_for(member, ref, Permission.DECISIONS_DECISION_READ, lock=False).subject)
    if account is None:
        raise nothing_here()
    return _content(member, account, since)


def _content(member: Member, account: Subject, since: datetime) -> Record:
    """What people found, not machines alone and not orders, and the author was told of: a warning counts it for
    them. How much of it was in order nobody counts."""
    found = told_of(member, Decision.objects.filter(subject__author=account)).filter(
        state=DecisionState.MADE, outcome__in=[Outcome.CONTAIN, Outcome.REMOVE], made_at__gte=since,
        decided_by_machine=False, moderators_of=None,
    )  # fmt: skip
    rows = (
        found.exclude(source="order")
        .exclude(statement=None)
        .select_related("subject__key", "case__key")
        .order_by("-pk")[:200]
    )
    return Record(
        kind=MisuseKind.CONTENT, since=since, total=None, language=author_language(account), account=account,
        whom=Whom(connector=account.connector, account=account.native_id),
        running=running(MisuseKind.CONTENT, account=account),
        items=tuple(
            Item(one.ref, one.made_at or one.created_at, one.harm, words(one), one.case.ref if one.case else "")
            for one in rows
        ),
    )  # fmt: skip


def _sender_of(notice: Notice) -> Whom:
    """Where we can write to whoever sent it."""
    if notice.partner:
        return Whom(mail=mail_of(notice.partner))
    given = told(notice)
    if given.email:
        return Whom(mail=given.email)
    connector = (notice.platform_event or "").partition(":")[0]
    return Whom(connector=connector, account=given.reporter)


def _counted(seen: Record, given: Assessment) -> Assessment:
    """The numbers come from the record, the words from the person; nothing is counted that is not theirs."""
    theirs = {item.ref for item in seen.items}
    if stray := set(given.items) - theirs:
        raise BadInput(_("Tick only what is in this record."), ", ".join(sorted(stray))[:200], field="items")
    return Assessment(
        since=seen.since.date().isoformat(), items=tuple(sorted(set(given.items))), total=seen.total,
        gravity=given.gravity.strip(), intention=given.intention.strip(),
    )  # fmt: skip


def _gravest(seen: Record, ticked: Sequence[str]) -> str:
    about = [item.harm for item in seen.items if item.ref in ticked] or ["other"]
    return max(about, key=lambda harm: harms()[harm].severity)


def _waits(kind: MisuseKind, account: Subject | None) -> bool:
    """Whether a warning is not to be told now: one about their posts would tell them that we look at these (Art. 18).

    What they say about the posts of others, in notices or complaints, they know themselves.
    """
    return kind == MisuseKind.CONTENT and telling_waits(account)


def _untold(matter: Misuse) -> bool:
    """Whether they were stopped from posting and may not know yet why."""
    decision = matter.decision
    return bool(decision and not hasattr(decision, "statement") and kept_from_author(decision))


def _stop_posting(matter: Misuse, second: Member) -> None:
    """Art. 23(1): a decision on the account like any other, with reasons and complaint, that ends by itself."""
    found = actions.suspension_of(matter)
    weighed = Weighed(
        outcome=Outcome.CONTAIN, harm=matter.harm, ground=MISUSE, source="notice", until=matter.until,
        decided_by=matter.asked_by, words=found.gravity if found else "",
    )  # fmt: skip
    decision = countersign(write(weighed, matter.account, None, needs_second=True), second)
    matter.decision = decision
    matter.save(update_fields=["decision"])
    carry_out(decision, language=matter.language)


def _end(matter: Misuse) -> bool:
    with transaction.atomic():
        row = Misuse.objects.select_for_update(of=("self",)).select_related("key").get(pk=matter.pk)
        if row.state != matter.state:
            return False
        was_suspended = row.state == MisuseState.SUSPENDED
        actions.end(row)
        if row.decision:
            end_in_time(row.decision)
        if was_suspended and not _untold(row):
            send_over(row)
            ring()
        return True
