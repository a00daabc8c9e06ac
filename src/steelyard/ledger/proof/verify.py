"""Check a whole log from its files alone, and when something is wrong, say where.

Every entry is hashed again and every hash of every tile computed again from below. What cannot be forged is
the signed root, so blame is found from it: whatever leads to the root is genuine, whatever differs from that
was changed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from steelyard.ledger.proof.checkpoint import Checkpoint, read_checkpoint
from steelyard.ledger.proof.merkle import edge_root, leaf_hash, range_root, root_of
from steelyard.ledger.proof.note import BadNote, Key, verified_by
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    WIDTH,
    BadTile,
    Missing,
    Source,
    hash_reader,
    read_bundle,
    read_hashes,
    read_tile,
    source,
    tile_path,
    width_of,
)

Hashes = list[bytes]


@dataclass(frozen=True)
class Fault:
    """`place` is an entry or a file of the log, `what` says what differs there."""

    place: str
    what: str


@dataclass(frozen=True)
class Report:
    origin: str = ""
    size: int = 0
    root: bytes = b""
    signed_by: tuple[str, ...] = ()
    """The algorithms of the signatures that were checked."""
    tiles: int = 0
    faults: tuple[Fault, ...] = ()

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
    tree = _Tree(log, checkpoint.size)
    tree.read(tell)
    faults = _blame(tree, checkpoint.root) + _compare(log, checkpoint, earlier, keys)
    algorithms = tuple(key.algorithm for key in keys)
    return Report(
        checkpoint.origin, checkpoint.size, checkpoint.root, algorithms, tree.tiles, tuple(_once(faults))
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


class _Tree:
    """The log's hashes twice: as its tiles state them, and computed from below."""

    def __init__(self, log: Source, size: int) -> None:
        self.log, self.size, self.tiles = log, size, 0
        self.stated: list[Hashes] = []
        """Per level from 1 up: what the tiles say. Level 0 is not kept, only what differs there."""
        self.computed: list[Hashes] = []
        """Per level from 1 up: computed from the entries."""
        self.tops: Hashes = []
        """Per full tile of level 0: the root over its hashes as stated."""
        self.edges: tuple[Hashes, Hashes] = [], []
        """The unfinished tile of level 0: as stated, and computed from its entries."""
        self.differing: dict[int, list[int]] = {}
        """Tile of level 0 -> places where entry and stated hash differ."""
        self.faults: list[Fault] = []

    def read(self, tell: Callable[[int], None]) -> None:
        self.computed = [[]]
        for number in range((self.size + WIDTH - 1) // WIDTH):
            self._read_leaves(number)
            tell(min(self.size, (number + 1) * WIDTH))
        level = 1
        while self.size >> (8 * level):
            self.stated.append(self._read_level(level))
            below = self.computed[level - 1]
            self.computed.append([root_of(part) for part in _full(below)])
            level += 1

    def _read_leaves(self, number: int) -> None:
        width = width_of(0, number, self.size)
        entries = self._tile(ENTRIES, number, width, read_bundle)
        stated = self._tile(0, number, width, read_hashes)
        computed = [leaf_hash(entry) for entry in entries] if entries is not None else stated
        stated = computed if stated is None else stated
        if stated is None or computed is None:  # both unreadable, both named: nothing to go by
            stated = computed = [bytes(32)] * width
        if differing := [at for at in range(width) if stated[at] != computed[at]]:
            self.differing[number] = differing
        if width == WIDTH:
            self.tops.append(root_of(stated))
            self.computed[0].append(root_of(computed))
        else:
            self.edges = stated, computed

    def _read_level(self, level: int) -> Hashes:
        row: Hashes = []
        for number in range((width_of_level(level, self.size) + WIDTH - 1) // WIDTH):
            width = width_of(level, number, self.size)
            found = self._tile(level, number, width, read_hashes)
            row += self.computed[level - 1][number * WIDTH :][:width] if found is None else found
        return row

    def _tile(
        self, level: int, number: int, width: int, parse: Callable[[bytes, int], Hashes]
    ) -> Hashes | None:
        self.tiles += 1
        try:
            return parse(read_tile(self.log, level, number, width), width)
        except Missing as fault:
            self.faults.append(Fault(tile_path(level, number, width), f"It cannot be read: {fault}."))
        except BadTile as fault:
            self.faults.append(Fault(tile_path(level, number, width), f"It {fault}."))
        return None

    def root(self, rows: Sequence[Hashes], edge: Hashes) -> bytes:
        """The root that these rows (level 1 up) and the unfinished tile of level 0 lead to."""
        unfinished = [edge, *(row[len(row) // WIDTH * WIDTH :] for row in rows)]
        return edge_root(unfinished)


def width_of_level(level: int, size: int) -> int:
    return size >> (8 * level)


def _full(row: Hashes) -> list[Hashes]:
    """The full tiles of a row."""
    return [row[at : at + WIDTH] for at in range(0, len(row) // WIDTH * WIDTH, WIDTH)]


# ---- whose fault ------------------------------------------------------------------------------------------


def _blame(tree: _Tree, root: bytes) -> list[Fault]:
    stated, computed = tree.edges
    if tree.root(tree.computed, computed) == root:
        return tree.faults + _tiles_differ(tree)
    if tree.root(tree.stated, stated) == root:
        return tree.faults + _entries_differ(tree)
    found = tree.faults + _tiles_differ(tree)
    return [
        *found,
        Fault(
            "checkpoint",
            "Neither the entries nor the tiles give the signed root: "
            + (
                "the log was changed where named."
                if found
                else "the whole log was replaced, or the checkpoint."
            ),
        ),
    ]


def _tiles_differ(tree: _Tree) -> list[Fault]:
    """The entries lead to the signed root: whatever tile says otherwise was changed."""
    faults = [_wrong_hash(tree, 0, number, at) for number, places in tree.differing.items() for at in places]
    for level, row in enumerate(tree.stated, 1):
        for at, (said, found) in enumerate(zip(row, tree.computed[level - 1], strict=True)):
            if said != found:
                faults.append(_wrong_hash(tree, level, *divmod(at, WIDTH)))
    return faults


def _wrong_hash(tree: _Tree, level: int, number: int, at: int) -> Fault:
    path = tile_path(level, number, width_of(level, number, tree.size))
    first = (number * WIDTH + at) << (8 * level)
    what = f"entry {first}" if level == 0 else f"entries {first} to {first + (1 << 8 * level) - 1}"
    return Fault(path, f"Its hash {at} (bytes {32 * at} to {32 * at + 31}) is not that of {what}.")


def _entries_differ(tree: _Tree) -> list[Fault]:
    """The right edges lead to the signed root. Go down from them: what differs was changed."""
    faults: list[Fault] = []
    trusted = [list(row) for row in tree.stated]
    for level in range(len(trusted), 0, -1):
        for number, genuine in enumerate(trusted[level - 1][: width_of_level(level, tree.size)]):
            if level == 1:
                faults += _judge_leaves(tree, number, genuine)
            else:
                faults += _judge_tile(tree, trusted, level - 1, number, genuine)
    edge = len(tree.tops)
    return faults + [_wrong_entry(edge, at) for at in tree.differing.get(edge, [])]


def _judge_leaves(tree: _Tree, number: int, genuine: bytes) -> list[Fault]:
    if tree.tops[number] == genuine:
        return [_wrong_entry(number, at) for at in tree.differing.get(number, [])]
    if tree.computed[0][number] == genuine:
        return [_wrong_hash(tree, 0, number, at) for at in tree.differing.get(number, [])]
    first = number * WIDTH
    return [
        Fault(f"entries {first} to {first + WIDTH - 1}", f"Changed, together with {tile_path(0, number)}."),
        *(_wrong_entry(number, at) for at in tree.differing.get(number, [])),
    ]


def _judge_tile(tree: _Tree, trusted: list[Hashes], level: int, number: int, genuine: bytes) -> list[Fault]:
    part = slice(number * WIDTH, (number + 1) * WIDTH)
    said, found = trusted[level - 1][part], tree.computed[level - 1][part]
    if root_of(said) == genuine:
        return []
    if root_of(found) != genuine:
        return [
            Fault(tile_path(level, number), "It does not give the hash that the tile above holds for it.")
        ]
    trusted[level - 1][part] = found
    return [_wrong_hash(tree, level, number, at) for at in range(WIDTH) if said[at] != found[at]]


def _wrong_entry(number: int, at: int) -> Fault:
    path = tile_path(ENTRIES, number).split(".p")[0]
    return Fault(f"entry {number * WIDTH + at}", f"It is not the entry the signed tree holds there ({path}).")


def _once(faults: Iterable[Fault]) -> Iterable[Fault]:
    return dict.fromkeys(faults)
