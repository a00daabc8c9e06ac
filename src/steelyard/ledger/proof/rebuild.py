"""A log's hashes twice: as its tiles state them, and computed again from its entries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from steelyard.ledger.proof.merkle import edge_root, leaf_hash, root_of
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    WIDTH,
    BadTile,
    Missing,
    Source,
    read_bundle,
    read_hashes,
    read_tile,
    tile_path,
    width_of,
)

Hashes = list[bytes]


@dataclass(frozen=True)
class Fault:
    """`place` is an entry or a file of the log, `what` says what differs there."""

    place: str
    what: str


class Tree:
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
        for number in range(((self.size >> (8 * level)) + WIDTH - 1) // WIDTH):
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


def _full(row: Hashes) -> list[Hashes]:
    """The full tiles of a row."""
    return [row[at : at + WIDTH] for at in range(0, len(row) // WIDTH * WIDTH, WIDTH)]
