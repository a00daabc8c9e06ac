"""The one action: write down what happened, in the transaction that makes it happen."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import rfc8785
from django.db import connection

from steelyard.base.clock import now
from steelyard.base.errors import Broken
from steelyard.base.identifiers import new_ref
from steelyard.base.models import Referenced
from steelyard.ledger.models import Entry, Record, RoomKey
from steelyard.ledger.proof.leaf import commitment
from steelyard.vault.actions import new_key, seal
from steelyard.vault.models import DataKey

VERSION = 1


@dataclass(frozen=True)
class Facts:
    """What strangers may count by. No personal data, no identifier of anybody, goes in here."""

    harm: str = ""
    verb: str = ""
    surface: str = ""
    source: str = ""
    ground: str = ""
    instrument: str = ""
    authority_country: str = ""
    reversal: bool = False
    digest: str = ""
    """SHA-256, hexadecimal, of a public file that this entry vouches for (a published day)"""
    by: str = ""
    """machine, person, two or nobody"""


NOTHING = Facts()


@dataclass(frozen=True)
class Happening:
    """One change, for `record_many`. The fields are those of `record`."""

    verb: str
    actor: str
    about: Referenced
    key: DataKey | None = None
    before: str = ""
    after: str = ""
    because: str = ""
    facts: Facts = NOTHING


def record(
    verb: str,
    *,
    actor: str,
    about: Referenced,
    key: DataKey | None = None,
    before: str = "",
    after: str = "",
    because: str = "",
    facts: Facts = NOTHING,
) -> Entry:
    """Stage one ledger entry in the caller's transaction.

    `verb` is the leaf's type (`cases:case:closed`). Actor, states and reason go into the private record,
    sealed under `key` (the subject's or the case's; without one, the ledger's own key of the month); only
    `facts` and two salted commitments are public. Raises Broken outside a transaction.
    """
    return record_many([Happening(verb, actor, about, key, before, after, because, facts)])[0]


def record_many(happenings: Iterable[Happening]) -> list[Entry]:
    """Stage one entry for each of these, in two statements. Same promises as `record`."""
    if not connection.in_atomic_block:
        raise Broken(
            "A ledger entry was about to be written outside a transaction.",
            "The change and its entry must be saved together or not at all.",
            "Wrap the action in transaction.atomic.",
        )
    moment = now()
    rows = [_prepare(happening, moment) for happening in happenings]
    Entry.objects.bulk_create([entry for entry, _ in rows])
    _store([record for _, record in rows], moment)
    return [entry for entry, _ in rows]


def _prepare(what: Happening, moment: datetime) -> tuple[Entry, Record]:
    ref, salt = new_ref(), os.urandom(32)
    about = str(what.about._meta.label_lower)
    body = private_body(what, about, moment)
    leaf = public_leaf(what, ref, moment, salt, body)
    entry = Entry(ref=ref, created_at=moment, verb=what.verb, leaf=leaf)
    sealed = salt + rfc8785.dumps(body)  # sealed below, once its key is known
    return entry, Record(entry=entry, about_type=about, about_ref=what.about.ref, key=what.key, sealed=sealed)


def private_body(what: Happening, about: str, moment: datetime) -> dict[str, str]:
    """The record that the leaf commits to."""
    return {
        "actor": what.actor,
        "about": about,
        "ref": what.about.ref,
        "at": moment.isoformat(),
        "verb": what.verb,
        "before": what.before,
        "after": what.after,
        "because": what.because,
    }


def public_leaf(what: Happening, ref: str, moment: datetime, salt: bytes, body: dict[str, str]) -> bytes:
    """The leaf's canonical bytes. The hour, not the moment: a moment can give a person away."""
    facts = what.facts
    return rfc8785.dumps(
        {
            "v": VERSION,
            "id": ref,
            "type": what.verb,
            "hour": moment.strftime("%Y-%m-%dT%HZ"),
            "harm": facts.harm,
            "verb": facts.verb,
            "surface": facts.surface,
            "source": facts.source,
            "ground": facts.ground,
            "instrument": facts.instrument,
            "authority_country": facts.authority_country,
            "reversal": facts.reversal,
            "digest": facts.digest,
            "by": facts.by,
            "case_commit": commitment(salt, case_bytes(body)),
            "body_commit": commitment(salt, rfc8785.dumps(body)),
        }
    )


def case_bytes(body: dict[str, str]) -> bytes:
    """What `case_commit` commits to: only what the entry is about."""
    return rfc8785.dumps({"about": body["about"], "ref": body["ref"]})


def _store(records: Sequence[Record], moment: datetime) -> None:
    own: DataKey | None = None
    for row in records:
        if row.key_id is None:
            row.key = own = own or _room_key(moment)
        row.sealed = seal(row.key, bytes(row.sealed), place=place(row.entry.ref))
    Record.objects.bulk_create(records)


def place(ref: str) -> str:
    """Ties a sealed record to its entry: moved to another row it does not open."""
    return f"ledger.record:{ref}"


def _room_key(moment: datetime) -> DataKey:
    month = moment.strftime("%Y-%m")
    row = RoomKey.objects.select_related("key").filter(month=month).first()
    if row is None:
        row, _ = RoomKey.objects.get_or_create(month=month, defaults={"key": new_key()})
    return row.key
