"""The sieve's folding compiled by Numba: one pass over UTF-8 as it is, from bytes, Arrow columns or strings.

What `sieve.sift` does in a dozen passes over UTF-16, with the same bytes out for every text that is not doubtful. It
doubts a few texts more: those that are no UTF-8, or hold half a surrogate pair, are left to the thorough search
unread. It takes 150 MB of memory, so a process asks for it (`load_screen(..., fast=True)`).
"""

from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine import evasion, sieve
from steelyard.screening.engine.folding import MAX_CHARS
from steelyard.screening.engine.looks import ALPHABETIC, CLOSER, GONE, GROWS, INVISIBLE, MARK, look_table
from steelyard.screening.engine.packed import Bytes, Packed, Places, Texts, packed
from steelyard.screening.engine.sieve import LONE_NEAR, LONE_ROW, Sifted, letter_bytes, word_bytes

_GROWN = 2
"""Bytes out for a byte in, at most: ½ has two bytes in UTF-8 and becomes three."""
_SCRIPTS, _SCRIPT = np.uint32(ALPHABETIC << 8), np.uint32(1 << 8)
_GONE, _MARK, _INVISIBLE = np.uint32(GONE << 8), np.uint32(MARK << 8), np.uint32(INVISIBLE << 8)
_CLOSER, _GROWS = np.uint32(CLOSER << 8), np.uint32(GROWS << 8)
_RARE = np.uint32((GONE | MARK | INVISIBLE | CLOSER | GROWS) << 8)
_PLAIN = np.uint32(1 << 16)
"""A letter of an alphabet about which there is nothing else to say: most of what people write."""
_SEPARATOR, _SPACE, _ONE = np.uint32(1 << 17), np.uint32(ord(" ")), np.uintp(1)
_LETTER = 3
_PADDING = 4
"""Bytes that may be read behind a text, so that its end needs no look in the middle of a character."""
_MIN_MARKS, _MAX_CHARS, _ROW, _NEAR = evasion.MIN_MARKS, np.uintp(MAX_CHARS), LONE_ROW, np.uintp(LONE_NEAR)


class _Looks(NamedTuple):
    """As `looks.LookTable`, laid out for one look-up a character: its byte, its flags, and whether it is plain."""

    of: NDArray[np.uint32]
    """Per code point of planes 0 and 1, and one for all beyond."""
    pairs: NDArray[np.uint32]
    """Per two bytes, from 0x8000 on: characters of two bytes, and what is none."""
    kinds: NDArray[np.uint8]
    """Per byte of the folded alphabet: 3 for letters, 1 for other word characters, 0 for the rest."""
    grown: NDArray[np.uint8]
    """What each stand-in becomes, one row each, and how many bytes of it count."""
    sizes: NDArray[np.uint8]


def sift_fast(texts: Texts) -> Sifted:
    """As `sieve.sift`, without a look at each text as an object of Python."""
    if not isinstance(texts, Packed) and texts and isinstance(texts[0], str) and (found := _strings(texts)):
        return found
    given = packed(texts).padded(_PADDING)
    size = int(given.ends[-1] - given.starts[0]) if len(given) else 0
    return _sifted(given.buffer, given.starts, given.ends, size) or sieve.sift(texts)


def _strings(texts: Texts) -> Sifted | None:
    """Joined by separators, because the length of a string says nothing of its bytes. None where a text holds a
    separator itself, or there are bytes among the texts."""
    try:
        content = "\x01".join((*texts, "\0" * _PADDING)).encode("utf-8", "surrogatepass")
    except TypeError:
        return None
    size, none = len(content) - _PADDING, np.zeros(0, np.int64)
    return _sifted(np.frombuffer(content, np.uint8), none, np.full(len(texts), size), size)


def _sifted(buffer: Bytes, starts: Places, ends: Places, size: int) -> Sifted | None:
    """Without `starts`, each text begins behind the separator that ends the one before."""
    out, edges = np.empty(_GROWN * size + len(ends) + 1, np.uint8), np.zeros(len(ends) + 1, np.int64)
    doubtful = np.zeros(len(ends), np.bool_)
    written = _fold(buffer, starts, ends, _looks(), out, edges, doubtful)
    if not written:
        return None
    data = out[:written].tobytes()
    sieve.note_structure(data, edges, doubtful)
    return Sifted(data, edges, doubtful)


@cache
def _looks() -> _Looks:
    table = look_table()
    of = np.concatenate([table.units, table.beyond, np.array([table.last], np.uint16)]).astype(np.uint32)
    of[1] = of[2] | _SEPARATOR  # inside a text it is a control like any other
    kinds = (word_bytes() + 2 * letter_bytes()).astype(np.uint8)
    of |= np.where((kinds[of & 0xFF] == _LETTER) & (of & _RARE == 0), _PLAIN, np.uint32(0))
    pairs = np.full(0x6000, _CLOSER, np.uint32)
    for lead in range(0xC2, 0xE0):
        first = (lead << 8) - 0x8000 + 0x80
        pairs[first : first + 0x40] = of[(lead & 0x1F) << 6 :][:0x40]
    grown = np.zeros((256, max(map(len, table.growths.values()))), np.uint8)
    sizes = np.zeros(256, np.uint8)
    for slot, content in table.growths.items():
        grown[slot, : len(content)], sizes[slot] = list(content), len(content)
    return _Looks(of, pairs, kinds, grown, sizes)


@numba.njit(cache=True)
def _fold(buffer: Any, starts: Any, ends: Any, looks: Any, out: Any, edges: Any, doubtful: Any) -> Any:  # noqa: PLR0917
    """Fold all texts into `out`, note the separators' places and the doubtful texts. Returns the bytes written, or 0
    where there are more separators than texts."""
    out[0], size, at, separated = 1, _ONE, np.uintp(0), len(starts) == 0
    for text in range(len(ends)):
        end = np.uintp(ends[text])
        begin = at if separated else np.uintp(starts[text])
        size, at, bad = _fold_one(buffer, begin, end, looks, out, size, separated)
        doubtful[text] = bad or (at != end and not separated)  # it ends in the middle of a character
        out[size] = 1
        edges[text + 1] = size
        size += _ONE
    return np.uintp(0) if separated and len(ends) and at != np.uintp(ends[-1]) else size


# One loop that does everything, because what it knows of the characters before stays in registers.
@numba.njit(cache=True)
def _fold_one(  # noqa: PLR0912, PLR0917, PLR0915
    buffer: Any, at: Any, end: Any, looks: Any, out: Any, size: Any, separated: Any
) -> Any:
    of, pairs, kinds, grown, sizes = looks
    # Places are unsigned: compiled code would look at each signed one whether it counts from the end.
    one, two = _ONE, np.uintp(2)
    begin = slow = size  # where the text begins, and what follows the last character that was not plain
    bad, run, before = np.uint32(0), np.uint32(0), np.uint32(0)
    marks, row, hidden, plain = 0, 0, False, _PLAIN
    lone = size
    while at < end:
        lead = np.uint32(buffer[at])
        if lead < 0x80:
            look = of[lead]
            at += one
        elif lead < 0xE0:
            look = pairs[(lead << np.uint32(8) | np.uint32(buffer[at + one])) - np.uint32(0x8000)]
            at += two
        else:
            code, long, fault = _decoded(buffer, at)
            look = of[code]
            bad |= fault
            at += long
        if look & plain:
            run |= look
            out[size] = look
            size += one
            continue
        if look & _SEPARATOR and separated:
            break
        letters, before_slow = size - slow, before
        if look == _SPACE and letters > one:  # the end of a word, and nothing else
            bad |= (run & _SCRIPTS) & ((run & _SCRIPTS) - _SCRIPT)
            run = before = np.uint32(0)
            out[size] = look
            size += one
            slow = size
            continue
        scripts = before = look & _SCRIPTS
        if hidden:  # something invisible stands between two letters
            bad |= scripts
            hidden, plain = False, _PLAIN
        if scripts:
            run |= look
        elif not look & _GONE:  # letters on both sides of what vanishes are neighbours
            bad |= (run & _SCRIPTS) & ((run & _SCRIPTS) - _SCRIPT)  # two scripts in one word
            run = np.uint32(0)
        count = 1
        if look & _RARE:
            bad |= look & _CLOSER
            marks += (look & _MARK) != 0
            if look & _INVISIBLE and (letters or before_slow):
                hidden, plain = True, np.uint32(0)
            count = sizes[look & np.uint32(0xFF)] if look & _GROWS else (look & np.uint32(0xFF)) != 0
        for n in range(count):
            folded = np.uint8(look)
            if look & _GROWS:
                folded = grown[look & np.uint32(0xFF), n]
                letters = one
            if letters <= one:
                if folded == 32 and out[size - one] == 32:
                    continue
                if not kinds[folded] and kinds[out[size - one]] == _LETTER and not kinds[out[size - two]]:
                    row = row + 1 if size - one <= lone + _NEAR else 1
                    lone = size - one
                    bad |= np.uint32(row >= _ROW)
            out[size] = folded
            size += one
        slow = size
    if (
        kinds[out[size - one]] == _LETTER
        and not kinds[out[size - two]]
        and row + 1 >= _ROW
        and size - one <= lone + _NEAR
    ):
        bad |= np.uint32(1)
    run &= _SCRIPTS
    bad |= run & (run - _SCRIPT)
    return size, at, bad != 0 or marks >= _MIN_MARKS or size >= begin + _MAX_CHARS


@numba.njit(cache=True)
def _decoded(buffer: Any, at: Any) -> Any:
    """The character of three or four bytes at a place, how many they are, and not 0 where they are no UTF-8."""
    lead, first, second = (
        np.uint32(buffer[at]),
        np.uint32(buffer[at + np.uintp(1)]),
        np.uint32(buffer[at + np.uintp(2)]),
    )
    fault = (first & np.uint32(0xC0)) ^ np.uint32(0x80) | (second & np.uint32(0xC0)) ^ np.uint32(0x80)
    if lead < 0xF0:
        code = (lead & np.uint32(0x0F)) << np.uint32(12) | (first & np.uint32(0x3F)) << np.uint32(6)
        code |= second & np.uint32(0x3F)
        return code, np.uintp(3), fault | np.uint32(code < 0x800)
    third = np.uint32(buffer[at + np.uintp(3)])
    fault |= (third & np.uint32(0xC0)) ^ np.uint32(0x80)
    code = (lead & np.uint32(0x0F)) << np.uint32(18) | (first & np.uint32(0x3F)) << np.uint32(12)
    code |= (second & np.uint32(0x3F)) << np.uint32(6) | (third & np.uint32(0x3F))
    fault |= np.uint32(lead > 0xF4) | np.uint32(code < 0x10000) | np.uint32(code > 0x10FFFF)
    return min(code, np.uint32(0x20000)), np.uintp(4), fault
