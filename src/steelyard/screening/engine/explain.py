"""What had to be undone in a stretch of text before a signal could be seen in it."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.alphabet import ARABIC, CYRILLIC, GREEK, LATIN, LETTER, TABLE_SIZE, tables
from steelyard.screening.engine.folding import Places

SHOWN = 300
"""Characters looked at: enough to name every disguise, bounded for a hit across a huge gap."""
_SCRIPT_SIGHTS = {LATIN: 1, CYRILLIC: 2, GREEK: 4, ARABIC: 8, LETTER: 16}
SCRIPTS, _CONFUSABLE = 31, 7
_TATWEEL, _INVISIBLE, _MARKS, _STYLED = 32, 64, 128, 256
_NAMES = ((_TATWEEL, "tatweel"), (_INVISIBLE, "invisible"), (_MARKS, "marks"), (_STYLED, "styled"))


def sight_of(script: int) -> int:
    """The flag of a script among the sights; 0 for what has none."""
    return _SCRIPT_SIGHTS.get(script, 0)


def sights(rows: NDArray[np.uint32], firsts: Places, lasts: Places) -> NDArray[np.uint16]:
    """What there is to say of the characters from each first to before each last, all together."""
    bounds = np.empty(2 * len(firsts), np.int64)
    bounds[::2], bounds[1::2] = (
        firsts,
        np.minimum(lasts, firsts + SHOWN),
    )  # a separator is behind the last of all
    return np.bitwise_or.reduceat(known_sights()[rows], bounds)[::2]


def undone(original: str, seen: int, script: int = 0) -> tuple[str, ...]:
    """The foldings a span took: case, confusables, tatweel, invisible, marks, styled. None: as written. `seen` is
    what `sights` says of it, `script` the flag of the one script it should be in."""
    part = original[:SHOWN]
    scripts, wanted = seen & _CONFUSABLE, script & _CONFUSABLE
    found: tuple[str, ...] = ("case",) if part != part.casefold() else ()
    if scripts & (scripts - 1) or (wanted and scripts and not scripts & wanted):
        found += ("confusables",)
    return found + _named(seen & ~SCRIPTS) if seen > SCRIPTS else found


@cache
def _named(seen: int) -> tuple[str, ...]:
    return tuple(name for sight, name in _NAMES if seen & sight)


@cache
def known_sights() -> NDArray[np.uint16]:
    table = tables()
    found = np.zeros(TABLE_SIZE, np.uint16)
    for script, sight in _SCRIPT_SIGHTS.items():
        found[table.script == script] |= sight
    for flags, sight in ((table.invisible, _INVISIBLE), (table.mark, _MARKS), (table.styled, _STYLED)):
        found[flags] |= sight
    found[0x640] = int(found[0x640]) & ~_INVISIBLE | _TATWEEL
    return found
