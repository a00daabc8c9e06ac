"""What the ledger says: its leaves, its state, its files, and proofs."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from steelyard.base.errors import NoSuchThing
from steelyard.base.models import Referenced
from steelyard.ledger.models import (
    Disclosed,
    Entry,
    Head,
    Position,
    Record,
    SealedEntry,
    SealedKey,
    SealedPosition,
)
from steelyard.ledger.origin import folder, origin, sealed_folder
from steelyard.ledger.proof.checkpoint import read_checkpoint
from steelyard.ledger.proof.merkle import EMPTY, inclusion_proof
from steelyard.ledger.proof.receipt import receipt_text
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    WIDTH,
    Folder,
    Missing,
    hash_reader,
    read_entry,
    read_tile,
    tile_path,
    width_of,
)
from steelyard.vault.actions import unseal
from steelyard.vault.models import DataKey


@dataclass(frozen=True)
class LogState:
    size: int
    """Entries under the published checkpoint."""
    root: bytes
    checkpoint: str
    """The signed note as published; empty before the first."""
    origin: str


@dataclass(frozen=True)
class HistoryLine:
    """One private record. Once its key is destroyed only `at` (to the hour), `verb` and `entry` are left."""

    entry: str
    at: datetime
    verb: str
    actor: str = ""
    before: str = ""
    after: str = ""
    because: str = ""
    erased: bool = False


def entries(day: date | None = None) -> Iterator[dict[str, Any]]:
    """The leaves of one UTC day (None: of all), as written; those staged but not yet in the log too."""
    rows = Entry.objects.order_by("id")
    if day is not None:
        start = datetime.combine(day, time(), UTC)
        rows = rows.filter(created_at__gte=start, created_at__lt=start + timedelta(days=1))
    for leaf in rows.values_list("leaf", flat=True).iterator(chunk_size=5000):
        yield msgspec.json.decode(leaf)  # as read_leaf does, five times as fast: a day can be five million


def counted(day: date) -> list[tuple[dict[str, Any], int]]:
    """The leaves of one UTC day without what is a leaf's own (id, hour, commitments), and how many say the same.

    Counted inside the database, which can use both cores: a day can be five million leaves. Reading each as JSON
    takes four times as long, so what is a leaf's own is cut out of its bytes, and only what is left, once for each
    kind, is read. That is safe because leaves are canonical: names stand in their order, and no value can hold a
    bare quotation mark.
    """
    start = datetime.combine(day, time(), UTC)
    with connection.cursor() as cursor:
        cursor.execute(_COUNTED, [start, start + timedelta(days=1)])
        return [(msgspec.json.decode(bytes(facts)), n) for facts, n in cursor.fetchall()]


_COUNTED = """
    SELECT substring(leaf FOR body - 1) || substring(leaf FROM body + 81 FOR case_ - body - 81)
           || substring(leaf FROM case_ + 81 FOR hour - case_ - 81) || substring(leaf FROM instrument), count(*)
    FROM ledger_entry, LATERAL (SELECT
        position(',"body_commit":"'::bytea IN leaf) AS body, position(',"case_commit":"'::bytea IN leaf) AS case_,
        position(',"hour":"'::bytea IN leaf) AS hour, position(',"instrument":"'::bytea IN leaf) AS instrument) AS at
    WHERE created_at >= %s AND created_at < %s GROUP BY 1
"""


def leaves_of(verb: str) -> Iterator[dict[str, Any]]:
    """Every public leaf of one type, the oldest first, also those not yet in the log."""
    rows = Entry.objects.filter(verb=verb).order_by("id")
    for leaf in rows.values_list("leaf", flat=True).iterator(chunk_size=5000):
        yield msgspec.json.decode(leaf)


def log_state() -> LogState:
    """Where the published log stands."""
    text = _published_text(folder())
    if not text:
        return LogState(0, EMPTY, "", origin())
    published = read_checkpoint(text)
    return LogState(published.size, published.root, text, published.origin)


def staged_count() -> int:
    """Entries that wait for their place in the log."""
    head = Head.objects.first()
    return Entry.objects.count() - (head.size if head else 0)


def is_sealed(key: DataKey) -> bool:
    """Whether the matter with this key may not be told of. For access checks and for counts made from rows."""
    return SealedKey.objects.filter(key=key).exists()


def sealed_keys() -> QuerySet[SealedKey, int]:
    """The keys of matters that may not be told of, for `exclude(key__in=sealed_keys())`: public counts that
    are made from a room's own rows leave these out, as the public log does by itself."""
    return SealedKey.objects.values_list("key_id", flat=True)


def disclosed_at(key: DataKey) -> datetime | None:
    """When a matter that was under secrecy could be told of; None for one that never was."""
    return Disclosed.objects.filter(entry__key=key).order_by("at").values_list("at", flat=True).first()


def last_disclosed() -> dict[date, datetime]:
    """Days (UTC) with entries that were sealed and may be told now, and when the last of them was disclosed."""
    found: dict[date, datetime] = {}
    for happened, at in Disclosed.objects.order_by("at").values_list("entry__created_at", "at"):
        found[happened.astimezone(UTC).date()] = at
    return found


def history_of(about: Referenced) -> list[HistoryLine]:
    """The private records about one thing, oldest first, sealed ones too.

    Whoever calls this has checked access to `about`.
    """
    named = {"about_ref": about.ref, "about_type": about._meta.label_lower}
    open_ = Record.objects.filter(**named).select_related("entry", "key").order_by("entry_id")
    apart = SealedEntry.objects.filter(**named, disclosed=None).select_related("key").order_by("id")
    hidden = [_line(row, _opened(row.key, row.sealed, row.ref)) for row in apart]
    lines = [_line(row.entry, opened_record(row)) for row in open_]
    return sorted(lines + hidden, key=lambda line: line.at) if hidden else lines


def _line(entry: Entry | SealedEntry, opened: tuple[bytes, bytes] | None) -> HistoryLine:
    if opened is None:
        hour = entry.created_at.replace(minute=0, second=0, microsecond=0)
        return HistoryLine(entry.ref, hour, entry.verb, erased=True)
    body = json.loads(opened[1])
    told = {name: body[name] for name in ("actor", "before", "after", "because")}
    return HistoryLine(entry.ref, datetime.fromisoformat(body["at"]), body["verb"], **told)


def opened_record(row: Record) -> tuple[bytes, bytes] | None:
    """Salt and canonical body of a private record; None once its key is destroyed."""
    return _opened(row.key, row.sealed, row.entry.ref)


def _opened(key: DataKey, sealed: bytes | memoryview, ref: str) -> tuple[bytes, bytes] | None:
    if key.wrapped is None:
        return None
    opened = unseal(key, bytes(sealed), place=f"ledger.record:{ref}")
    return opened[:32], opened[32:]


# ---- proofs -----------------------------------------------------------------------------------------------


def proof_of(entry_ref: str) -> str | None:
    """The `.tlog-proof` of an entry, or None while no published checkpoint covers it.

    Of a sealed entry: its place in the sealed log. Whoever holds its reference was given it.
    """
    place = Position.objects.filter(entry__ref=entry_ref).first()
    return proof_at(place.index) if place else sealed_proof_of(entry_ref)


def proof_at(index: int) -> str | None:
    """The `.tlog-proof` of the entry at `index` under the published checkpoint, or None beyond it."""
    return _proof_in(folder(), index)


def sealed_proof_of(entry_ref: str) -> str | None:
    """The `.tlog-proof` of an entry in the sealed log. Once disclosed, it shows since when it stood there."""
    place = SealedPosition.objects.filter(entry__ref=entry_ref).first()
    return _proof_in(sealed_folder(), place.index) if place else None


def _proof_in(files: Path, index: int) -> str | None:
    text = _published_text(files)
    published = read_checkpoint(text) if text else None
    if published is None or not 0 <= index < published.size:
        return None
    log, size = Folder(files), published.size
    proof = inclusion_proof(hash_reader(log, size), index, size)
    return receipt_text(index, read_entry(log, index, size), proof, text)


# ---- files ------------------------------------------------------------------------------------------------


def checkpoint_bytes(*, sealed: bool = False) -> bytes:
    """`/ledger/checkpoint`: text/plain; charset=utf-8, to be cached for a few seconds at most."""
    if text := _published_text(_files(sealed)):
        return text.encode()
    raise NoSuchThing("The ledger has no checkpoint yet.", "Its sequencer has not started.")


def has_checkpoint(*, sealed: bool = False) -> bool:
    """Whether the log has published a checkpoint. The sealed one starts a moment after the other."""
    return bool(_published_text(_files(sealed)))


def vkeys_text(*, sealed: bool = False) -> str:
    """`/ledger/vkeys`: the verifier keys, one a line. Compare them with the ones published elsewhere."""
    try:
        return (_files(sealed) / "vkeys").read_text()
    except OSError:
        raise NoSuchThing("The ledger has no keys yet.", "Its sequencer has not started.") from None


def tile_bytes(path: str, *, sealed: bool = False) -> bytes:
    """`/ledger/tile/<path>`: application/octet-stream, immutable. `path` as in `0/x001/234.p/17`.

    Only what the published checkpoint covers is served; of the sealed log only hashes, never entries.
    Raises NoSuchThing for anything else.
    """
    text = _published_text(_files(sealed))
    level, number, width = _read_tile_path(path)
    size = read_checkpoint(text).size if text and not (sealed and level == ENTRIES) else 0
    if 0 < width <= width_of(level, number, size):
        try:
            return read_tile(Folder(_files(sealed)), level, number, width)
        except Missing:
            pass
    raise NoSuchThing("The log has no such tile.")


def _files(sealed: bool) -> Path:
    return sealed_folder() if sealed else folder()


def _read_tile_path(path: str) -> tuple[int, int, int]:
    """Level, number and width; width 0 for anything that is not exactly the one spelling of a tile."""
    shape = re.fullmatch(_TILE, path)
    if not shape:
        return 0, 0, 0
    level = ENTRIES if shape["level"] == "entries" else int(shape["level"])
    number, width = int(re.sub("[x/]", "", shape["number"])), int(shape["width"] or WIDTH)
    same = tile_path(level, number, width) == f"tile/{path}"
    return (level, number, width) if same else (0, 0, 0)


_TILE = (
    r"(?P<level>entries|[0-9]|[1-5][0-9]|6[0-3])/(?P<number>(x[0-9]{3}/){0,5}[0-9]{3})"
    r"(\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


def _published_text(files: Path) -> str:
    try:
        return (files / "checkpoint").read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
