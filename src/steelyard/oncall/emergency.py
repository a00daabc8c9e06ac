"""What is said to the emergency line, the call-backs, and what it turned out to be. Called by flows."""

from datetime import datetime
from typing import Any

import msgspec

from steelyard.base.clock import database_now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.ledger.actions import Facts, record, seal_off
from steelyard.oncall.models import CallBack, Emergency
from steelyard.oncall.states import Verdict
from steelyard.people.models import Member
from steelyard.vault.actions import SEALED, new_key, seal, unseal
from steelyard.vault.models import DataKey

_SAID, _CALLED = "oncall.emergency", "oncall.call_back"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller told us. Nothing of it leaves the seal except to those who answer."""

    said: str
    where: str = ""
    number: str = ""
    name: str = ""


def take(
    said: Said,
    *,
    door: str,
    language: str,
    drill: str = "",
    month: str = "",
    arrived_at: datetime | None = None,
    key: DataKey | None = None,
) -> Emergency:
    """Write it down, sealed, in the caller's transaction.

    `key`: of the sealed ring where nobody may know of it; that of the order it is one matter with, where it has one.
    """
    key = key or new_key()
    row = Emergency.objects.create(
        key=key, door=door, language=language, arrived_at=arrived_at or database_now(), drill=drill, drill_month=month,
        sealed=seal(key, msgspec.json.encode(said), place=_SAID),
    )  # fmt: skip
    if key.ring == SEALED:
        seal_off(key, actor="steelyard", about=row)
    _record("received", row, "caller")
    return row


def said(row: Emergency) -> Said:
    return msgspec.json.decode(unseal(row.key, row.sealed, place=_SAID), type=Said)


def note_call_back(
    row: Emergency, member: Member, *, reached: bool, own_number: bool, words: str
) -> CallBack:
    """A person called back, or tried to, and says what came of it."""
    if not words.strip():
        raise BadInput(_("Say what came of the call."), field="words")
    sealed = seal(row.key, words.encode(), place=_CALLED)
    call = CallBack.objects.create(
        emergency=row, member=member, at=database_now(), reached=reached, own_number=own_number, sealed=sealed
    )
    _record("called_back", row, member.actor, because=words)
    return call


def words_of(call: CallBack) -> str:
    return unseal(call.emergency.key, call.sealed, place=_CALLED).decode()


def conclude(row: Emergency, member: Member, verdict: str, *, words: str) -> Emergency:
    """Say what it turned out to be, once."""
    if row.verdict:
        raise Refused(_("This has been concluded already."), do=_("Load the page again."))
    if verdict not in list(Verdict):
        raise BadInput(_("Say what it turned out to be."), field="verdict")
    if not words.strip():
        raise BadInput(_("Say what was done, or why nothing was."), field="words")
    row.verdict, row.verdict_at = verdict, database_now()
    row.save(update_fields=["verdict", "verdict_at"])
    _record("concluded", row, member.actor, after=verdict, because=words)
    return row


def lately(since: datetime) -> int:
    """How many emergencies have come since, played ones left out."""
    return Emergency.objects.filter(drill="", arrived_at__gte=since).count()


def _record(what: str, row: Emergency, actor: str, **more: Any) -> None:
    record(
        f"oncall:{'drill' if row.drill else 'emergency'}:{what}", actor=actor, about=row, key=row.key,
        facts=Facts(source="drill" if row.drill else "emergency", by="person"), **more,
    )  # fmt: skip
