"""A decision is contested (DSA Art. 20), by the author or by whoever sent a notice: by link, without signing in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.errors import NoSuchThing, Refused, SteelyardError
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.decisions.access import statement_behind
from steelyard.decisions.actions import FIXED, may_ask_for_a_look, may_complain, take_complaint
from steelyard.decisions.attachments import FileGiven, attach, check_files
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import DecisionState
from steelyard.enforcement.connector import Target, connector, connectors
from steelyard.evidence.actions import keep, words_of
from steelyard.evidence.store import is_put_away
from steelyard.flows.resting import complaints_processed, notifiers_complaints_processed
from steelyard.letters.actions import address
from steelyard.letters.receipts import Prepared, ReceiptFile, issue, prepare
from steelyard.notices.access import notice_behind
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact
from steelyard.rulebook.shapes import Fact
from steelyard.subjects.models import Subject


@dataclass(frozen=True, kw_only=True)
class ComplaintGiven:
    points: tuple[str, ...] = ()
    text: str = ""
    language: str = "en"
    files: tuple[FileGiven, ...] = ()


def receive_complaint(token: str, given: ComplaintGiven) -> ReceiptFile:
    """Take a complaint within its window. Raises NoSuchThing, Refused, BadInput or Unreachable."""
    statement = statement_behind(token)
    may_complain(statement, now())
    complaints_processed(statement)
    moment = database_now()
    clock = fact("house.complaint_decided", moment.date())
    check_files(given.files)
    prepared = _prepared(given, clock, moment)
    with transaction.atomic():
        statement = statement_behind(token, lock=True)
        may_complain(statement, now())
        decision = statement.decision
        case = open_or_join(
            CaseKind.COMPLAINT, decision.subject, harm=decision.harm, language=given.language, clock=clock,
            arrived_at=moment,
        )  # fmt: skip
        complaint = take_complaint(
            decision, case, points=given.points, text=given.text, language=given.language
        )
        attach(complaint, given.files)
        return issue(
            prepared,
            complaint,
            key=case.key,
            follow_token=token,
            follow=address(given.language, f"d/{token}"),
        )


def changed_since(token: str) -> str:
    """What the platform shows of the post now, when that is not what was decided about; "" when it is, or when the
    platform cannot show it. Goes over the network. Raises NoSuchThing or Refused."""
    statement = statement_behind(token)
    may_ask_for_a_look(statement)
    subject = statement.decision.subject
    if subject is None or subject.connector not in connectors() or is_put_away(subject):
        return ""
    try:
        seen = shown_now(subject)
        return seen if seen != words_of(subject) else ""
    except SteelyardError:
        return ""


def shown_now(subject: Subject) -> str:
    """The words of a post as the platform has it now. Raises Unreachable, or NoSuchThing where it is gone."""
    where = Target(subject.native_id, subject.channel.native_id if subject.channel else "")
    seen = connector(subject.connector).fetch(where)
    if seen is None:
        raise NoSuchThing(_("The platform has no such post any more."))
    return seen.text


def ask_for_a_look(token: str, language: str) -> ReceiptFile:
    """The author has changed what was hidden, and asks that a person looks. Raises Refused while it is unchanged."""
    now_it_says = changed_since(token)
    if not now_it_says:
        raise Refused(
            _("The platform shows no change."), _("It may be unchanged, or the platform cannot show it to us."),
            _("Change it first, or complain."),
        )  # fmt: skip
    moment = database_now()
    clock = fact("house.complaint_decided", moment.date())
    given = ComplaintGiven(points=tuple(FIXED), language=language)
    prepared = _prepared(given, clock, moment)
    with transaction.atomic():
        statement = statement_behind(token, lock=True)
        may_ask_for_a_look(statement)
        decision = statement.decision
        assert decision.subject  # noqa: S101 - asked before
        keep(decision.subject, now_it_says.encode("utf-8", "replace"), origin="author")
        case = open_or_join(
            CaseKind.COMPLAINT, decision.subject, harm=decision.harm, language=language, clock=clock,
            arrived_at=moment,
        )  # fmt: skip
        asked = take_complaint(decision, case, points=tuple(FIXED), text="", language=language)
        follow = address(language, f"d/{token}")
        return issue(prepared, asked, key=case.key, follow_token=token, follow=follow)


def receive_notifiers_complaint(token: str, item: int, given: ComplaintGiven) -> ReceiptFile:
    """Whoever sent a notice contests what was decided on its `item`-th thing, by the link in their receipt.

    Raises NoSuchThing, Refused, BadInput or Unreachable.
    """
    check_files(given.files)
    notice = notice_behind(token)
    may_complain_of(notice, decision_of(notice, item))
    notifiers_complaints_processed(notice)
    moment = database_now()
    clock = fact("house.complaint_decided", moment.date())
    prepared = _prepared(given, clock, moment)
    with transaction.atomic():
        decision = decision_of(notice, item)
        complaint = complain_as_notifier(
            notice, decision, given.text, language=given.language, points=given.points, arrived_at=moment
        )
        attach(complaint, given.files)
        return issue(
            prepared, complaint, key=complaint.case.key, follow_token=token,
            follow=address(given.language, f"follow/{token}"),
        )  # fmt: skip


def complain_as_notifier(
    notice: Notice, decision: Decision | None, text: str, *, language: str, points: tuple[str, ...] = (),
    arrived_at: datetime | None = None,
) -> Complaint:  # fmt: skip
    """The complaint's row and its case, in the caller's transaction."""
    decision = may_complain_of(notice, decision)
    case = open_or_join(
        CaseKind.COMPLAINT, decision.subject, harm=decision.harm, language=language,
        clock=fact("house.complaint_decided", now().date()), arrived_at=arrived_at,
    )  # fmt: skip
    return take_complaint(decision, case, points=points, text=text, language=language, notice=notice)


def may_complain_of(notice: Notice, decision: Decision | None) -> Decision:
    """Within six months of the outcome, once for each decision (DSA Art. 20(1) and (2))."""
    if decision is None or decision.state != DecisionState.MADE or decision.made_at is None:
        raise Refused(_("There is no decision on this that can be contested."))
    if now() > decision.made_at + fact("dsa.complaint_window", now().date()).period():
        raise Refused(
            _("The time for a complaint is over."),
            do=_("You can still turn to a dispute body or a court."),
        )
    if decision.complaints.filter(notice=notice).exists():
        raise Refused(_("A complaint against this decision has already been made."))
    return decision


def decision_of(notice: Notice, item: int) -> Decision | None:
    """What was decided on the `item`-th thing of a notice, counted from 0 as its follow page does."""
    cases = [basis.case for basis in notice.bases.select_related("case").order_by("pk")]
    if not 0 <= item < len(cases):
        return None
    found = cases[item].decisions.filter(
        state__in=[DecisionState.MADE, DecisionState.REVERSED], reverses=None
    )
    return found.select_related("subject__key", "case__key").order_by("-pk").first()


def _prepared(given: ComplaintGiven, clock: Fact, moment: datetime) -> Prepared:
    return prepare(
        _told(given), what="complaint", door="portal", answer_by=moment + clock.period(),
        clock_source=clock.source, arrived_at=moment,
    )  # fmt: skip


def _told(given: ComplaintGiven) -> dict[str, Any]:
    """What the receipt vouches for: of files their names and SHA-256."""
    files = [{"name": one.name, "sha256": hashlib.sha256(one.content).hexdigest()} for one in given.files]
    told = {"points": list(given.points), "text": given.text, "language": given.language}
    return told | ({"files": files} if files else {})
