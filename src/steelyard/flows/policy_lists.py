"""Lists of whom others banned, and ours. A list is advice: nothing follows from it that a person did not decide."""

from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import Refused
from steelyard.decisions.access import decision_for
from steelyard.decisions.actions import key_of
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.enforcement.connector import connector
from steelyard.enforcement.elsewhere import Hit, ListedRule, ListKeeper
from steelyard.flows.carry_out import kept_from_author
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import require
from steelyard.people.models import Member
from steelyard.people.permissions import Permission
from steelyard.subjects.states import Kind

BAN = "m.ban"
LISTED_AS = {Kind.ACCOUNT: "account", Kind.CHANNEL: "channel"}


def read_list(member: Member, platform: str, room: str) -> tuple[tuple[ListedRule, ...], Hit]:
    """What somebody's list says, and whom it would hit here. Changes nothing. Raises Refused, Unreachable."""
    require(member, Permission.DECISIONS_DECISION_READ)
    return _keeper(platform).read_list(room)


def publish_decision(member: Member, platform: str, room: str, ref: str) -> str:
    """Put the account or channel of a decision in force on our own list. Its reason is the decision's ground.

    The log has it before the list does; after a crash in between, publishing again completes it.
    """
    keeper = _keeper(platform)
    with transaction.atomic():
        decision = decision_for(member, ref, Permission.DECISIONS_DECISION_UNDO)
        if decision.state != DecisionState.MADE or decision.outcome != Outcome.CONTAIN:
            raise Refused(_("Only what a decision in force restricts can be published."))
        if kept_from_author(decision):
            raise Refused(
                _("Whom this is about may not be told yet."), _("A list tells everybody."),
                _("Publish it once they were told."),
            )  # fmt: skip
        rule = _entry(decision, platform, BAN)
        _note(member, decision, "published")
    return keeper.publish_rule(room, rule)


def withdraw_decision(member: Member, platform: str, room: str, ref: str) -> str:
    """Take it off our list again, whatever became of the decision."""
    keeper = _keeper(platform)
    with transaction.atomic():
        decision = decision_for(member, ref, Permission.DECISIONS_DECISION_UNDO)
        rule = _entry(decision, platform, "")
        _note(member, decision, "withdrawn")
    return keeper.publish_rule(room, rule)


def _entry(decision: Decision, platform: str, recommendation: str) -> ListedRule:
    subject = decision.subject
    if subject is None or subject.connector != platform or Kind(subject.kind) not in LISTED_AS:
        raise Refused(_("Only an account or a channel of this platform can be put on a list."))
    return ListedRule(
        kind=LISTED_AS[Kind(subject.kind)], entity=subject.native_id, recommendation=recommendation,
        reason=decision.ground if recommendation else "", by="",
    )  # fmt: skip


def _note(member: Member, decision: Decision, what: str) -> None:
    record(
        f"enforcement:listing:{what}", actor=member.ref, about=decision, key=key_of(decision),
        facts=Facts(harm=decision.harm, by="person"),
    )  # fmt: skip


def _keeper(platform: str) -> ListKeeper:
    found = connector(platform)
    if not isinstance(found, ListKeeper):
        raise Refused(_("This platform has no policy lists."))
    return found
