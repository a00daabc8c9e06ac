"""Keep what came in, note what was read, put it on a desk."""

import hashlib
import hmac
import os
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction

from steelyard.arrivals.models import Arrival, Desk
from steelyard.base.clock import database_now, now
from steelyard.base.models import DispatchState
from steelyard.base.outbox import ring, still_mine
from steelyard.ledger.actions import Facts, record
from steelyard.vault.actions import keyed_hash, new_key, seal, unseal

_PLACE = "arrivals.arrival"
_READ = "arrivals.read"


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
def keep(raw: bytes, *, door: str, role: str, envelope: Envelope) -> Arrival:
    """Seal a message as it came, before anything parses it. When this returns it is safe, and may be acknowledged."""
    key, salt = new_key(), os.urandom(32)
    arrival = Arrival.objects.create(
        key=key,
        door=door,
        role=role,
        arrived_at=database_now(),
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
    by: str = "steelyard", because: str = "",
) -> bool:  # fmt: skip
    """Lay it on a desk, in the caller's transaction. False when another worker has it by now."""
    if arrival.state == DispatchState.SENDING and not still_mine(arrival):
        return False
    before, arrival.desk, arrival.kind = arrival.desk, desk, read.kind
    arrival.read = seal(arrival.key, msgspec.msgpack.encode(read), place=_READ)
    arrival.about_type, arrival.about = about_type, about
    arrival.language, arrival.by = language, by
    arrival.state, arrival.confirmed_at = DispatchState.CONFIRMED, now()
    arrival.save()
    record(
        "arrivals:arrival:sorted", actor=by, about=arrival, key=arrival.key, before=before, after=desk,
        because=because, facts=Facts(verb=desk, source="arrival", by="machine" if by == "steelyard" else "person"),
    )  # fmt: skip
    return True


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
