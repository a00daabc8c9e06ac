"""Keep what came in, note what was read, put it on a desk."""

import hashlib
import hmac
import os
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from steelyard.arrivals.models import Arrival, Desk
from steelyard.base.clock import database_now, now
from steelyard.base.models import DispatchState
from steelyard.base.outbox import ring, still_mine
from steelyard.ledger.actions import Facts, disclose, record, seal_off
from steelyard.ledger.queries import is_sealed
from steelyard.vault.actions import SEALED, keyed_hash, new_key, seal, unseal

_PLACE = "arrivals.arrival"
_READ = "arrivals.read"
_AT_ONCE = timedelta(minutes=2)
"""For how long what a form took is left to the form's own request; after that a worker reads it."""


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """What the door itself saw; none of it proves who wrote."""

    sender: str = ""
    recipients: tuple[str, ...] = ()
    peer: str = ""
    helo: str = ""


class Kept(msgspec.Struct, frozen=True):
    salt: bytes
    raw: bytes
    envelope: Envelope


class Read(msgspec.Struct, frozen=True, kw_only=True):
    """What was read, for people; whoever put the message on its desk saw this."""

    sender: str = ""
    name: str = ""
    reply_to: str = ""
    """The address that answers were asked to; shown, never written to."""
    subject: str = ""
    text: str = ""
    attachments: tuple[dict[str, Any], ...] = ()
    """Each with name, type, text and, where it was not opened, why."""
    checks: dict[str, Any] = {}
    """SPF, DKIM, DMARC, ARC and signatures, as found: evidence, never proof."""
    kind: str = ""
    reasons: tuple[dict[str, Any], ...] = ()
    scores: dict[str, float] = {}
    country: str = ""
    instrument: str = ""
    reference: str = ""
    links: tuple[str, ...] = ()
    fields: dict[str, Any] = {}
    message_id: str = ""
    references: str = ""
    silent: str = ""
    """Why nothing is answered to it by machine; empty when it may be."""


def sender_mark(address: str) -> str:
    return keyed_hash(address.strip().casefold(), purpose="arrivals.sender")


@transaction.atomic
def keep(
    raw: bytes, *, door: str, role: str, envelope: Envelope, arrived_at: datetime | None = None,
    sorted_here: bool = False,
) -> Arrival:  # fmt: skip
    """Seal a message as it came, before anything parses it. When this returns it is safe, and may be acknowledged.

    `sorted_here`: the caller puts it on its desk in the same breath, so no worker takes it up meanwhile.
    `arrived_at`: when an earlier door had it.
    """
    key, salt, moment = new_key(), os.urandom(32), database_now()
    claimed = (
        {"state": DispatchState.SENDING, "fence": 1, "lease_until": moment + _AT_ONCE} if sorted_here else {}
    )
    arrival = Arrival.objects.create(
        **claimed,
        key=key,
        door=door,
        role=role,
        arrived_at=arrived_at or moment,
        sealed=seal(key, msgspec.msgpack.encode(Kept(salt, raw, envelope)), place=_PLACE),
        commitment=hmac.new(salt, raw, hashlib.sha256).hexdigest(),
        size=len(raw),
        sender=sender_mark(envelope.sender),
    )
    record(
        "arrivals:arrival:kept", actor="sender", about=arrival, key=key, after=arrival.commitment,
        facts=Facts(source="arrival", by="nobody"),
    )  # fmt: skip
    ring()
    return arrival


def kept(arrival: Arrival) -> Kept:
    """The message as it came, for machines."""
    return msgspec.msgpack.decode(unseal(arrival.key, arrival.sealed, place=_PLACE), type=Kept)


def read_in(arrival: Arrival) -> Read:
    """What was read in it; empty before anybody has."""
    if arrival.read is None:
        return Read()
    return msgspec.msgpack.decode(unseal(arrival.key, arrival.read, place=_READ), type=Read)


def put(
    arrival: Arrival, desk: Desk, read: Read, *, about_type: str = "", about: str = "", language: str = "",
    by: str = "steelyard", because: str = "", secret: bool = False,
) -> bool:  # fmt: skip
    """Lay it on a desk, in the caller's transaction. False when another worker has it by now.

    `secret`: what it is about may not be told of. Then it lies under a key of the sealed ring, like the matter.
    """
    if arrival.state == DispatchState.SENDING and not still_mine(arrival):
        return False
    if secret:
        _seal_away(arrival, by)
    before, arrival.desk, arrival.kind = arrival.desk, desk, read.kind
    arrival.read = seal(arrival.key, msgspec.msgpack.encode(read), place=_READ)
    arrival.about_type, arrival.about = about_type, about
    arrival.language, arrival.by = language, by
    if read.sender:  # answers go there; the envelope may name somebody else each time
        arrival.sender = sender_mark(read.sender)
    arrival.state, arrival.confirmed_at = DispatchState.CONFIRMED, now()
    arrival.save()
    record(
        "arrivals:arrival:sorted", actor=by, about=arrival, key=arrival.key, before=before, after=desk,
        because=because, facts=_sorted_by(by),
    )  # fmt: skip
    return True


def _sorted_by(by: str) -> Facts:
    """Without the desk: as many messages are sorted as are kept, and nobody can tell how many were orders."""
    return Facts(source="arrival", by="machine" if by == "steelyard" else "person")


def _seal_away(arrival: Arrival, by: str) -> None:
    """Its bytes move under a key of the sealed ring. What the public log says of it is what it says of any other."""
    if is_sealed(arrival.key):
        return
    message = kept(arrival)
    record("arrivals:arrival:sorted", actor=by, about=arrival, key=arrival.key, facts=_sorted_by(by))
    arrival.key = new_key(SEALED)
    arrival.sealed = seal(arrival.key, msgspec.msgpack.encode(message), place=_PLACE)
    seal_off(arrival.key, actor="steelyard", about=arrival)


def tell_with(about: str, *, actor: str, because: str) -> None:
    """The matter `about` may be told of from now on, and so may the messages in it."""
    for arrival in Arrival.objects.filter(about=about).select_related("key").order_by("pk"):
        if is_sealed(arrival.key):
            disclose(arrival.key, actor=actor, about=arrival, because=because)


def sent_since(address: str, since: datetime) -> int:
    """How many messages this sender has sent since then."""
    return Arrival.objects.filter(sender=sender_mark(address), arrived_at__gte=since).count()


def acknowledged(arrival: Arrival) -> None:
    arrival.acknowledged_at = now()
    arrival.save(update_fields=["acknowledged_at"])


def finish(arrival: Arrival, *, by: str) -> None:
    """A person says that nothing is left to do with it. In the caller's transaction."""
    arrival.done_at = now()
    arrival.save(update_fields=["done_at"])
    record("arrivals:arrival:done", actor=by, about=arrival, key=arrival.key, facts=Facts(by="person"))
