"""Reports that a channel's own moderators see before the desk: which ones, for how long, and what then comes back.

Which they may be is the operator's word within the rulebook's (docs/decisions/0027); what they do with them is in
`flows.channel_moderators`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from steelyard.base.clock import database_now, now
from steelyard.base.config import config
from steelyard.base.errors import SteelyardError
from steelyard.cases.actions import end_referral, refer
from steelyard.cases.models import Case
from steelyard.cases.queries import lapsed_referrals, waiting_referral, was_referred
from steelyard.enforcement.connector import SeenReport, Surface, connector, connectors
from steelyard.enforcement.moderated import Moderated
from steelyard.flows.carry_out import author_language
from steelyard.flows.locate import Thing
from steelyard.letters.channel import tell_moderator, tell_reporter
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact, harms, rules
from steelyard.rulebook.shapes import duration
from steelyard.subjects.actions import know
from steelyard.subjects.states import Kind

TOLD_AT_MOST = 5
"""Moderators who are written to about one report."""


@dataclass(frozen=True)
class First:
    """Who sees a report before the desk, and the bot's account that they write to."""

    moderators: tuple[str, ...] = ()
    bot: str = ""


NOBODY = First()


def who_sees_first(report: SeenReport, thing: Thing | None) -> First:
    """The moderators to whom a report may go before the desk. Asks the platform: in no transaction.

    What is reported of whoever runs the channel, or of one of its moderators, is for the desk.
    """
    if thing is None or report.kind != "item" or report.encrypted or not _harm_may(report):
        return NOBODY
    post = report.post
    if post is None or post.surface != Surface.PUBLIC_CHANNEL or report.connector not in connectors():
        return NOBODY
    platform = connector(report.connector)
    if not isinstance(platform, Moderated):
        return NOBODY
    try:
        found = platform.moderators(post.channel)
        return NOBODY if post.author in found else First(found, platform.bot())
    except SteelyardError:  # it does not answer: the desk has the report, as always
        return NOBODY


def _harm_may(report: SeenReport) -> bool:
    named = str(report.body.get("harm", "")) or "other"
    never = fact("house.channel_moderators", now().date()).value["never"]
    settings = config().channel_moderators
    known = harms().get(named)
    return (
        known is not None
        and named in settings.harms
        and named not in never
        and f"terms.{named}" in rules(now().date())  # what no rule of ours forbids they cannot decide by it
        and known.severity <= settings.highest_severity
    )


def hand_to_moderators(case: Case, notice: Notice, first: First) -> None:
    """Inside the report's transaction. A case that was opened for something graver, or referred before, stays ours."""
    subject = case.subject
    if not first.moderators or subject is None or subject.channel is None:
        return
    waiting = waiting_referral(case)
    if waiting is None and (case.bases.count() > 1 or _too_grave(case) or was_referred(subject)):
        return
    referral = waiting or refer(case, subject.channel, _until(case))
    tell_reporter(notice, subject, "referred", until=referral.until)
    for account in () if waiting else first.moderators[:TOLD_AT_MOST]:
        person = know(subject.connector, Kind.ACCOUNT, account)
        tell_moderator(case, person, author_language(person), bot=first.bot, until=referral.until)


def _too_grave(case: Case) -> bool:
    return harms()[case.harm].severity > config().channel_moderators.highest_severity


def _until(case: Case) -> datetime:
    """At most half of the clock that the desk has: the other half is left when it comes back."""
    within = duration(fact("house.channel_moderators", now().date()).value["within"])
    clock = case.deadlines.order_by("ends_at").first()
    half = (clock.ends_at - clock.starts_at) / 2 if clock else within
    return database_now() + min(within, half)


def lapse_referrals() -> int:
    """What a channel's moderators did not act on in time is noted, and whoever reported it told. Safe to run again."""
    rows = list(lapsed_referrals()[:500])
    for row in rows:
        with transaction.atomic():
            end_referral(row.case, "lapse")
            for basis in row.case.bases.exclude(notice=None).select_related("notice__key"):
                if basis.notice and row.case.subject:
                    tell_reporter(basis.notice, row.case.subject, "lapsed")
    return len(rows)
