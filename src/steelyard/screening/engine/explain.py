"""What had to be undone in a stretch of text before a signal could be seen in it."""

from functools import cache, reduce
from operator import or_

import numpy as np

from steelyard.screening.engine.alphabet import CYRILLIC, GREEK, LATIN, TABLE_SIZE, tables

_SHOWN = 300
"""Characters looked at: enough to name every disguise, bounded for a hit across a huge gap."""
_SCRIPT_BITS = {LATIN: 1, CYRILLIC: 2, GREEK: 4}
_TATWEEL, _INVISIBLE, _MARKS, _STYLED = 8, 16, 32, 64
_NAMES = ((_TATWEEL, "tatweel"), (_INVISIBLE, "invisible"), (_MARKS, "marks"), (_STYLED, "styled"))


def undone(original: str, script: int | None = None) -> tuple[str, ...]:
    """The foldings a span took: case, confusables, tatweel, invisible, marks, styled. None: as written."""
    part = original[:_SHOWN]
    bits = _bits(part)
    found = ["case"] if part != part.casefold() else []
    scripts, wanted = bits & 7, _SCRIPT_BITS.get(script or 0, 0)
    if scripts not in (0, 1, 2, 4) or (wanted and scripts and not scripts & wanted):
        found.append("confusables")
    if bits > 7:
        found += [name for bit, name in _NAMES if bits & bit]
    return tuple(found)


def _bits(part: str) -> int:
    """What there is to say of the characters, all together."""
    known = _known()
    try:
        return reduce(or_, map(known.__getitem__, map(ord, part)), 0)
    except IndexError:  # beyond the planes we have tables for
        return reduce(or_, (known[min(ord(char), TABLE_SIZE - 1)] for char in part), 0)


@cache
def _known() -> bytes:
    table = tables()
    bits = np.zeros(TABLE_SIZE, np.uint8)
    for script, bit in _SCRIPT_BITS.items():
        bits[table.script == script] |= bit
    for flags, bit in ((table.invisible, _INVISIBLE), (table.mark, _MARKS), (table.styled, _STYLED)):
        bits[flags] |= bit
    bits[0x640] = int(bits[0x640]) & ~_INVISIBLE | _TATWEEL
    return bits.tobytes()
