"""A channel's own moderators: what they see of the reports that wait for them (`flows.referrals`), what they decide.

Every act of theirs is a decision with its words, its statement of reasons and its way to complain, marked as theirs
(docs/decisions/0027). Whether somebody is a moderator is read from the channel before each act, by whoever calls this.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.base.identifiers import LENGTH
from steelyard.cases.actions import decide_in_channel, end_referral
from steelyard.cases.models import Case
from steelyard.cases.queries import with_moderators
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.evidence.actions import look
from steelyard.flows.carry_out import carry_out
from steelyard.flows.lift import lift
from steelyard.notices.actions import told
from steelyard.subjects.actions import know
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind

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


def _weighed(case: Case, account: Subject, outcome: Outcome, because: str) -> Weighed:
    return Weighed(
        outcome=outcome, harm=case.harm, ground=f"terms.{case.harm}", source="notice", words=because,
        decided_by=account.ref, moderators_of=case.referral.channel,
    )  # fmt: skip


def _named(who: Moderator, typed: str, channels: Iterable[str], *, lock: bool = False) -> Case:
    wanted = _cleaned(typed)
    rows = with_moderators(channels, who.connector).filter(ref__startswith=wanted)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = list(rows[:2]) if len(wanted) >= SHORTEST else []
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
