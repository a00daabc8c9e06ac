"""A channel's own moderators: which reports they see first, what they decide, and what comes back to the desk.

Every act of theirs is a decision with its words, its statement of reasons and its way to complain, marked as theirs
(docs/decisions/0026). Whether somebody is a moderator is read from the channel before each act, by whoever calls this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused, SteelyardError
from steelyard.base.identifiers import LENGTH
from steelyard.cases.actions import decide_in_channel, end_referral, refer
from steelyard.cases.models import Case
from steelyard.cases.queries import lapsed_referrals, waiting_referral, was_referred, with_moderators
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.enforcement.connector import SeenReport, Surface, connector, connectors
from steelyard.enforcement.moderated import Moderated
from steelyard.evidence.actions import look
from steelyard.flows.carry_out import author_language, carry_out
from steelyard.flows.lift import lift
from steelyard.flows.locate import Thing
from steelyard.letters.channel import tell_moderator, tell_reporter
from steelyard.notices.actions import told
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact, harms, rules
from steelyard.rulebook.shapes import duration
from steelyard.subjects.actions import know
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind

TOLD_AT_MOST = 5
"""Moderators who are written to about one report."""
SHORTEST = 5
"""Characters of a reference that name a case among the few that a channel has."""


@dataclass(frozen=True)
class Moderator:
    """Somebody who moderates channels on a platform, by the platform's own ids."""

    connector: str
    account: str

    def subject(self) -> Subject:
        return know(self.connector, Kind.ACCOUNT, self.account)


@dataclass(frozen=True)
class Waiting:
    """A report that waits for a channel's moderators."""

    ref: str
    channel: str
    harm: str
    reports: int
    until: datetime
    posted_at: datetime | None


@dataclass(frozen=True)
class Look:
    """What a moderator sees of it. Who reported it, and in which words, is not in it."""

    line: Waiting
    author: str
    text: str


# Which reports they see.


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


# What they see of them.


def reports_of(who: Moderator, channels: Iterable[str]) -> list[Waiting]:
    """What waits for the moderators of these channels, the oldest first."""
    return [_waiting(case) for case in with_moderators(channels, who.connector)]


def channels_of(who: Moderator, typed: str) -> list[tuple[str, str]]:
    """(channel, reported author) of the reports that wait on this platform and begin with `typed`; all for "".

    For asking the platform who moderates there; not for telling anybody.
    """
    wanted = _cleaned(typed)
    if typed and len(wanted) < SHORTEST:
        return []
    rows = with_moderators(None, who.connector).filter(ref__startswith=wanted)
    return list(rows.values_list("referral__channel__native_id", "subject__author__native_id").distinct())


@transaction.atomic
def look_at(who: Moderator, typed: str, channels: Iterable[str]) -> Look:
    """The post as it was seen. That this moderator looked is written down."""
    case = _named(who, typed, channels)
    assert case.subject  # noqa: S101
    text = look(who.subject().ref, case.subject, because=f"moderator of the channel, {case.ref}")
    author = case.subject.author.native_id if case.subject.author else ""
    return Look(_waiting(case), author, text.decode("utf-8", "replace"))


# What they decide.


@transaction.atomic
def decide_as_moderator(
    who: Moderator, typed: str, channels: Iterable[str], outcome: Outcome, *, because: str
) -> Decision:
    """`contain` takes the post away, `none` keeps it, `mute` takes it away and stops its author in this channel.

    Returns the decision on the post. Raises BadInput without a reason, NoSuchThing, or Refused.
    """
    _say_why(because)
    case = _named(who, typed, channels, lock=True)
    account = who.subject()
    if case.subject is None or case.subject.author_id == account.pk:
        raise Refused(_("It is about yourself."), _("Nobody decides about their own posts."))
    if _reported_by(case, who.account):
        raise Refused(_("You reported this yourself."), _("Somebody else decides it."))
    decide_in_channel(case, account.ref)
    on_post = Outcome.NONE if outcome == Outcome.NONE else Outcome.CONTAIN
    made = write(_weighed(case, account, on_post, because), case.subject, case, needs_second=False)
    carry_out(made)
    if outcome == Outcome.MUTE and case.subject.author:
        muted = _weighed(case, account, Outcome.MUTE, because)
        carry_out(write(muted, case.subject.author, None, needs_second=False))
    return made


@transaction.atomic
def hand_on(who: Moderator, typed: str, channels: Iterable[str], *, because: str = "") -> Case:
    """They leave it to the platform's team; the desk sees it at once."""
    case = _named(who, typed, channels, lock=True)
    end_referral(case, "hand_on", by=who.subject().ref, because=because)
    return case


@transaction.atomic
def let_write_again(who: Moderator, channel: str, account: str, *, because: str) -> Decision:
    """A moderator takes back that somebody was stopped in their channel."""
    _say_why(because)
    found = (
        Decision.objects.filter(
            outcome=Outcome.MUTE, state=DecisionState.MADE, subject__connector=who.connector,
            subject__native_id=account, moderators_of__native_id=channel,
        )
        .order_by("-pk")
        .first()
    )  # fmt: skip
    if found is None:
        raise NoSuchThing(_("No moderator has stopped this account here."))
    return lift([found], who.subject().ref, because=because, case=None, moderators_of=found.moderators_of)


def muted_channels(who: Moderator, account: str) -> list[str]:
    """The channels where a moderator has stopped this account from writing; for asking who moderates there."""
    rows = Decision.objects.filter(
        outcome=Outcome.MUTE, state=DecisionState.MADE, subject__connector=who.connector,
        subject__native_id=account,
    )  # fmt: skip
    return list(rows.values_list("moderators_of__native_id", flat=True).distinct())


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


def _weighed(case: Case, account: Subject, outcome: Outcome, because: str) -> Weighed:
    return Weighed(
        outcome=outcome, harm=case.harm, ground=f"terms.{case.harm}", source="notice", words=because,
        decided_by=account.ref, moderators_of=case.referral.channel,
    )  # fmt: skip


def _named(who: Moderator, typed: str, channels: Iterable[str], *, lock: bool = False) -> Case:
    wanted = typed.upper().replace("-", "")
    rows = with_moderators(channels, who.connector)
    rows = rows.filter(ref__startswith=wanted)
    found = (
        list((rows.select_for_update(of=("self",)) if lock else rows)[:2]) if len(wanted) >= SHORTEST else []
    )
    if len(found) != 1:
        raise NoSuchThing(
            _("No such report waits for you."), _("It may be decided, or with the platform’s team."),
            _("Ask for the list again."),
        )  # fmt: skip
    return found[0]


def _cleaned(typed: str) -> str:
    return typed.strip().upper().replace("-", "")[:LENGTH]


def _reported_by(case: Case, account: str) -> bool:
    bases = case.bases.exclude(notice=None).select_related("notice__key")
    return any(basis.notice and told(basis.notice).reporter == account for basis in bases)


def _say_why(because: str) -> None:
    if not because.strip():
        raise BadInput(_("Say why."), _("The author reads your reason."), _("One sentence is enough."))


def _waiting(case: Case) -> Waiting:
    channel = case.referral.channel
    return Waiting(
        ref=case.ref[:SHORTEST], channel=channel.name or channel.native_id, harm=case.harm,
        reports=case.bases.count(), until=case.referral.until,
        posted_at=case.subject.posted_at if case.subject else None,
    )  # fmt: skip
