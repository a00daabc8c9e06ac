"""The one action: write down what happened, in the transaction that makes it happen."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import rfc8785
from django.db import connection, transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Broken
from steelyard.base.identifiers import new_ref
from steelyard.base.models import Referenced
from steelyard.ledger.models import Entry, RoomKey, SealedEntry, SealedKey
from steelyard.ledger.proof.leaf import commitment
from steelyard.vault.actions import new_key, seal
from steelyard.vault.models import DataKey

VERSION = 1
LARGEST = 65_535  # an entry's length is two bytes in a tile


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
    sealed: bool = False


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
    sealed: bool = False,
) -> Entry | SealedEntry:
    """Stage one ledger entry in the caller's transaction.

    `verb` is the leaf's type (`cases:case:closed`). Actor, states and reason go into the private record,
    sealed under `key` (the subject's or the case's; without one, the ledger's own key of the month); only
    `facts` and two salted commitments are public. Raises Broken outside a transaction.

    `sealed` puts this one into the sealed log, of which the public sees hashes only. Not needed for a matter
    that was `seal_off`: everything under its key goes there by itself.
    """
    return record_many([Happening(verb, actor, about, key, before, after, because, facts, sealed)])[0]


def record_many(happenings: Iterable[Happening]) -> list[Entry | SealedEntry]:
    """Stage one entry for each of these, in one statement. Same promises as `record`."""
    if not connection.in_atomic_block:
        raise Broken(
            "A ledger entry was about to be written outside a transaction.",
            "The change and its entry must be saved together or not at all.",
            "Wrap the action in transaction.atomic.",
        )
    moment = now()
    rows = [_prepare(happening, moment) for happening in happenings]
    if any(row.happening.sealed and row.happening.key is None for row in rows):
        raise Broken(
            "A sealed entry was about to be written without the key of its matter.",
            "It could never be found again when the matter may be told.",
            "Give `key`.",
        )
    keys = {row.happening.key for row in rows}
    room = _room_key(moment) if None in keys else None
    return _insert(rows, [row.sealed(room) for row in rows], moment)


@dataclass(frozen=True)
class _Row:
    """One entry on its way into the tables."""

    happening: Happening
    ref: str
    leaf: bytes
    about: str
    body: bytes
    """Salt and canonical record, not yet sealed."""

    def sealed(self, room: DataKey | None) -> tuple[DataKey, bytes]:
        key = self.happening.key or room
        assert key  # noqa: S101 (the room's key was looked up if any row needs it)
        return key, seal(key, self.body, place=place(self.ref))


def _prepare(what: Happening, moment: datetime) -> _Row:
    ref, salt = new_ref(), os.urandom(32)
    body = private_body(what, moment)
    canonical = rfc8785.dumps(body)
    leaf = public_leaf(what, ref, moment, commitment(salt, case_bytes(body)), commitment(salt, canonical))
    return _Row(what, ref, leaf, body["about"], salt + canonical)


def _insert(
    rows: Sequence[_Row], sealed: Sequence[tuple[DataKey, bytes]], moment: datetime
) -> list[Entry | SealedEntry]:
    """All tables in one statement: this is written on every change there is, and a round trip costs more."""
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT,
            {
                "ref": [row.ref for row in rows],
                "at": moment,
                "verb": [row.happening.verb for row in rows],
                "leaf": [row.leaf for row in rows],
                "about_type": [row.about for row in rows],
                "about_ref": [row.happening.about.ref for row in rows],
                "key": [key.pk for key, _ in sealed],
                "sealed": [content for _, content in sealed],
                "apart": [row.happening.sealed for row in rows],
            },
        )
        written = {ref: (pk, xact) for pk, ref, xact in cursor.fetchall()}
    return [_as_saved(row, moment, *written[row.ref]) for row in rows]


_INSERT = """
    WITH given AS (
        SELECT g.*, g.told_apart OR EXISTS (SELECT FROM ledger_sealedkey k WHERE k.key_id = g.key) AS apart
        FROM unnest(%(ref)s::text[], %(verb)s::text[], %(leaf)s::bytea[], %(about_type)s::text[],
                    %(about_ref)s::text[], %(key)s::bigint[], %(sealed)s::bytea[], %(apart)s::boolean[])
        WITH ORDINALITY AS g (ref, verb, leaf, about_type, about_ref, key, sealed, told_apart, place)
    ), entry AS (
        INSERT INTO ledger_entry (ref, created_at, verb, leaf)
        SELECT ref, %(at)s, verb, leaf FROM given WHERE NOT apart ORDER BY place RETURNING id, ref, xact
    ), record AS (
        INSERT INTO ledger_record (entry_id, about_type, about_ref, key_id, sealed)
        SELECT entry.id, about_type, about_ref, key, sealed FROM given JOIN entry USING (ref)
    ), apart AS (
        INSERT INTO ledger_sealedentry (ref, created_at, verb, leaf, about_type, about_ref, key_id, sealed)
        SELECT ref, %(at)s, verb, leaf, about_type, about_ref, key, sealed FROM given WHERE apart ORDER BY place
        RETURNING id, ref
    )
    SELECT id, ref, xact FROM entry UNION ALL SELECT id, ref, NULL FROM apart
"""


def _as_saved(row: _Row, moment: datetime, pk: int, xact: int | None) -> Entry | SealedEntry:
    shared = {"pk": pk, "ref": row.ref, "created_at": moment, "verb": row.happening.verb, "leaf": row.leaf}
    entry = SealedEntry(**shared) if xact is None else Entry(**shared, xact=xact)
    entry._state.adding, entry._state.db = False, connection.alias
    return entry


# ---- matters that may not be told of ----------------------------------------------------------------------


@transaction.atomic
def seal_off(key: DataKey, *, actor: str, about: Referenced, because: str = "") -> None:
    """From now on everything recorded under `key`, in whatever room, goes into the sealed log.

    Call it before the first entry about the matter. What stands in the public log already stays there.
    """
    _, new = SealedKey.objects.get_or_create(key=key)
    if new:
        record("ledger:matter:sealed", actor=actor, about=about, key=key, because=because)


@transaction.atomic
def disclose(key: DataKey, *, actor: str, about: Referenced, because: str = "") -> frozenset[date]:
    """The matter may be told: its entries join the public log unchanged, with the hours they happened in.

    Returns the days whose published numbers are different now; `transparency` corrects each of them with a
    new version. Entries under this key are public from now on.
    """
    record("ledger:matter:disclosed", actor=actor, about=about, key=key, because=because)
    SealedKey.objects.filter(key=key).delete()
    with connection.cursor() as cursor:
        cursor.execute(_DISCLOSE, {"key": key.pk, "at": now()})
        return frozenset(day for (day,) in cursor.fetchall())


_DISCLOSE = """
    WITH told AS (
        SELECT s.* FROM ledger_sealedentry s
        WHERE s.key_id = %(key)s AND NOT EXISTS (SELECT FROM ledger_disclosed d WHERE d.entry_id = s.id)
    ), entry AS (
        INSERT INTO ledger_entry (ref, created_at, verb, leaf)
        SELECT ref, created_at, verb, leaf FROM told ORDER BY id RETURNING id, ref, created_at
    ), record AS (
        INSERT INTO ledger_record (entry_id, about_type, about_ref, key_id, sealed)
        SELECT entry.id, about_type, about_ref, key_id, sealed FROM told JOIN entry USING (ref)
    ), disclosed AS (
        INSERT INTO ledger_disclosed (entry_id, at) SELECT id, %(at)s FROM told
    )
    SELECT DISTINCT (created_at AT TIME ZONE 'UTC')::date FROM entry
"""


def private_body(what: Happening, moment: datetime) -> dict[str, str]:
    """The record that the leaf commits to."""
    return {
        "actor": what.actor,
        "about": str(what.about._meta.label_lower),
        "ref": what.about.ref,
        "at": moment.isoformat(),
        "verb": what.verb,
        "before": what.before,
        "after": what.after,
        "because": what.because,
    }


def public_leaf(what: Happening, ref: str, moment: datetime, case_commit: str, body_commit: str) -> bytes:
    """The leaf's canonical bytes. The hour, not the moment: a moment can give a person away."""
    facts = what.facts
    leaf = rfc8785.dumps(
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
            "case_commit": case_commit,
            "body_commit": body_commit,
        }
    )
    if len(leaf) > LARGEST:  # one that the log cannot hold would stop all that come after it
        raise BadInput("The facts of this ledger entry are too long.", f"{len(leaf)} bytes, {LARGEST} fit.")
    return leaf


def case_bytes(body: dict[str, str]) -> bytes:
    """What `case_commit` commits to: only what the entry is about."""
    return rfc8785.dumps({"about": body["about"], "ref": body["ref"]})


def place(ref: str) -> str:
    """Ties a sealed record to its entry: moved to another row it does not open."""
    return f"ledger.record:{ref}"


@transaction.atomic
def prepare_room_keys() -> None:
    """Make the keys of this month and the next before anybody needs them, so that nobody waits for another."""
    for moment in (now(), now().replace(day=1) + timedelta(days=32)):
        _room_key(moment)


def _room_key(moment: datetime) -> DataKey:
    month = moment.strftime("%Y-%m")
    row = RoomKey.objects.select_related("key").filter(month=month).first()
    if row is None:
        row, _ = RoomKey.objects.get_or_create(month=month, defaults={"key": new_key()})
    return row.key
