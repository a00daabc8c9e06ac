"""The register: what States, courts and regulators have going about the service; who answers by when, and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.errors import BadInput
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.markets.listed import nothing_uncleared, touched, uncleared
from steelyard.markets.models import Matter
from steelyard.markets.publishing import tell_anew
from steelyard.markets.said import PLACE, Said, said_of
from steelyard.markets.states import MATTER_MOVES, MatterKind, MatterState, Stance
from steelyard.markets.told import Told, newest_of
from steelyard.oncall.actions import ring
from steelyard.orders.listed.names import Hit
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.vault.actions import new_key, seal

_MAY = Permission.MARKETS_MATTER_KEEP


@dataclass(frozen=True)
class MatterLine:
    row: Matter
    said: Said
    told: Told | None
    """What is public of it now"""
    listed: tuple[Hit, ...]
    """Listed parties and States that it touches"""
    uncleared: tuple[Hit, ...]
    """Those that counsel has not looked at"""


@transaction.atomic
def keep_matter(
    presence: Presence, country: str, kind: MatterKind, said: Said, *, due_at: datetime | None = None,
    source: str = "", amount: Decimal | None = None, currency: str = "",
) -> Matter:  # fmt: skip
    """Take a matter into the register; whoever keeps it answers it. A fine needs its amount and currency."""
    require_fresh(presence, _MAY)
    if (kind == MatterKind.FINE) != (amount is not None and bool(currency)):
        raise BadInput(_("A fine has an amount and a currency, and nothing else has."), field="amount")
    key = new_key()
    row = Matter.objects.create(
        key=key, kind=kind, country=country.upper(), answers=presence.member.ref, due_at=due_at, source=source,
        sealed=seal(key, msgspec.json.encode(said), place=PLACE), amount=amount, currency=currency.upper(),
        next_step=_steps()[0] if due_at else None,
    )  # fmt: skip
    _record("kept", row, presence.member.actor, "", MatterState.OPEN)
    return row


@transaction.atomic
def move_matter(presence: Presence, ref: str, move: str, *, taken: str = "", stance: str = "") -> Matter:
    """`answer` it with the position taken, `ask_again` when they come back, `close` it."""
    require_fresh(presence, _MAY)
    row = Matter.objects.select_for_update(of=("self",)).select_related("key").filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    if move != "ask_again":
        nothing_uncleared(row)
    before, row.state = row.state, next_state(MATTER_MOVES, move, MatterState(row.state))
    if move == "answer":
        if not taken.strip():
            raise BadInput(_("Say which position we take."), field="taken")
        said = msgspec.structs.replace(said_of(row), taken=taken)
        row.sealed, row.stance = seal(row.key, msgspec.json.encode(said), place=PLACE), Stance(stance)
    row.save()
    tell_anew(row, presence.member.ref)
    _record(row.state, row, presence.member.actor, before, row.state)
    return row


def register_of(country: str) -> Sequence[MatterLine]:
    """Every matter of a country, the open ones first, by the day they are due."""
    rows = Matter.objects.filter(country=country.upper()).select_related("key")
    known = sorted(
        rows, key=lambda row: (row.state != MatterState.OPEN, row.due_at or row.created_at, row.pk)
    )
    return [MatterLine(row, said_of(row), newest_of(row), touched(row), uncleared(row)) for row in known]


@transaction.atomic
def ring_due(*, limit: int = 100) -> int:
    """Ring the person on call for each open matter whose time has come to a step. Safe to run again."""
    moment, rung, steps = database_now(), 0, _steps()
    rows = Matter.objects.select_for_update(skip_locked=True, of=("self",)).select_related("key")
    for row in rows.filter(state=MatterState.OPEN, next_step__isnull=False).order_by("due_at")[:limit]:
        due = [step for step in steps if step >= (row.next_step or 0) and _at(row, step) <= moment]
        if due:
            ring(row, reason=f"clock:markets.matter:{due[-1]}", urgency="clock")
            row.next_step = next((step for step in steps if step > due[-1]), None)
            row.save(update_fields=["next_step"])
            rung += 1
    return rung


def _steps() -> list[int]:
    """Percent of the time at which a person is rung."""
    found: list[int] = fact("house.clock_pages", now().date()).value["matter"]
    return found


def _at(row: Matter, step: int) -> datetime:
    due_at = row.due_at or row.created_at
    return row.created_at + (due_at - row.created_at) * step / 100


def _record(what: str, row: Matter, actor: str, before: str, after: str) -> None:
    """Outside nothing is told of it but that the register moved: a letter may be secret."""
    record(f"markets:matter:{what}", actor=actor, about=row, key=row.key, before=before, after=after,
           facts=Facts(by="person"))  # fmt: skip
