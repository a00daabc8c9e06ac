"""The one process that gives entries their place and publishes checkpoints.

A round: decide places (one transaction, final) - write tiles - have the checkpoint signed - move the head
(one transaction, compare and swap) - publish the file - ask witnesses. Places are decided before anything is
signed, so a crash at any point is finished by doing the same round again, to the same bytes.

Alone by an advisory lock in the database and a file lock on the machine; one that lost its lock without
noticing is stopped by the epoch in `Head`, which every start raises.
"""

import fcntl
import logging
import threading
from types import TracebackType
from typing import IO, Self

from django.db import Error as DatabaseFault
from django.db import connection, transaction

from steelyard.base.errors import Broken, Refused, SteelyardError
from steelyard.base.files import write_whole
from steelyard.ledger import shelf, start, witness
from steelyard.ledger.actions import prepare_room_keys
from steelyard.ledger.growth import Growth
from steelyard.ledger.models import Checkpoint, Head
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.checkpoint import checkpoint_text, read_state
from steelyard.ledger.proof.merkle import EMPTY, consistency_proof
from steelyard.ledger.proof.note import Note, Signature, read_note
from steelyard.ledger.proof.tiles import Folder, hash_reader
from steelyard.ledger.signer import client

logger = logging.getLogger(__name__)
BATCH = 16_384
PAUSE = 0.5
"""Seconds between rounds. Polling, because NOTIFY would serialise every commit."""
_LOCK = 0x7374_6565_6C79_6172  # "steelyar"

_ASSIGN = """
    WITH staged AS (
        SELECT e.id FROM ledger_entry e
        WHERE e.xact >= %(low)s AND NOT EXISTS (SELECT FROM ledger_position p WHERE p.entry_id = e.id)
        ORDER BY e.id LIMIT %(most)s
    )
    INSERT INTO ledger_position (index, entry_id)
    SELECT %(first)s + row_number() OVER (ORDER BY id) - 1, id FROM staged
"""


class Fenced(SteelyardError):
    """Another sequencer has taken over; this one must not write any more."""


class Sequencer:
    """Holds both locks from `with` to its end. Raises Refused where another runs, Broken on a mismatch."""

    def __enter__(self) -> Self:
        self._low = 0
        self._lock_file = _file_lock()
        self._line = connection.copy()
        try:
            _database_lock(self._line)
            self._epoch = _new_epoch()
            prepare_room_keys()
            self._keys = client.vkeys()
            start.check_keys(self._keys)
            self._edge: Growth = start.edge_of(head := Head.objects.get(), self._keys)
            if head.note:
                witness.compare(read_note(head.note), head.size)
            self._catch_up()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.close()
        self._lock_file.close()

    def round(self) -> int:
        """Bring what is staged into the log. Returns how many entries."""
        with self._line.cursor() as cursor:
            cursor.execute("SELECT 1")  # raises when the connection that holds our lock is gone
        if not self._assign():
            return 0
        return self._finish()

    def _catch_up(self) -> None:
        """The first checkpoint of a new log, and the round a crash interrupted."""
        head = Head.objects.get()
        if not head.note:
            self._sign_and_move(0)
        if head.assigned > head.size:
            self._finish()

    # ---- a round, in order --------------------------------------------------------------------------------

    @transaction.atomic
    def _assign(self) -> int:
        """Decide the places. Takes whatever is visible; `_low` only spares looking at what was taken before.

        Every transaction below the horizon has ended, so all its entries were visible to the look after it.
        """
        head = self._head()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            horizon = cursor.fetchone()[0]
            cursor.execute(_ASSIGN, {"low": self._low, "most": BATCH, "first": head.assigned})
            count = int(cursor.rowcount)
        if count:
            Head.objects.filter(epoch=self._epoch).update(assigned=head.assigned + count)
        if count < BATCH:
            self._low = horizon
        return count

    def _finish(self) -> int:
        before = self._edge.size
        leaves = start.leaves(before, Head.objects.get().assigned)
        files = self._edge.append(leaves)
        shelf.write_all(folder(), files)  # a crash here: the same bytes are written again
        shelf.read_back(folder(), files)
        self._sign_and_move(before)  # a crash inside: the signer signs the same checkpoint again
        shelf.drop_partial(folder(), files)
        return self._edge.size - before

    def _sign_and_move(self, before: int) -> None:
        note = self._signed(checkpoint_text(origin(), self._edge.size, self._edge.root()))
        self._move(before, str(note))
        publish(str(note))  # a crash before this: the next start publishes it
        if cosigned := witness.ask_all(note, self._edge.size):
            publish(str(cosigned))

    def _signed(self, text: str) -> Note:
        last = read_state(client.state().last)[1]
        read = hash_reader(Folder(folder()), self._edge.size)
        proof = consistency_proof(read, last, self._edge.size) if last <= self._edge.size else []
        made = client.sign(text.encode(), "checkpoint", proof=proof)
        ed25519, mldsa44 = self._keys
        return Note(
            text,
            (
                Signature(ed25519.name, ed25519.id, made.ed25519),
                Signature(mldsa44.name, mldsa44.id, made.mldsa44),
            ),
        )

    @transaction.atomic
    def _move(self, before: int, note: str) -> None:
        size, root = self._edge.size, self._edge.root()
        moved = Head.objects.filter(epoch=self._epoch, size=before).update(size=size, root=root, note=note)
        if not moved:
            raise Fenced("The head of the ledger was moved by another sequencer.")
        Checkpoint.objects.create(size=size, root=root, epoch=self._epoch)

    def _head(self) -> Head:
        head = Head.objects.select_for_update().get()
        if head.epoch != self._epoch:
            raise Fenced("Another sequencer of the ledger has started.", "Its epoch is newer.")
        return head


def publish(note: str) -> None:
    """Put the checkpoint where everybody reads it."""
    write_whole(folder() / "checkpoint", note.encode())


def run_once() -> int:
    """Bring everything staged into the log, now. Returns how many entries. Needs the signer."""
    total = 0
    with Sequencer() as log:
        while count := log.round():
            total += count
    return total


def run_forever(stop: threading.Event) -> None:
    """Until `stop`: a round whenever something is staged.

    Waits out what passes (no signer yet, database restarting, another one still holding the lock). Raises
    Broken where a person is needed: it must not be started again by itself.
    """
    while not stop.is_set():
        try:
            with Sequencer() as log:
                while not stop.is_set():
                    if log.round() < BATCH:
                        stop.wait(PAUSE)
        except Broken:
            raise
        except (SteelyardError, DatabaseFault, OSError) as fault:
            logger.warning("The ledger's sequencer pauses: %s", fault)
            connection.close()
            stop.wait(1)


def _file_lock() -> IO[str]:
    folder().mkdir(parents=True, exist_ok=True)
    lock = (folder() / ".sequencer").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise _already("this machine") from None
    return lock


def _database_lock(line: object) -> None:
    with line.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise _already("this database")


def _already(where: str) -> Refused:
    return Refused(
        "A sequencer of the ledger already runs.",
        f"It holds the lock of {where}.",
        "Leave it to its work; there is only ever one.",
    )


@transaction.atomic
def _new_epoch() -> int:
    Head.objects.get_or_create(only=True, defaults={"origin": origin(), "root": EMPTY})
    head = Head.objects.select_for_update().get()
    head.epoch += 1
    head.save(update_fields=["epoch"])
    return head.epoch
