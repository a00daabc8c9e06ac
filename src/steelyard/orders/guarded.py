"""The protected register: accounts and channels of people who asked for it, or who hold a public role.

It answers yes or no about one thing at a time, to a person who says why, and each look is written down. Nothing lists
it, counts it or exports it: whoever has the table has keyed hashes.
"""

from datetime import datetime
from enum import StrEnum

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.ledger.actions import Facts, record
from steelyard.orders.models import Guarded
from steelyard.people.access import Presence, require_fresh
from steelyard.people.actions import Approval, approve, ask_approval, spend
from steelyard.people.permissions import Permission
from steelyard.rulebook.queries import fact
from steelyard.subjects.models import Subject
from steelyard.vault.actions import destroy, keyed_hash, new_key, seal, unseal

_PLACE, _MAY = "orders.guarded", Permission.ORDERS_REGISTER_KEEP
OFF = "orders:register:off"
OWNER = "owner"
"""Actor and `by` of what the owner of an account did at our door"""


class Basis(StrEnum):
    OPT_IN = "opt_in"
    """The person asked to be on it."""
    PUBLIC_ROLE = "public_role"
    """A role that is public: an elected person, a newsroom, an observer, a candidate."""


class Thing(msgspec.Struct, frozen=True):
    """An account or a channel, by its platform's own identifier. No row is made for it: a row would tell of a look."""

    connector: str
    kind: str
    native_id: str


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """What is sealed of one entry."""

    thing: Thing
    known_from: str
    """How the wish or the role is known"""


@transaction.atomic
def enter(presence: Presence, thing: Thing, *, basis: Basis, known_from: str) -> Guarded:
    """Put one account or channel on the register, on its owner's wish or for a role that is public."""
    require_fresh(presence, _MAY)
    if not known_from.strip():
        raise BadInput(_("Say how the wish or the public role is known."), field="known_from")
    if found := Guarded.objects.select_related("key").filter(mark=_mark(thing)).first():
        _looked(presence, found, because=known_from)
        return found
    key = new_key()
    what = Entered(thing=thing, known_from=known_from)
    row = Guarded.objects.create(
        mark=_mark(thing), key=key, basis=basis, by=presence.member.ref,
        sealed=seal(key, msgspec.json.encode(what), place=_PLACE),
    )  # fmt: skip
    _record("entered", row, presence.member.ref, because=known_from)
    return row


@transaction.atomic
def look_up(presence: Presence, thing: Thing, *, because: str) -> tuple[Guarded, Entered] | None:
    """Whether this one thing stands on it, and why. The look is written down, whatever the answer is."""
    require_fresh(presence, _MAY)
    if not because.strip():
        raise BadInput(_("Say why you look."), _("Each look is written down."), field="because")
    row = Guarded.objects.select_related("key").filter(mark=_mark(thing)).first()
    _looked(presence, row, because=because)
    return (row, _entered(row)) if row else None


@transaction.atomic
def ask_take_off(presence: Presence, thing: Thing, *, because: str) -> Approval | None:
    """The first person: the role has ended, or the person said so outside the door. None: it is not there, which is
    an answer as well and written down like any look. The entry itself is shown to the second person, and kept in no
    request."""
    require_fresh(presence, _MAY)
    if not because.strip():
        raise BadInput(_("Say why."), field="because")
    row = Guarded.objects.select_related("key").filter(mark=_mark(thing)).first()
    _looked(presence, row, because=because)
    return ask_approval(presence, _MAY, OFF, row, {"register": row.ref}, because=because) if row else None


@transaction.atomic
def shown_to_second(presence: Presence, ref: str) -> Entered | None:
    """What the second person is asked to take off. Written down as a look; None once it is gone."""
    require_fresh(presence, _MAY)
    row = Guarded.objects.select_related("key").filter(ref=ref).first()
    if row is None:
        return None
    _looked(presence, row, because=_("Asked to be the second person for taking it off."))
    return _entered(row)


@transaction.atomic
def agree_take_off(presence: Presence, approval: str, ref: str, *, because: str) -> None:
    """The second person: the entry goes and its key is destroyed."""
    require_fresh(presence, _MAY)
    row = Guarded.objects.select_for_update(of=("self",)).select_related("key").filter(ref=ref).first()
    if row is None:
        raise Refused(_("It is not on the register any longer."), do=_("Decline what was asked."))
    done = approve(presence, approval, {"register": row.ref}, because=because)
    spend(presence, approval, OFF, row, {"register": row.ref})
    _gone(row, presence.member.ref, because=done.because, by="two")


@transaction.atomic
def enter_own(thing: Thing) -> bool:
    """The owner of an account, whom its platform has just recognised, asks for the brake. False: it was there."""
    if (
        row := Guarded.objects.select_for_update(of=("self",))
        .select_related("key")
        .filter(mark=_mark(thing))
        .first()
    ):
        _told(row, "kept" if row.off_at else "looked")
        row.off_at = None
        row.save(update_fields=["off_at"])
        return False
    key, what = (
        new_key(),
        Entered(thing=thing, known_from=_("Its owner, recognised by the platform, at our door")),
    )
    row = Guarded.objects.create(
        mark=_mark(thing), key=key, basis=Basis.OPT_IN, by=OWNER,
        sealed=seal(key, msgspec.json.encode(what), place=_PLACE),
    )  # fmt: skip
    _told(row, "entered")
    return True


@transaction.atomic
def wish_off(thing: Thing) -> datetime | None:
    """The owner wishes it no longer: it goes when this time has come, unless they ask for it again. None: not there.

    Not at once: whoever has got hold of an account would take its protection away first.
    """
    row = (
        Guarded.objects.select_for_update(of=("self",))
        .select_related("key")
        .filter(mark=_mark(thing))
        .first()
    )
    if row is None:
        return None
    if row.off_at is None:
        row.off_at = now() + fact("house.register_off_after", now().date()).period()
        row.save(update_fields=["off_at"])
        _told(row, "off_wished")
    return row.off_at


@transaction.atomic
def take_off_due(*, limit: int = 100) -> int:
    """Entries whose owners wished it and whose time has come. Returns how many. Safe to run again."""
    rows = Guarded.objects.select_for_update(of=("self",), skip_locked=True).select_related("key")
    due = list(rows.filter(off_at__lte=now()).order_by("pk")[:limit])
    for row in due:
        _gone(row, OWNER, because=_("Its owner wished so."), by="machine")
    return len(due)


def stands_there(subjects: list[Subject]) -> bool:
    """For the brake: whether any of these things, their authors or their channels is there; not which."""
    near = {
        _mark(Thing(one.connector, one.kind, one.native_id))
        for subject in subjects
        for one in (subject, subject.author, subject.channel)
        if one
    }
    return bool(near) and Guarded.objects.filter(mark__in=near).exists()


def _mark(thing: Thing) -> str:
    whole = "\x1f".join((thing.connector, thing.kind, thing.native_id))
    return keyed_hash(whole, purpose="orders.guarded")


def _entered(row: Guarded) -> Entered:
    return msgspec.json.decode(unseal(row.key, row.sealed, place=_PLACE), type=Entered)


def _gone(row: Guarded, actor: str, *, because: str, by: str) -> None:
    _record("taken_off", row, actor, because=because, by=by)
    key = row.key
    row.delete()
    destroy(key)


def _told(row: Guarded, what: str) -> None:
    _record(what, row, OWNER, because="", by="nobody")


def _looked(presence: Presence, row: Guarded | None, *, because: str) -> None:
    record(
        "orders:register:looked", actor=presence.member.ref, about=row or presence.member,
        key=row.key if row else None, because=because, after="there" if row else "absent",
        facts=Facts(by="person"),
    )  # fmt: skip


def _record(what: str, row: Guarded, actor: str, *, because: str, by: str = "person") -> None:
    """Outside nothing is told but that the register moved."""
    record(
        f"orders:register:{what}", actor=actor, about=row, key=row.key, because=because, facts=Facts(by=by)
    )
