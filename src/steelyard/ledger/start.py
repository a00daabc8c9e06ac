"""How the sequencer starts (Sunlight's rules): it believes nothing that it has not compared.

Published as large as the database's and different, or larger: refuse. Smaller: the last round was cut short,
write its tiles again from the database. Then read the right edge back and compute its root.
"""

from collections.abc import Iterable

from steelyard.base.errors import Broken
from steelyard.base.files import write_whole
from steelyard.ledger import shelf
from steelyard.ledger.growth import Growth, grown_to
from steelyard.ledger.models import Head, Position
from steelyard.ledger.origin import folder, origin
from steelyard.ledger.proof.checkpoint import read_checkpoint, read_state
from steelyard.ledger.proof.merkle import EMPTY
from steelyard.ledger.proof.note import BadNote, Key, verified_by
from steelyard.ledger.proof.tiles import BadTile, Folder, Missing
from steelyard.ledger.signer import client


def edge_of(head: Head, keys: Iterable[Key]) -> Growth:
    """The right edge at the database's head, with the files on disk brought up to it. Raises Broken."""
    size, root = _published(list(keys))
    if head.origin != origin():
        raise _refuse(f"the database belongs to {head.origin}, this home to {origin()}")
    if size > head.size:
        raise _refuse(f"{size} entries are published but the database knows {head.size} only")
    if size == head.size and root != bytes(head.root):
        raise _refuse(f"the published checkpoint of {size} has another root than the database's")
    if head.note and read_state(read_checkpoint(head.note).note.text)[1:] != (head.size, bytes(head.root)):
        raise _refuse("the database's checkpoint is not of its own size and root")
    _ask_signer(head)
    edge = _read_edge(size, root)
    if size < head.size or (head.note and not (folder() / "checkpoint").exists()):
        _apply_again(edge, head)
    return edge


def _published(keys: list[Key]) -> tuple[int, bytes]:
    file = folder() / "checkpoint"
    if not file.exists():
        return 0, EMPTY
    try:
        found = read_checkpoint(file.read_text(encoding="utf-8"))
        if verified_by(found.note, keys) != keys or found.origin != origin():
            raise BadNote("It is not signed by this log's keys.")
    except (BadNote, UnicodeDecodeError) as fault:
        raise _refuse(f"the published checkpoint cannot be trusted: {fault}") from fault
    return found.size, found.root


def _ask_signer(head: Head) -> None:
    """What was signed once binds: a database and files that both went back in time are found here."""
    _, size, root = read_state(client.state().last)
    if size > head.assigned:
        raise _refuse(
            f"a checkpoint of {size} was signed, but the database knows {head.assigned} entries only"
        )
    if size == head.size and root != bytes(head.root):
        raise _refuse(f"the checkpoint of {size} that was signed has another root than the database's")


def _read_edge(size: int, root: bytes) -> Growth:
    try:
        edge = grown_to(Folder(folder()), size)
    except (Missing, BadTile) as fault:
        raise _refuse(f"a tile at its right edge cannot be read ({fault})") from fault
    if edge.root() != root:
        raise _refuse("the tiles at its right edge do not give the published root")
    return edge


def _apply_again(edge: Growth, head: Head) -> None:
    files = edge.append(leaves(edge.size, head.size))
    if edge.root() != bytes(head.root):
        raise _refuse("the database's entries do not give the root of its own checkpoint")
    shelf.write_all(folder(), files)
    shelf.read_back(folder(), files)
    write_whole(folder() / "checkpoint", head.note.encode())


def leaves(start: int, end: int) -> list[bytes]:
    """The entries with these places, from the database. Raises Broken when one is missing."""
    rows = Position.objects.filter(index__gte=start, index__lt=end).order_by("index")
    found = [(index, bytes(leaf)) for index, leaf in rows.values_list("index", "entry__leaf").iterator()]
    if [index for index, _ in found] != list(range(start, end)):
        raise _refuse(f"the database lacks an entry between {start} and {end}")
    return [leaf for _, leaf in found]


def check_keys(keys: tuple[Key, Key]) -> None:
    """The keys are the ones this log began with; written down at its creation. Raises Broken."""
    file, text = folder() / "vkeys", "".join(f"{key}\n" for key in keys)
    if not file.exists():
        write_whole(file, text.encode())
    if file.read_text(encoding="utf-8") != text or keys[0].name != origin():
        raise _refuse("the signer holds other keys than those this log was made with")


def _refuse(why: str) -> Broken:
    return Broken(
        "The ledger does not start.",
        f"Its parts disagree: {why}.",
        "Change nothing; run `steelyard ledger verify` and compare with the backup and with the witnesses.",
    )
