"""The sieve: which texts of a batch could hold a signal at all. All others are never looked at one by one.

A batch is joined, folded to the one-byte alphabet in one pass over a table, and matched once. What is left
(`doubtful`) goes through the thorough search, which alone decides what fired. The sieve may keep a text for
nothing, but never lets one go in which the thorough search would have found something; both fold to the same
bytes, and the tests hold the two against each other.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import hyperscan
import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine import evasion
from steelyard.screening.engine.alphabet import OTHER_LETTER, OTHER_SIGN, tables
from steelyard.screening.engine.folding import MAX_CHARS, SEPARATOR, SPACE, Places
from steelyard.screening.engine.looks import (
    ALPHABETIC,
    CLOSER,
    GONE,
    GROWS,
    INVISIBLE,
    MARK,
    SURROGATE,
    look_table,
)
from steelyard.screening.engine.matching import MAX_MATCHES, run
from steelyard.screening.engine.packed import Bytes, Texts, size

Flags = NDArray[np.bool_]
PORTION = 1000
"""Texts folded together: what is worked on stays in the processor's cache."""
MAX_CHARS_TOGETHER = 300_000
_HALF, _DOUBTFUL = re.compile("[\ud800-\udfff]"), "\uff21"
"""Half a surrogate pair, and a character that leaves its text to the thorough search."""
LONE_ROW, LONE_NEAR = 4, 4
"""Letters in a row that stand alone, each at most so many characters after the one before: "п р и в е т"."""


def portions(texts: Texts) -> Iterator[tuple[int, Texts]]:
    """(number of the first, texts) in parts that stay in the processor's cache. Of a huge text, its beginning."""
    for first in range(0, len(texts), PORTION):
        yield from _halved(first, texts[first : first + PORTION])


def _halved(first: int, texts: Texts) -> Iterator[tuple[int, Texts]]:
    if size(texts) <= MAX_CHARS_TOGETHER:
        yield first, texts
    elif len(texts) == 1:
        # More than is read of a text, in bytes too, so that it is left to the thorough search.
        yield first, [texts[0][: 4 * MAX_CHARS + 4]]
    else:
        half = len(texts) // 2
        yield from _halved(first, texts[:half])
        yield from _halved(first + half, texts[half:])


class Sifted(NamedTuple):
    """A batch as the sieve folded it."""

    data: bytes
    edges: Places
    """Where the separators stand in `data`: text n lies between edge n and edge n + 1."""
    doubtful: Flags
    """Per text: it needs the thorough search whatever is matched in it, and `data` may lack parts of it."""

    def doubt(self, places: Places) -> None:
        """The texts that hold these bytes of `data` need the thorough search."""
        self.doubtful[_owners(self.edges, places)] = True


def sift(texts: Texts) -> Sifted:
    """Fold a batch and mark what shows a disguise, a link or something that needs a closer look."""
    if not texts:
        return Sifted(SEPARATOR.encode(), np.zeros(1, np.int64), np.zeros(0, np.bool_))
    units = _units(texts)
    edges = np.flatnonzero(units == ord(SEPARATOR))
    table = look_table()
    looks = table.units.take(units)
    flags = (looks >> 8).astype(np.uint8)
    doubtful = np.diff(edges) > MAX_CHARS
    rare = np.flatnonzero(flags >= GONE)
    grown: set[int] = set()
    if len(rare):
        _resolve_surrogates(units, looks, flags, rare)
        grown = _note_rare(looks, flags, rare, edges, doubtful)
    _note_mixed(flags, edges, doubtful)
    data = looks.astype(np.uint8).tobytes()
    if len(rare):
        data = data.replace(b"\0", b"")
    for slot in grown:
        data = data.replace(bytes([slot]), table.growths[slot])
    folded = np.frombuffer(data, np.uint8)
    spaces = folded == SPACE
    doubled = spaces[1:] & spaces[:-1]
    if doubled.any():
        folded = folded[np.concatenate([np.ones(1, np.bool_), ~doubled])]
        data = folded.tobytes()
    edges = np.flatnonzero(folded == ord(SEPARATOR))
    note_structure(data, edges, doubtful)
    _note_lone_letters(folded, edges, doubtful)
    return Sifted(data, edges, doubtful)


def _units(texts: Texts) -> NDArray[np.uint16]:
    """UTF-16 units with a separator around each text, and nowhere else."""
    joined = _joined(texts)
    try:
        written = joined.encode("utf-16-le")
    except UnicodeEncodeError:  # two halves that do not belong together would be taken for a pair
        written = _HALF.sub(_DOUBTFUL, joined).encode("utf-16-le")
    units = np.frombuffer(written, "<u2")
    if np.count_nonzero(units == ord(SEPARATOR)) != len(texts) + 1:
        # Some text holds the separator, which folding drops like any control character.
        return _units([_text(text).replace(SEPARATOR, "\x02") for text in texts])
    return units


def _joined(texts: Texts) -> str:
    if texts and isinstance(texts[0], bytes):
        try:
            return str(b"\x01" + b"\x01".join(texts) + b"\x01", "utf-8")  # type: ignore[arg-type]
        except (TypeError, UnicodeDecodeError):
            pass  # some text is no UTF-8: each is read alone, so that its neighbours stay what they are
    else:
        try:
            return SEPARATOR + SEPARATOR.join(texts) + SEPARATOR  # type: ignore[arg-type]
        except TypeError:
            pass  # strings and bytes in one batch
    return SEPARATOR + SEPARATOR.join(map(_text, texts)) + SEPARATOR


def _text(text: str | bytes) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _resolve_surrogates(
    units: NDArray[np.uint16], looks: NDArray[np.uint16], flags: Bytes, rare: Places
) -> None:
    """Give the first unit of each pair the look of its character. There are no halves."""
    table = look_table()
    halves = rare[flags[rare] == SURROGATE]
    if not len(halves):
        return
    first = halves[units[halves] < 0xDC00]
    codes = ((units[first].astype(np.int64) & 0x3FF) << 10) + (units[first + 1] & 0x3FF)
    looks[first] = np.where(codes < 0x10000, table.beyond[np.minimum(codes, 0xFFFF)], table.last)
    looks[first + 1] = (looks[first] & (ALPHABETIC << 8)) | GONE << 8
    flags[halves] = looks[halves] >> 8


def _note_rare(
    looks: NDArray[np.uint16], flags: Bytes, rare: Places, edges: Places, doubtful: Flags
) -> set[int]:
    """Disguises that show in single characters. Returns the stand-ins of characters that become several."""
    kinds = flags[rare]
    doubtful[_owners(edges, rare[(kinds & CLOSER) > 0])] = True
    if len(marks := rare[(kinds & MARK) > 0]) >= evasion.MIN_MARKS:
        doubtful |= np.bincount(_owners(edges, marks), minlength=len(doubtful)) >= evasion.MIN_MARKS
    hidden = rare[(kinds & INVISIBLE) > 0]
    inside = ((flags[hidden - 1] & ALPHABETIC) > 0) & ((flags[hidden + 1] & ALPHABETIC) > 0)
    doubtful[_owners(edges, hidden[inside])] = True
    gone = rare[(kinds & GONE) > 0]
    if len(gone):  # letters on both sides of what vanishes are neighbours
        first = gone[np.concatenate([[True], np.diff(gone) > 1])] - 1
        last = gone[np.concatenate([np.diff(gone) > 1, [True]])] + 1
        around = (flags[first] | flags[last]) & np.uint8(ALPHABETIC)
        doubtful[_owners(edges, first[_several(around)] + 1)] = True
    grows = rare[(kinds & (GROWS | CLOSER)) == GROWS]
    return {int(slot) for slot in np.unique(looks[grows] & 0xFF)}


def _several(scripts: Bytes) -> Flags:
    """More than one of the three script flags."""
    several: Flags = (scripts >= 3) & (scripts != 4)
    return several


def _note_mixed(flags: Bytes, edges: Places, doubtful: Flags) -> None:
    scripts = flags & np.uint8(ALPHABETIC)
    mixed = np.flatnonzero(_several(scripts[1:] | scripts[:-1]))
    doubtful[_owners(edges, mixed + 1)] = True


def _owners(edges: Places, places: Places) -> Places:
    return np.searchsorted(edges, places, side="right") - 1


def note_structure(data: bytes, edges: Places, doubtful: Flags) -> None:
    """Links and digits for letters, on the folded bytes."""
    found, over = run(_structure(), data, MAX_MATCHES)
    if over:
        doubtful[:] = True
    elif found:
        ends = np.array(found, np.int64)[:, 2]
        doubtful[_owners(edges, ends - 2)] = True  # the last one may be the separator


def _note_lone_letters(folded: Bytes, edges: Places, doubtful: Flags) -> None:
    """Letters set apart: four in a row, each one to three signs from the next."""
    letter = ((folded - ord("a")) < 26) | (((folded - 0x80) < _narrow_letters()) | (folded == OTHER_LETTER))
    word = letter | ((folded - ord("0")) < 10)
    lone = letter[1:-1] & ~(word[2:] | word[:-2])
    places = np.flatnonzero(lone) + 1
    if len(places) >= LONE_ROW:
        near = np.diff(places) <= LONE_NEAR
        doubtful[_owners(edges, places[3:][near[2:] & near[1:-1] & near[:-2]])] = True


@cache
def word_bytes() -> Flags:
    """Which bytes of the folded alphabet are word characters."""
    table = tables()
    found = np.zeros(256, np.bool_)
    found[table.byte[table.word]] = True
    return found


@cache
def letter_bytes() -> Flags:
    """Which bytes of the folded alphabet are letters."""
    found = np.zeros(256, np.bool_)
    found[ord("a") : ord("z") + 1] = True
    found[0x80 : 0x80 + _narrow_letters()] = True
    found[OTHER_LETTER] = True
    return found


@cache
def _narrow_letters() -> int:
    """How many letters beyond ASCII have a byte of their own: they come first, from 0x80."""
    table = tables()
    return sum(0x80 <= byte < OTHER_SIGN for byte in np.unique(table.byte[table.word]).tolist())


@cache
def _structure() -> hyperscan.Database:
    last = b"\\x%02x" % (0x80 + _narrow_letters() - 1)
    letter = b"a-z\\x80-" + last + b"\\xfe"
    word = b"0-9" + letter
    expressions = [
        b"[" + letter + b"][0-9@$][" + letter + b"]",
        b"[^" + word + b"][0-9][" + letter + b"]{6}",
        b"[" + letter + b"]{2}0[^" + word + b"]",
        b"[" + word + b"]\\.[" + word + b"]",
        b"@[" + word + b"]",
    ]
    database = hyperscan.Database()
    database.compile(expressions=expressions, ids=[0] * 5, flags=[hyperscan.HS_FLAG_DOTALL] * 5)
    return database
