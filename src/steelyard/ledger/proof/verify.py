"""Check a whole log from its files alone, and when something is wrong, say where.

Every entry is hashed again and every hash of every tile computed again from below (`rebuild`); then `blame`
finds what differs from what leads to the signed root.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from steelyard.ledger.proof.blame import blame
from steelyard.ledger.proof.checkpoint import Checkpoint, read_checkpoint
from steelyard.ledger.proof.merkle import range_root
from steelyard.ledger.proof.note import BadNote, Key, verified_by
from steelyard.ledger.proof.rebuild import Fault, Tree
from steelyard.ledger.proof.tiles import BadTile, Missing, Source, hash_reader, source


@dataclass(frozen=True)
class Report:
    origin: str = ""
    size: int = 0
    root: bytes = b""
    signed_by: tuple[str, ...] = ()
    """The algorithms of the signatures that were checked."""
    tiles: int = 0
    faults: tuple[Fault, ...] = ()
    checkpoint: str = ""
    """The very checkpoint that was checked: asked for again, a server could give another"""

    @property
    def ok(self) -> bool:
        return not self.faults


def verify(
    base: str | Path,
    keys: Iterable[Key],
    *,
    earlier: Checkpoint | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Report:
    """Check the log at `base` (http address or folder) against its `keys`, each of which must have signed.

    `earlier` is a checkpoint of this log seen before: its entries must still be there unchanged. `tell` hears
    how many entries are done. Never raises for what is wrong with the log: that is in the report.
    """
    log, keys = source(base), list(keys)
    try:
        checkpoint = read_signed(log, keys)
    except (BadNote, Missing, UnicodeDecodeError) as fault:
        return Report(faults=(Fault("checkpoint", str(fault)),))
    tree = Tree(log, checkpoint.size)
    tree.read(tell)
    faults = blame(tree, checkpoint.root) + _compare(log, checkpoint, earlier, keys)
    algorithms = tuple(key.algorithm for key in keys)
    return Report(
        checkpoint.origin,
        checkpoint.size,
        checkpoint.root,
        algorithms,
        tree.tiles,
        tuple(dict.fromkeys(faults)),
        str(checkpoint),
    )


def read_signed(log: Source, keys: Sequence[Key]) -> Checkpoint:
    """The log's checkpoint, signed by all of `keys`. Raises BadNote or Missing."""
    checkpoint = read_checkpoint(log.read("checkpoint").decode())
    signed = verified_by(checkpoint.note, keys)
    for key in keys:
        if key not in signed:
            raise BadNote(f"The checkpoint has no signature by the {key.algorithm} key of {key.name}.")
        if key.name != checkpoint.origin:
            raise BadNote(f"The checkpoint is of {checkpoint.origin}, the key of {key.name}.")
    if not keys:
        raise BadNote("No keys were given to check the checkpoint with.")
    return checkpoint


def _compare(log: Source, now: Checkpoint, earlier: Checkpoint | None, keys: Sequence[Key]) -> list[Fault]:
    """Whether the log still begins with the one seen `earlier`."""
    if earlier is None:
        return []
    try:
        genuine = verified_by(earlier.note, keys) == list(keys)
    except BadNote:
        genuine = False
    if not genuine or earlier.origin != now.origin:
        return [
            Fault(
                "checkpoint",
                "The earlier checkpoint is not signed by these keys: another log, or other keys.",
            )
        ]
    if earlier.size > now.size:
        return [
            Fault(
                "checkpoint", f"The log went back: {earlier.size} entries were seen before, now {now.size}."
            )
        ]
    try:
        root = range_root(hash_reader(log, now.size), 0, earlier.size)
    except (Missing, BadTile):
        return []  # named already
    if root == earlier.root:
        return []
    return [
        Fault(
            "checkpoint",
            f"The log was rewritten: its first {earlier.size} entries are not those seen before.",
        )
    ]
