"""A checkpoint: the log's name, size and root as a signed note (c2sp.org/tlog-checkpoint)."""

import base64
import re
from dataclasses import dataclass

from steelyard.ledger.proof.merkle import SIZE
from steelyard.ledger.proof.note import BadNote, Note, read_note, unbase64


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    note: Note

    def __str__(self) -> str:
        return str(self.note)


def checkpoint_text(origin: str, size: int, root: bytes) -> str:
    """The text that is signed."""
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """A checkpoint, signatures not yet checked (see `note.verified_by`). Raises BadNote."""
    note = read_note(text)
    return Checkpoint(*read_state(note.text), note)


def read_state(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint's text. Raises BadNote."""
    lines = text.split("\n")
    if not re.match(r"[^\n]+\n(0|[1-9][0-9]{0,18})\n[^\n]+\n", text):
        raise BadNote("The checkpoint does not begin with a name, a size and a root.")
    try:
        root = unbase64(lines[2])
    except ValueError as fault:
        raise BadNote("The checkpoint's root is not base64.") from fault
    if len(root) != SIZE:
        raise BadNote("The checkpoint's root is not 32 bytes.")
    return lines[0], int(lines[1]), root
