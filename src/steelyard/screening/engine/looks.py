"""What the sieve has to know of each UTF-16 unit: the byte it folds to, and what about it deserves a closer look.

Made from the tables of `alphabet`, so that the sieve and the thorough search fold alike.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.alphabet import (
    CYRILLIC,
    GREEK,
    LATIN,
    MONEY,
    TABLE_SIZE,
    Tables,
    tables,
)

Looks = NDArray[np.uint16]
IS_LATIN, IS_CYRILLIC, IS_GREEK, GONE, MARK, INVISIBLE, CLOSER, GROWS = (1 << bit for bit in range(8))
ALPHABETIC = IS_LATIN | IS_CYRILLIC | IS_GREEK
SURROGATE = CLOSER | GROWS
"""Flags in the upper byte of a look. `CLOSER`: the text that holds it is left to the thorough search.
`GROWS`: it becomes several characters, and its byte stands for them in `growths`."""

_SLOTS: tuple[int, ...] = (*range(0x02, 0x20), *range(0x41, 0x5B))
"""Bytes that no folded text holds: controls, and capitals."""
_OFTEN = "…№ß™½¼¾‼⁉‥ﬁﬂﬀ℃㎡ẞĳ"
"""Characters that become several and are common. Texts with others of their kind take the longer way."""


class LookTable:
    """`units` for the first plane and its surrogates, `beyond` for the second plane."""

    def __init__(self, table: Tables) -> None:
        self.growths: dict[int, bytes] = {}
        every = table.byte[np.minimum(table.flat[table.start], TABLE_SIZE - 1)].astype(np.uint16)
        every[table.count == 0] = 0
        every |= _flags(table).astype(np.uint16) << 8
        for char in _OFTEN:
            if table.count[ord(char)] > 1:
                script = int(every[ord(char)]) >> 8 & ALPHABETIC
                every[ord(char)] = self._slot(table, ord(char)) | (GROWS | script) << 8
        self.units, self.beyond = every[:0x10000].copy(), every[0x10000:0x20000].copy()
        self.units[0xD800:0xE000] = SURROGATE << 8
        self.units[1] = 1
        self.last: int = int(every[-1])
        """For everything beyond the second plane."""

    def _slot(self, table: Tables, code: int) -> int:
        first = int(table.start[code])
        grown = bytes(table.byte[table.flat[first : first + int(table.count[code])]])
        for slot, known in self.growths.items():
            if known == grown:
                return slot
        slot = _SLOTS[len(self.growths)]
        self.growths[slot] = grown
        return int(slot)


def _flags(table: Tables) -> NDArray[np.uint8]:
    flags = np.zeros(TABLE_SIZE, np.uint8)
    for script, flag in ((LATIN, IS_LATIN), (CYRILLIC, IS_CYRILLIC), (GREEK, IS_GREEK)):
        flags[table.script == script] |= flag
    flags[table.count == 0] |= GONE
    flags[table.stray_mark] |= MARK
    flags[table.mark] |= GONE  # a mark never parts two letters, whatever becomes of it
    flags[table.invisible] |= INVISIBLE
    flags[table.styled | (table.script == MONEY) | (table.count > 1)] |= CLOSER
    return flags


@cache
def look_table() -> LookTable:
    return LookTable(tables())
