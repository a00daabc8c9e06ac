"""A member reports a post, a channel or an account from inside the platform.

However many do, it is one case, and a person decides: of the channel's own moderators first where the operator's policy
says so, else at the desk.
"""

from django.db import transaction

from steelyard.base.clock import now
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.enforcement.connector import SeenReport
from steelyard.flows.languages import language_of
from steelyard.flows.locate import locate_reported, remember
from steelyard.flows.referrals import hand_to_moderators, who_sees_first
from steelyard.flows.resting import resting_now
from steelyard.misuse.actions import hold
from steelyard.notices.actions import Told, take
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact, harms


def receive_report(report: SeenReport) -> Notice | None:
    """Take a report once per its id. None when it was taken before."""
    named = str(report.body.get("harm", ""))
    harm = named if named in harms() else "other"
    language = language_of(report.reason)
    event = f"{report.connector}:{report.id}"
    clock = fact("house.notice_decided", now().date())
    thing = locate_reported(report)
    first = who_sees_first(report, thing)
    with transaction.atomic():
        if Notice.objects.filter(platform_event=event).exists():
            return None
        notice = take(
            Told(links=(report.about.id,), explanation=report.reason, reporter=report.reporter, proven=_proven(report),
                 reporter_since=report.reporter_since.isoformat() if report.reporter_since else ""),
            door="platform", harm=harm, language=language, platform_event=event, connector=report.connector,
        )  # fmt: skip
        if resting := resting_now(notice.sender, harm, chosen=harm == named):
            hold(resting, notice)
            _acknowledge_soon(notice)
            return notice
        subject = remember(thing, origin="disclosed" if report.proven else "platform") if thing else None
        case = open_or_join(
            CaseKind.NOTICE, subject, harm=harm, language=language, clock=clock, notice=notice,
            referable=bool(first.moderators),
        )  # fmt: skip
        hand_to_moderators(case, notice, first)
        _acknowledge_soon(notice)
        return notice


def _acknowledge_soon(notice: Notice) -> None:
    from steelyard.flows.tasks import acknowledge_report

    acknowledge_report.defer(notice=notice.ref)


def _proven(report: SeenReport) -> bool | None:
    """Asked only of encrypted messages; a post that anybody may read proves itself."""
    return report.proven if report.encrypted else None
