"""Running a database of the matching library over folded texts, within bounds."""

import hyperscan
import numpy as np

from steelyard.screening.engine.folding import Folded, Places

MAX_MATCHES = 200_000
"""Per batch. Beyond, every text is scanned alone, so that one made to match everywhere hides no other."""
MAX_MATCHES_ALONE = 5_000
"""Per text then; its verdict says `hits_capped`."""


def matches(database: hyperscan.Database, folded: Folded, *, wide: bool = False) -> tuple[Places, set[int]]:
    """Rows of (entry, first, end) in folded characters, and the texts whose matches were capped.

    `wide` scans UTF-8 instead of the one-byte alphabet.
    """
    data = folded.utf8 if wide else folded.data
    rows, over = run(database, data, MAX_MATCHES)
    capped: set[int] = set()
    if over:
        rows = []
        edges = folded.byte_starts[folded.starts] if wide else folded.starts
        for text, (first, last) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
            alone, over = run(database, data[first - 1 : last], MAX_MATCHES_ALONE)
            rows += [(entry, start + first - 1, end + first - 1) for entry, start, end in alone]
            capped |= {text} if over else set()
    table = np.array(rows, np.int64).reshape(-1, 3)
    if wide:
        table[:, 1:] = folded.chars_at(table[:, 1:])
    return table, capped


def run(database: hyperscan.Database, data: bytes, most: int) -> tuple[list[tuple[int, int, int]], bool]:
    """At most `most` matches as (entry, first byte, end byte), and whether there were more."""
    found: list[tuple[int, int, int]] = []

    def take(entry: int, start: int, end: int, _flags: int, _context: object) -> bool:
        found.append((entry, start, end))
        return len(found) >= most

    try:
        database.scan(data, match_event_handler=take)
    except hyperscan.ScanTerminated:
        return found, True
    return found, False
