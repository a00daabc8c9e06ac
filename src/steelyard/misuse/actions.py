"""Warn, ask, sign, end, lift; hear what they say against it. Each with its ledger entry, by a person each time."""

from datetime import timedelta
from typing import Any

import msgspec
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.identifiers import fingerprint, new_token
from steelyard.base.states import next_state
from steelyard.decisions.models import Decision
from steelyard.ledger.actions import Facts, record
from steelyard.misuse.models import HeldNotice, Misuse
from steelyard.misuse.states import MOVES, MisuseKind, MisuseState
from steelyard.notices.models import Notice
from steelyard.people.access import Presence, require_fresh
from steelyard.people.actions import approve, ask_approval, decline, spend
from steelyard.people.models import Member
from steelyard.people.partners import Partner
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.subjects.models import Subject
from steelyard.vault.actions import new_key, seal, unseal

MAY, VERB = Permission.MISUSE_MATTER_KEEP, "misuse:matter:suspend"
_WHOM, _WARNING, _SUSPENSION, _ANSWER = (
    "misuse.whom", "misuse.warning", "misuse.suspension", "misuse.answer",
)  # fmt: skip


class Whom(msgspec.Struct, frozen=True, kw_only=True):
    """Where we write to them."""

    mail: str = ""
    connector: str = ""
    account: str = ""
    token: str = ""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """What a person weighed: the circumstances of Art. 23(3), letters (a) to (d)."""

    since: str
    """The first day of the time frame, ISO 8601"""
    items: tuple[str, ...]
    """(a) References of what the person found manifest, one by one; their number is the absolute number"""
    total: int | None
    """(b) Out of how many in the same time; None where nobody counts them"""
    gravity: str
    """(c) In the person's words"""
    intention: str
    """(d) In the person's words; "" where it cannot be identified"""


def warn(
    presence: Presence, kind: MisuseKind, found: Assessment, whom: Whom, *, harm: str, language: str,
    account: Subject | None = None, sender: str = "", partner: Partner | None = None, kept_back: bool = False,
) -> Misuse:  # fmt: skip
    """The prior warning (Art. 23(1) and (2)). In the caller's transaction. Raises BadInput.

    `kept_back`: they may not be told yet. It warns nobody until `warned`, and the public log is silent till then.
    """
    require_fresh(presence, MAY)
    _weighed(found, least=fact("house.misuse_least", now().date()).value)
    key, token = new_key(), new_token()
    matter = Misuse.objects.create(
        kind=kind, account=account, sender=sender, partner=partner, harm=harm, language=language, key=key,
        sealed_whom=seal(key, msgspec.msgpack.encode(msgspec.structs.replace(whom, token=token)), place=_WHOM),
        token=fingerprint(token), sealed_warning=seal(key, msgspec.msgpack.encode(found), place=_WARNING),
        warned_by=presence.member.ref, warned_at=None if kept_back else now(),
    )  # fmt: skip
    what = "kept_back" if kept_back else "warned"
    note(matter, what, presence.member.ref, because=found.gravity, sealed=kept_back)
    return matter


def warned(matter: Misuse) -> None:
    """A warning that was kept back goes out now, and counts from now. In the caller's transaction."""
    matter.warned_at = now()
    matter.save(update_fields=["warned_at"])
    note(matter, "warned", "steelyard", by="machine")


def ask(presence: Presence, matter: Misuse, found: Assessment, *, days: int) -> Misuse:
    """The first person asks for a suspension, after a warning that still counts. In the caller's transaction."""
    day = now().date()
    most = fact("house.misuse_suspended_for", day).period().days
    if matter.warned_at is None:
        raise Refused(
            _("The warning has not gone out yet."), _("Whom it is about may not be told now."),
            _("Go on when they have been warned."),
        )  # fmt: skip
    if now() > matter.warned_at + fact("house.misuse_warning_lasts", day).period():
        raise Refused(
            _("The warning is too old."),
            _("A suspension needs a prior warning (DSA Art. 23)."),
            _("Warn first."),
        )
    if matter.objected_at and matter.sealed_answer is None:
        raise Refused(
            _("What they say against the warning has no answer yet."), _("They were promised one."),
            _("Have somebody who had no part in it answer first."),
        )  # fmt: skip
    if not 1 <= days <= most:
        raise BadInput(_("Choose a period of 1 to %(most)s days.") % {"most": most}, field="days")
    _weighed(found, least=1)
    if not set(found.items) - set(warning_of(matter).items):
        raise BadInput(
            _("Nothing new has happened since the warning."), _("The warning was heeded."), field="items"
        )
    matter.days, matter.asked_by = days, presence.member.ref
    matter.sealed_suspension = seal(matter.key, msgspec.msgpack.encode(found), place=_SUSPENSION)
    _move(matter, "ask", presence.member.ref, because=found.gravity)
    matter.approval = ask_approval(presence, MAY, VERB, matter, payload_of(matter), because=found.gravity).ref
    matter.save()
    return matter


def payload_of(matter: Misuse) -> dict[str, Any]:
    """Exactly what both persons sign."""
    found = suspension_of(matter)
    return {
        "matter": matter.ref, "kind": matter.kind, "days": matter.days,
        "assessment": msgspec.to_builtins(found) if found else {},
    }  # fmt: skip


def suspend(presence: Presence, matter: Misuse) -> Misuse:
    """The second person signs: it holds from now on. In the caller's transaction."""
    approve(presence, matter.approval, payload_of(matter))
    spend(presence, matter.approval, VERB, matter, payload_of(matter))
    matter.signed_by, matter.suspended_at = presence.member.ref, now()
    matter.until = matter.suspended_at + timedelta(days=matter.days)
    matter.sealed_objection = matter.sealed_answer = matter.objected_at = None  # what was said to the warning
    _move(matter, "suspend", presence.member.ref, by="two")
    matter.save()
    return matter


def decline_suspension(presence: Presence, matter: Misuse, *, because: str) -> Misuse:
    """The second person does not agree: the warning stays."""
    decline(presence, matter.approval, because=because)
    _move(matter, "decline", presence.member.ref, because=because)
    matter.save()
    return matter


def end(matter: Misuse) -> Misuse:
    """The period is over, or the warning too old to count. In the caller's transaction."""
    move = "end" if matter.state == MisuseState.SUSPENDED else "lapse"
    matter.ended_at = now()
    _move(matter, move, "steelyard", by="machine")
    matter.save()
    return matter


def answer_objection(member: Member, matter: Misuse, text: str, *, lifted: bool) -> Misuse:
    """Somebody who had no part in it answers, and lifts it or leaves it. In the caller's transaction."""
    if member.ref in (matter.warned_by, matter.asked_by, matter.signed_by):
        raise Refused(
            _("You had a part in this yourself."), _("Somebody else answers what is said against it."),
            _("Leave it for a colleague."),
        )  # fmt: skip
    if not lifted and (matter.sealed_objection is None or matter.sealed_answer is not None):
        raise Refused(_("Nothing waits for an answer here."), do=_("Load the page again."))
    if not text.strip():
        raise BadInput(_("Answer what they say."), field="answer")
    matter.sealed_answer, matter.answered_by = seal(matter.key, text.encode(), place=_ANSWER), member.ref
    if lifted:
        matter.ended_at = now()
        _move(matter, "lift", member.ref, because=text)
    else:
        note(matter, "upheld", member.ref, because=text)
    matter.save()
    return matter


def take_back_with(decision: Decision, member_ref: str, *, because: str) -> None:
    """The decision that stopped an account was reversed: the suspension is taken back with it."""
    found = Misuse.objects.select_for_update(of=("self",)).select_related("key")
    if matter := found.filter(decision=decision, state=MisuseState.SUSPENDED).first():
        matter.ended_at = now()
        _move(matter, "lift", member_ref, because=because)
        matter.save()


def hold(matter: Misuse, notice: Notice) -> HeldNotice:
    """Keep a notice until the suspension is over. In the caller's transaction."""
    row = HeldNotice.objects.create(misuse=matter, notice=notice)
    record(
        "misuse:notice:held", actor="steelyard", about=row, key=notice.key, facts=_facts(matter, "machine")
    )
    return row


def took_up(row: HeldNotice) -> None:
    row.taken_up_at = now()
    row.save(update_fields=["taken_up_at"])
    record("misuse:notice:taken_up", actor="steelyard", about=row, key=row.notice.key,
           facts=_facts(row.misuse, "machine"))  # fmt: skip


def whom_of(matter: Misuse) -> Whom:
    return msgspec.msgpack.decode(unseal(matter.key, matter.sealed_whom, place=_WHOM), type=Whom)


def warning_of(matter: Misuse) -> Assessment:
    return msgspec.msgpack.decode(unseal(matter.key, matter.sealed_warning, place=_WARNING), type=Assessment)


def suspension_of(matter: Misuse) -> Assessment | None:
    """None while nobody has asked for one."""
    if matter.sealed_suspension is None:
        return None
    return msgspec.msgpack.decode(
        unseal(matter.key, matter.sealed_suspension, place=_SUSPENSION), type=Assessment
    )


def answer_of(matter: Misuse) -> str:
    return unseal(matter.key, matter.sealed_answer, place=_ANSWER).decode() if matter.sealed_answer else ""


def _weighed(found: Assessment, *, least: int) -> None:
    """All four circumstances, or it is no assessment. An intention that cannot be identified may stay empty."""
    if len(found.items) < least:
        raise BadInput(
            _("Tick at least %(least)s items that are manifest.") % {"least": least},
            _("“Frequently” is more than once."), field="items",
        )  # fmt: skip
    if not found.gravity.strip():
        raise BadInput(
            _("Say how grave it is."), _("The law asks for it (DSA Art. 23(3)(c))."), field="gravity"
        )


def _move(matter: Misuse, move: str, actor: str, *, because: str = "", by: str = "person") -> None:
    before, matter.state = matter.state, next_state(MOVES, move, MisuseState(matter.state))
    note(matter, matter.state, actor, because=because, before=before, by=by)


def note(
    matter: Misuse, what: str, actor: str, *, because: str = "", before: str = "", by: str = "person",
    sealed: bool = False,
) -> None:  # fmt: skip
    """The matter's ledger entry."""
    record(f"misuse:matter:{what}", actor=actor, about=matter, key=matter.key, before=before, after=matter.state,
           because=because, facts=_facts(matter, by), sealed=sealed)  # fmt: skip


def _facts(matter: Misuse, by: str) -> Facts:
    """Public: which of the three reasons of Art. 24(1)(b) it is, and about what. Never whose."""
    return Facts(harm=matter.harm, verb=matter.kind, by=by)
