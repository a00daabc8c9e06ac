"""The right edge of the tree: what must be kept in mind to append, and the files each append makes."""

from collections.abc import Sequence

from steelyard.ledger.proof.merkle import edge_root, leaf_hash, root_of
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    WIDTH,
    Source,
    bundle,
    read_bundle,
    read_hashes,
    read_tile,
    tile_path,
    width_of,
)


class Growth:
    """A log of `size` that can grow. Holds the unfinished tile of each level and the unfinished bundle."""

    def __init__(self) -> None:
        self.size = 0
        self.entries: list[bytes] = []
        self.rows: list[list[bytes]] = [[]]

    def append(self, entries: Sequence[bytes], *, unfinished: bool = True) -> dict[str, bytes]:
        """Take these entries in. Returns the files of the new tiles, path to content: `unfinished` ones too."""
        files: dict[str, bytes] = {}
        for entry in entries:
            self.entries.append(entry)
            self.size += 1
            if len(self.entries) == WIDTH:
                files[tile_path(ENTRIES, self.size // WIDTH - 1)] = bundle(self.entries)
                self.entries = []
            self._push(0, leaf_hash(entry), files)
        if entries and unfinished:
            files.update(self._unfinished())
        return files

    def _push(self, level: int, value: bytes, files: dict[str, bytes]) -> None:
        if level == len(self.rows):
            self.rows.append([])
        row = self.rows[level]
        row.append(value)
        if len(row) == WIDTH:
            files[tile_path(level, (self.size >> (8 * (level + 1))) - 1)] = b"".join(row)
            self.rows[level] = []
            self._push(level + 1, root_of(row), files)

    def _unfinished(self) -> dict[str, bytes]:
        files = {
            tile_path(level, self.size >> (8 * (level + 1)), len(row)): b"".join(row)
            for level, row in enumerate(self.rows)
            if row
        }
        if self.entries:
            files[tile_path(ENTRIES, self.size // WIDTH, len(self.entries))] = bundle(self.entries)
        return files

    def root(self) -> bytes:
        return edge_root(self.rows)


def grown_to(log: Source, size: int) -> Growth:
    """The right edge of a log of `size`, read back from its tiles. Raises Missing or BadTile."""
    edge = Growth()
    edge.size = size
    number, width = divmod(size, WIDTH)
    if width:
        edge.entries = read_bundle(read_tile(log, ENTRIES, number, width), width)
    edge.rows = []
    level = 0
    while size >> (8 * level) or level == 0:
        number = size >> (8 * (level + 1))
        width = width_of(level, number, size)
        edge.rows.append(read_hashes(read_tile(log, level, number, width), width) if width else [])
        level += 1
    return edge
