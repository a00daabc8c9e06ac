"""The local check: the public files as a stranger would, then everything only we can see against them."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from django.db import connection

from steelyard.base.config import home
from steelyard.base.errors import Broken, Unreachable
from steelyard.ledger.actions import case_bytes
from steelyard.ledger.audit_sealed import audit_sealed
from steelyard.ledger.growth import Growth
from steelyard.ledger.models import Checkpoint, Entry, Head, Position, Record
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.checkpoint import checkpoint_text, read_checkpoint, read_state
from steelyard.ledger.proof.leaf import commits_to, read_leaf
from steelyard.ledger.proof.merkle import EMPTY, range_root
from steelyard.ledger.proof.note import BadNote, Key, read_key, verified_by
from steelyard.ledger.proof.rebuild import Fault
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    WIDTH,
    BadTile,
    Folder,
    Missing,
    beginning,
    hash_reader,
    read_bundle,
    read_tile,
    read_tile_path,
    width_of,
)
from steelyard.ledger.proof.verify import Report, verify
from steelyard.ledger.queries import opened_record
from steelyard.ledger.signer import client
from steelyard.ledger.signer.protocol import State

MOST_FAULTS = 100


def own_keys() -> list[Key]:
    """The log's keys as its own folder states them. Raises Missing or BadNote."""
    return [read_key(line) for line in Folder(folder()).read("vkeys").decode().split()]


def audit(tell: Callable[[int], None] = lambda _: None) -> Report:
    """Check the local log: its files, then the database and the signer's memory against them."""
    try:
        report = verify(folder(), own_keys(), tell=tell)
    except (Missing, BadNote) as fault:
        return Report(faults=(Fault("vkeys", str(fault)),))
    faults = list(report.faults)
    if report.root:
        faults += _leftovers_differ(report)
        faults += _signer_differs(report)
        faults += _entries_differ(report.size)
        faults += _head_differs(report)
        faults += _checkpoints_differ(report)
    faults += audit_sealed()
    return replace(report, faults=tuple(faults[:MOST_FAULTS]))


def _leftovers_differ(report: Report) -> list[Fault]:
    """The name, and tiles as they were when they held less: nothing needs them, readers may still ask."""
    faults = []
    if origin() != own_keys()[0].name:
        faults.append(Fault("origin", "It is not the name that the log's keys bear."))
    now_there: dict[tuple[int, int], bytes] = {}
    for file in sorted((folder() / "tile").rglob("*.p/*")):
        path = str(file.relative_to(folder()))
        level, number, width = read_tile_path(path)
        most = width_of(level, number, report.size)
        if width >= most:  # read by `verify`, or of a round that is under way
            continue
        with suppress(OSError, Missing, BadTile):  # dropped meanwhile; or the newest is bad, and named
            if (level, number) not in now_there:
                now_there[level, number] = read_tile(Folder(folder()), level, number, most)
            if file.read_bytes() != beginning(now_there[level, number], level, most, width):
                faults.append(Fault(path, "It is not how the tile began."))
    return faults


def _signer_differs(report: Report) -> list[Fault]:
    """What was signed last binds, whatever database and files say since."""
    told = _signer()
    faults = []
    if any(told.vkeys) and list(told.vkeys) != [str(key) for key in own_keys()]:
        faults.append(Fault("vkeys", "They are not the keys the signer holds."))
    _, size, root = read_state(told.last)
    head = Head.objects.first()
    if size > (head.assigned if head else 0):
        back = f"The log went back: one of {size} was signed, {report.size} is published."
        faults.append(Fault("checkpoint", back))
    elif size >= report.size and _database_root(size) != root:
        faults.append(Fault("database: entries", f"The first {size} do not have the root that was signed."))
    return faults


def _signer() -> State:
    """What the signer says; while it does not run, what it wrote down."""
    try:
        return client.state()
    except Unreachable:
        last = home() / "keys" / "ledger" / "last"
        text = last.read_text() if last.exists() else checkpoint_text(origin(), 0, EMPTY)
        return State(origin(), ("", ""), text)


def _database_root(size: int) -> bytes:
    """The root over the entries as the database has them; empty when one is missing."""
    growth, rows = Growth(), Position.objects.filter(index__lt=size).order_by("index")
    for leaf in rows.values_list("entry__leaf", flat=True).iterator(chunk_size=5000):
        if leaf is None:
            return b""
        growth.append([bytes(leaf)], unfinished=False)
    return growth.root() if growth.size == size else b""


def _head_differs(report: Report) -> list[Fault]:
    """Where the database says the log stands. Places are counted in one statement, so a round may run."""
    place = "database: head"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT size, root, note, assigned, (SELECT count(*) FROM ledger_position),"
            " (SELECT coalesce(max(index) + 1, 0) FROM ledger_position) FROM ledger_head"
        )
        row = cursor.fetchone()
    if row is None:
        return [Fault(place, "It is gone.")]
    size, root, note, assigned, count, end = row
    faults = []
    if not assigned == count == end:
        faults.append(Fault(place, f"It gave out {assigned} places; there are {count}, up to {end}."))
    if size < report.size:
        faults.append(Fault(place, f"It stands at {size}, {report.size} is published."))
    if size == report.size and bytes(root) != report.root:
        faults.append(Fault(place, f"Its root for {size} entries is not the published one."))
    if not _is_signed(note, size, bytes(root)):
        faults.append(
            Fault(place, "Its checkpoint is not signed by the log's keys, or not for its size and root.")
        )
    return faults


def _checkpoints_differ(report: Report) -> list[Fault]:
    faults = []
    read = hash_reader(Folder(folder()), report.size)
    rows = Checkpoint.objects.filter(size__lte=report.size).order_by("size")
    for row in rows.iterator():
        place = f"database: checkpoint {row.size}"
        try:
            whole = range_root(read, 0, row.size) == bytes(row.root)
        except (BadTile, Missing) as fault:
            faults.append(Fault(place, f"It cannot be compared: {fault}."))
            continue
        if not whole:
            faults.append(Fault(place, "It is not the log's state at that size."))
    if not rows.filter(size=report.size).exists():
        place = f"database: checkpoint {report.size}"
        faults.append(Fault(place, "It is published but the database lacks it."))
    return faults


def _is_signed(note: str, size: int, root: bytes) -> bool:
    try:
        found = read_checkpoint(note)
        return (found.size, found.root) == (size, root) and verified_by(found.note, own_keys()) == own_keys()
    except BadNote:
        return False


# ---- entries ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Row:
    index: int
    entry: Entry | None


def _entries_differ(size: int) -> list[Fault]:
    faults: list[Fault] = []
    rows = _rows(size)
    row = next(rows, None)
    for index, published in enumerate(_published(size)):
        if row is not None and row.index == index:
            faults += _entry_differs(index, row.entry, published)
            row = next(rows, None)
        else:
            faults.append(Fault(f"entry {index}", "The database has no entry at this place."))
        if len(faults) >= MOST_FAULTS:
            break
    return faults + _records_differ()


def _published(size: int) -> Iterator[bytes | None]:
    log = Folder(folder())
    for number in range((size + WIDTH - 1) // WIDTH):
        width = width_of(ENTRIES, number, size)
        try:
            yield from read_bundle(read_tile(log, ENTRIES, number, width), width)
        except (Missing, BadTile):  # named by `verify`
            yield from [None] * width


def _rows(size: int) -> Iterator[_Row]:
    """Places and entries as the database has them; an entry may be gone although its place is there."""
    places = Position.objects.filter(index__lt=size).order_by("index")
    for start in range(0, size, 10_000):
        part = list(
            places.filter(index__gte=start, index__lt=start + 10_000).values_list("index", "entry_id")
        )
        found = Entry.objects.in_bulk([entry for _, entry in part])
        for index, entry in part:
            yield _Row(index, found.get(entry))


def _entry_differs(index: int, entry: Entry | None, published: bytes | None) -> list[Fault]:
    place = f"entry {index}"
    if entry is None:
        return [Fault(place, "It was deleted from the database.")]
    place = f"{place} ({entry.ref})"
    if published is not None and bytes(entry.leaf) != published:
        return [Fault(place, "The database holds another text for it than the published log.")]
    try:
        leaf = read_leaf(bytes(entry.leaf))
    except ValueError as fault:
        return [Fault(place, str(fault))]
    shown = entry.ref, entry.verb, entry.created_at.strftime("%Y-%m-%dT%HZ")
    if shown != (leaf["id"], leaf["type"], leaf["hour"]):
        return [Fault(place, "Its columns in the database (ref, verb, time) are not what its leaf says.")]
    return []


def _records_differ() -> list[Fault]:
    """Each private record still opens, and is the one its entry committed to."""
    faults = []
    for entry in _without_record():
        faults.append(Fault(f"entry ({entry})", "Its private record was deleted."))
    for row in Record.objects.select_related("entry", "key").order_by("entry_id").iterator(chunk_size=2000):
        if not _record_holds(row):
            faults.append(
                Fault(f"entry ({row.entry.ref})", "Its private record is not the one it committed to.")
            )
        if len(faults) >= MOST_FAULTS:
            break
    return faults


def _without_record() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.ref FROM ledger_entry e WHERE NOT EXISTS"
            " (SELECT FROM ledger_record r WHERE r.entry_id = e.id) ORDER BY e.id LIMIT %s",
            [MOST_FAULTS],
        )
        return [ref for (ref,) in cursor.fetchall()]


def _record_holds(row: Record) -> bool:
    try:
        opened = opened_record(row)
        leaf = read_leaf(bytes(row.entry.leaf))
        if opened is None:  # erased, as it may be
            return True
        salt, body = opened
        told = json.loads(body)
    except (Broken, ValueError):
        return False
    return (
        (told["about"], told["ref"]) == (row.about_type, row.about_ref)
        and commits_to(leaf["body_commit"], salt, body)
        and commits_to(leaf["case_commit"], salt, case_bytes(told))
    )
