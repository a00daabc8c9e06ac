"""The protected register: accounts and channels of people who asked for it, or who hold a public role.

It answers yes or no about one thing at a time, to a person who says why, and each look is written down. Nothing lists
it, counts it or exports it: whoever has the table has keyed hashes.
"""

from enum import StrEnum

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput
from steelyard.ledger.actions import Facts, record
from steelyard.orders.models import Guarded
from steelyard.people.access import Presence, require_fresh
from steelyard.people.permissions import Permission
from steelyard.subjects.models import Subject
from steelyard.vault.actions import destroy, keyed_hash, new_key, seal, unseal

_PLACE, _MAY = "orders.guarded", Permission.ORDERS_REGISTER_KEEP


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
    _record("entered", row, presence, because=known_from)
    return row


@transaction.atomic
def look_up(presence: Presence, thing: Thing, *, because: str) -> tuple[Guarded, Entered] | None:
    """Whether this one thing stands on it, and why. The look is written down, whatever the answer is."""
    require_fresh(presence, _MAY)
    if not because.strip():
        raise BadInput(_("Say why you look."), _("Each look is written down."), field="because")
    row = Guarded.objects.select_related("key").filter(mark=_mark(thing)).first()
    _looked(presence, row, because=because)
    return (
        (row, msgspec.json.decode(unseal(row.key, row.sealed, place=_PLACE), type=Entered)) if row else None
    )


@transaction.atomic
def take_off(presence: Presence, thing: Thing, *, because: str) -> bool:
    """The person wishes it no longer, or the role has ended: the entry goes and its key is destroyed."""
    require_fresh(presence, _MAY)
    if not because.strip():
        raise BadInput(_("Say why."), field="because")
    row = (
        Guarded.objects.select_for_update(of=("self",))
        .select_related("key")
        .filter(mark=_mark(thing))
        .first()
    )
    if row is None:  # an answer as well: it is written down like any look
        _looked(presence, None, because=because)
        return False
    _record("taken_off", row, presence, because=because)
    key = row.key
    row.delete()
    destroy(key)
    return True


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


def _looked(presence: Presence, row: Guarded | None, *, because: str) -> None:
    record(
        "orders:register:looked", actor=presence.member.ref, about=row or presence.member,
        key=row.key if row else None, because=because, after="there" if row else "absent",
        facts=Facts(by="person"),
    )  # fmt: skip


def _record(what: str, row: Guarded, presence: Presence, *, because: str) -> None:
    """Outside nothing is told but that the register moved."""
    record(
        f"orders:register:{what}", actor=presence.member.ref, about=row, key=row.key, because=because,
        facts=Facts(by="person"),
    )  # fmt: skip
