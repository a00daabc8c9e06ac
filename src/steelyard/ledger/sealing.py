"""The sealed log: one block of 256 leaves every hour, so that its size says nothing of how much is sealed.

Entries that wait take random places of the next block, and all other places are padding that nobody can tell
from an entry by its hash. What does not fit waits an hour. Checkpoint and hashes are public, and the digest of
each checkpoint is a leaf of the public log: what is disclosed one day provably stood here since.

A round: decide the places (one transaction, final) - write tiles - have the checkpoint signed - keep it, with
its leaf in the public log (one transaction) - publish it. A crash is finished by the next round, to the same bytes.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from steelyard.base.clock import now
from steelyard.base.errors import Broken, Refused
from steelyard.base.files import write_whole
from steelyard.ledger import shelf
from steelyard.ledger.actions import Facts, record
from steelyard.ledger.growth import Growth, grown_to
from steelyard.ledger.models import SealedBlock, SealedEntry, SealedPosition
from steelyard.ledger.origin import sealed_folder, sealed_origin
from steelyard.ledger.proof.checkpoint import checkpoint_text, read_state
from steelyard.ledger.proof.merkle import EMPTY, consistency_proof
from steelyard.ledger.proof.note import Note, Signature
from steelyard.ledger.proof.tiles import WIDTH, Folder, hash_reader
from steelyard.ledger.signer import client
from steelyard.ledger.signer.service import SEALED
from steelyard.vault.actions import keyed_hash

_LOCK = 0x7365_616C_6564  # "sealed"


def round_of_the_hour() -> bool:
    """Add the block of this hour if it is not there yet. Returns whether one was added.

    Raises Broken when files, database and signer disagree: then nothing is written.
    """
    with _alone():
        last = SealedBlock.objects.order_by("number").last()
        if last:  # a round that a crash cut short, before or after its transaction
            _publish(last) if last.note else _finish(last)
        hour = now().replace(minute=0, second=0, microsecond=0)
        if last and last.hour >= hour:
            return False
        _finish(_new_block(last.number + 1 if last else 0, hour))
        return True


def leaves_of(block: SealedBlock) -> list[bytes]:
    """The 256 entries of a block, padding included: the same at every call."""
    first = block.number * WIDTH
    rows = SealedPosition.objects.filter(index__gte=first, index__lt=first + WIDTH)
    real = {index: bytes(leaf) for index, leaf in rows.values_list("index", "entry__leaf")}
    return [real.get(index) or padding(index) for index in range(first, first + WIDTH)]


def padding(index: int) -> bytes:
    """Secret, so that its hash tells nothing; derived, so that it need not be kept."""
    return keyed_hash(str(index), purpose="ledger.padding").encode()


@transaction.atomic
def _new_block(number: int, hour: datetime) -> SealedBlock:
    waiting = SealedEntry.objects.filter(position=None).order_by("id")[:WIDTH]
    places = secrets.SystemRandom().sample(range(number * WIDTH, (number + 1) * WIDTH), len(waiting))
    SealedPosition.objects.bulk_create(
        SealedPosition(index=place, entry=entry) for place, entry in zip(places, waiting, strict=True)
    )
    return SealedBlock.objects.create(number=number, hour=hour)


def _finish(block: SealedBlock) -> None:
    sealed_folder().mkdir(mode=0o700, exist_ok=True)
    edge = _edge_before(block)
    files = edge.append(leaves_of(block))
    shelf.write_all(sealed_folder(), files)
    shelf.read_back(sealed_folder(), files)
    text = checkpoint_text(sealed_origin(), edge.size, edge.root())
    note = _signed(text, edge)
    with transaction.atomic():
        block.root, block.note = edge.root(), note
        block.save(update_fields=["root", "note"])
        digest = hashlib.sha256(text.encode()).hexdigest()
        record(
            "ledger:sealed:checkpoint", actor="steelyard", about=block, after=str(edge.size),
            facts=Facts(digest=digest, by="machine"),
        )  # fmt: skip
    _publish(block)


def _publish(block: SealedBlock) -> None:
    keys = "".join(f"{key}\n" for key in client.vkeys(sealed=True))
    for name, content in (("vkeys", keys), ("checkpoint", block.note)):
        file = sealed_folder() / name
        if not file.exists() or file.read_text() != content:
            write_whole(file, content.encode())


def _edge_before(block: SealedBlock) -> Growth:
    """The right edge that this block is added to, read back from the files and compared with the database."""
    edge = grown_to(Folder(sealed_folder()), block.number * WIDTH)
    before = SealedBlock.objects.filter(number=block.number - 1).first()
    if edge.root() != (bytes(before.root) if before else EMPTY):
        raise Broken(
            "The sealed log does not go on.",
            "The tiles at its right edge do not give the root of the block before.",
            "Change nothing; compare its folder with the backup.",
        )
    return edge


def _signed(text: str, edge: Growth) -> str:
    last = read_state(client.state(sealed=True).last)[1]
    read = hash_reader(Folder(sealed_folder()), edge.size)
    made = client.sign(text.encode(), SEALED, proof=consistency_proof(read, min(last, edge.size), edge.size))
    values = (made.ed25519, made.mldsa44)
    keys = client.vkeys(sealed=True)
    return str(
        Note(text, tuple(Signature(key.name, key.id, value) for key, value in zip(keys, values, strict=True)))
    )


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise Refused("The sealed log is being written already.", do="Leave it to its work.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
