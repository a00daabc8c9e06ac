"""The sieve's folding compiled by Numba: one pass over texts as they are, from bytes, Arrow columns or strings.

What `sieve.sift` does in a dozen passes over UTF-16, with the same bytes out for every text that is not doubtful. It
doubts a few texts more: those that are no UTF-8, or hold half a surrogate pair, are left to the thorough search
unread. It takes 150 MB of memory, so a process asks for it (`load_screen(..., fast=True)`).

Most characters are plain: one byte out, and nothing to say of them but whether they follow well on the two before.
`turns` knows that for every three of them, so the loop asks one table and branches seldom.
"""

import sys
from functools import cache
from typing import Any, NamedTuple

import numba
import numpy as np
from numba.extending import overload
from numpy.typing import NDArray

from steelyard.screening.engine import evasion, sieve
from steelyard.screening.engine.folding import MAX_CHARS
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
from steelyard.screening.engine.packed import Packed, Places, Texts, packed
from steelyard.screening.engine.sieve import LONE_NEAR, LONE_ROW, Sifted, letter_bytes, word_bytes

_WORD, _LATIN, _CYRILLIC, _GREEK, _SIGN, _SPACE, _RARE, _HIDDEN = range(8)
"""What a character is to its neighbours. `_WORD`: digits, and letters of scripts without look-alikes. `_HIDDEN`: one
of the three scripts with something invisible behind it. `_RARE`: there is more to say of it than fits here."""
_KIND = np.uint32(29)
_THREE = np.uint32(0x1FF)
_MIXED, _DOUBLED, _LONE, _SEEN = (np.uint32(1 << bit) for bit in range(4))
"""What three neighbours tell: two scripts in one word, a second space, a character on its own, one that is rare."""
_SCRIPTS, _BYTE = np.uint32(ALPHABETIC << 8), np.uint32(0xFF)
_GONE, _MARK, _INVISIBLE = np.uint32(GONE << 8), np.uint32(MARK << 8), np.uint32(INVISIBLE << 8)
_CLOSER, _GROWS, _SURROGATE = np.uint32(CLOSER << 8), np.uint32(GROWS << 8), np.uint32(SURROGATE << 8)
_SEPARATOR, _NO_UTF8, _ZERO, _ONE = np.uint32(1 << 17), np.uint32(1 << 18), np.uint32(0), np.uintp(1)
_LETTER, _WIDE = 3, 3
_PADDING = 4
"""Bytes that may be read behind a text, so that its end needs no look in the middle of a character."""
_BEYOND = np.uint32(0x20000)
_MIN_MARKS, _MAX_CHARS, _ROW, _NEAR = evasion.MIN_MARKS, np.uintp(MAX_CHARS), LONE_ROW, LONE_NEAR

Codes = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.uint32]
_NONE = np.zeros(0, np.int64)


class _Looks(NamedTuple):
    """As `looks.LookTable`, laid out for one look-up a character: its byte, its flags, and what it is to others."""

    of: NDArray[np.uint32]
    """Per code point of planes 0 and 1, and one for all beyond."""
    pairs: NDArray[np.uint32]
    """Per two bytes, from 0x8000 on: characters of two bytes, and what is none."""
    turns: NDArray[np.uint32]
    kinds: NDArray[np.uint8]
    """Per byte of the folded alphabet: 3 for letters, 1 for other word characters, 0 for the rest."""
    grown: NDArray[np.uint8]
    """What each stand-in becomes, one row each, and how many bytes of it count."""
    sizes: NDArray[np.uint8]


def sift_fast(texts: Texts) -> Sifted:
    """As `sieve.sift`, without a look at each text as an object of Python."""
    if not isinstance(texts, Packed) and (found := _joined(texts)):
        return found
    given = packed(texts).padded(_PADDING)
    size = int(given.ends[-1] - given.starts[0]) if len(given) else 0
    return _sifted(given.buffer, given.starts, given.ends, size) or sieve.sift(texts)


def ready() -> None:
    """Compile for every kind of texts, or load what was compiled before: nobody's post waits for it."""
    for texts in (["a"], ["я"], ["😀"], [b"a"], packed([b"a"])):
        sift_fast(texts)


def _joined(texts: Texts) -> Sifted | None:
    """All texts with a separator behind each, so that nobody needs their lengths. None where a text holds a separator
    itself, or there are strings and bytes among them."""
    try:
        if isinstance(texts[0], bytes):
            codes: Codes = np.frombuffer(b"\x01".join((*texts, bytes(_PADDING))), np.uint8)
            size = len(codes) - _PADDING
        else:
            codes = _as_kept("\x01".join((*texts, "")))
            size = len(codes)
    except (TypeError, IndexError):
        return None
    return _sifted(codes, _NONE, np.full(len(texts), size), size)


def _as_kept(joined: str) -> Codes:
    """Its characters in as many bytes as Python keeps each of them in, which copies and converts nothing."""
    if joined.isascii():
        return np.frombuffer(joined.encode("ascii"), np.uint8)
    wide = sys.getsizeof(joined) > _WIDE * len(joined)
    try:
        return np.frombuffer(joined.encode("utf-32-le" if wide else "utf-16-le"), "<u4" if wide else "<u2")
    except UnicodeEncodeError:  # two halves that do not belong together would be taken for a pair
        return np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")


def _sifted(codes: Codes, starts: Places, ends: Places, size: int) -> Sifted | None:
    """Without `starts`, each text begins behind the separator that ends the one before."""
    looks, codes = _looks(), codes.view()
    codes.flags.writeable = False  # whoever lent them: else it would be compiled once more
    grown = 2 if codes.itemsize == 1 else looks.grown.shape[1]  # ½ has two bytes in UTF-8 and becomes three
    out, edges = np.empty(grown * size + len(ends) + 1, np.uint8), np.zeros(len(ends) + 1, np.int64)
    doubtful = np.zeros(len(ends), np.bool_)
    written = _fold(codes, starts, ends, looks, out, edges, doubtful)
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
    of |= _kinds(of, kinds) << _KIND
    pairs = np.full(0x6000, _CLOSER | _NO_UTF8 | np.uint32(_RARE) << _KIND, np.uint32)
    for lead in range(0xC2, 0xE0):
        first = (lead << 8) - 0x8000 + 0x80
        pairs[first : first + 0x40] = of[(lead & 0x1F) << 6 :][:0x40]
    grown = np.zeros((256, max(map(len, table.growths.values()))), np.uint8)
    sizes = np.zeros(256, np.uint8)
    for slot, content in table.growths.items():
        grown[slot, : len(content)], sizes[slot] = list(content), len(content)
    return _Looks(of, pairs, _turns(), kinds, grown, sizes)


def _kinds(of: NDArray[np.uint32], kinds: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """What each character is to its neighbours."""
    folded, scripts = of & _BYTE, of & _SCRIPTS
    found = np.where(kinds[folded] > 0, _WORD, np.where(folded == ord(" "), _SPACE, _SIGN))
    found = np.where(scripts > 0, _script(scripts), found)
    rare = of & (_GONE | _MARK | _INVISIBLE | _CLOSER | _GROWS | _SEPARATOR) > 0
    return np.where(rare | (scripts > 0) & (kinds[folded] == 0), _RARE, found).astype(np.uint32)


def _turns() -> NDArray[np.uint32]:
    """What any three kinds in a row tell, the newest in the lowest three bits."""
    scripts, apart = {_LATIN, _CYRILLIC, _GREEK}, {_SIGN, _SPACE}
    found = np.zeros(0x200, np.uint32)
    for number in range(0x200):
        before, last, new = number >> 6, number >> 3 & 7, number & 7
        if new in scripts and (last == _HIDDEN or (last in scripts and last != new)):
            found[number] |= _MIXED
        if new == last == _SPACE:
            found[number] |= _DOUBLED
        if before in apart and last not in apart and new in apart:
            found[number] |= _LONE
        if new == _RARE:
            found[number] |= _SEEN
    return found


@numba.njit(cache=True)
def _script(scripts: Any) -> Any:
    """The number of a script from its flag."""
    flag = scripts >> np.uint32(8)
    return flag - (flag >> np.uint32(2))


@numba.njit(cache=True)
def _fold(codes: Any, starts: Any, ends: Any, looks: Any, out: Any, edges: Any, doubtful: Any) -> Any:  # noqa: PLR0917
    """Fold all texts into `out`, note the separators' places and the doubtful texts. Returns the bytes written, or 0
    where there are more separators than texts."""
    out[0], size, at, separated = 1, _ONE, np.uintp(0), len(starts) == 0
    for text in range(len(ends)):
        end = np.uintp(ends[text])
        begin = at if separated else np.uintp(starts[text])
        size, at, bad = _fold_one(codes, begin, end, looks, out, size, separated)
        doubtful[text] = bad or (at != end and not separated)  # it ends in the middle of a character
        out[size] = 1
        edges[text + 1] = size
        size += _ONE
    return np.uintp(0) if separated and len(ends) and at != np.uintp(ends[-1]) else size


# Tables are taken out of `looks` once: each time costs a counted reference.
@numba.njit(cache=True)
def _fold_one(codes: Any, at: Any, end: Any, looks: Any, out: Any, size: Any, separated: Any) -> Any:  # noqa: PLR0917
    of, pairs, turns, kinds, grown, sizes = looks
    # Places are unsigned: compiled code would look at each signed one whether it counts from the end.
    begin, near, bad, marks, lone = size, np.uint32(_SIGN), _ZERO, _ZERO, _ZERO
    while at < end:
        unit = np.uint32(codes[at])
        if _in_utf8(codes) and unit >= 0x80:
            if unit < 0xE0:
                look = pairs[(unit << np.uint32(8) | np.uint32(codes[at + _ONE])) - np.uint32(0x8000)]
                at += np.uintp(2)
                kind = look >> _KIND
                if kind == near & np.uint32(7) and kind < _SIGN:  # one more of the same letters, as most are
                    near = near << np.uint32(3) | kind
                    out[size] = look
                    size += _ONE
                    continue
            else:
                code, long, fault = _decoded(codes, at)
                look = of[code]
                bad |= fault
                at += long
        else:
            look = of[min(unit, _BEYOND)]
            at += _ONE
        near = near << np.uint32(3) | look >> _KIND
        turn = turns[near & _THREE]
        out[size] = look
        size += _ONE
        if not turn:
            continue
        if not turn & _SEEN:
            bad |= turn & _MIXED
            size -= np.uintp(turn >> np.uint32(1) & np.uint32(1))
            lone += turn >> np.uint32(2)
            continue
        size -= _ONE
        near >>= np.uint32(3)
        if separated and look & _SEPARATOR:
            break
        if look & _NO_UTF8:
            at -= _ONE  # only its first byte is read: the next may end the text
        if _in_utf16(codes) and unit >> np.uint32(11) == 0x1B:  # half of a pair: all are pairs
            code = (unit & np.uint32(0x3FF)) << np.uint32(10) | np.uint32(codes[at]) & np.uint32(0x3FF)
            look = of[min(code + np.uint32(0x10000), _BEYOND)]
            at += _ONE
        marks += np.uint32((look & _MARK) != 0)
        size, near, doubt, alone = _rare(look, turns, kinds, grown, sizes, out, size, near)
        bad |= doubt
        lone += alone
    lone += turns[(near << np.uint32(3) | np.uint32(_SIGN)) & _THREE] >> np.uint32(2)
    if lone >= _ROW:
        bad |= _lone_row(out, begin, size, kinds)
    return size, at, bad != 0 or marks >= _MIN_MARKS or size >= begin + _MAX_CHARS


@numba.njit(cache=True)
def _rare(look: Any, turns: Any, kinds: Any, grown: Any, sizes: Any, out: Any, size: Any, near: Any) -> Any:  # noqa: PLR0917
    """Write what a character becomes, be it nothing or several. Returns the bytes written, the neighbours, not 0
    where it is doubtful, and how many stand alone."""
    scripts, bad, lone, last = look & _SCRIPTS, look & _CLOSER, _ZERO, near & np.uint32(7)
    if look & _INVISIBLE and _LATIN <= last <= _GREEK:
        near |= np.uint32(_HIDDEN)
    slot = look & _BYTE
    count = sizes[slot] if look & _GROWS else np.uint8(slot != 0)
    if count and look & _GONE:
        bad |= _GONE  # it parts nothing, but stands there
    for n in range(count):
        folded = grown[slot, n] if look & _GROWS else np.uint8(slot)
        kind = np.uint32(_WORD) if kinds[folded] else np.uint32(_SPACE) if folded == 32 else np.uint32(_SIGN)
        if scripts:
            bad |= np.uint32(kind != _WORD)
            kind = _script(scripts)
        near = near << np.uint32(3) | kind
        turn = turns[near & _THREE]
        bad |= turn & _MIXED
        lone += turn >> np.uint32(2)
        out[size] = folded
        size += _ONE - np.uintp(turn >> np.uint32(1) & np.uint32(1))
    return size, near, bad, lone


@numba.njit(cache=True)
def _lone_row(out: Any, begin: Any, size: Any, kinds: Any) -> Any:
    """Not 0 where letters are set apart, as in "п р и в е т"."""
    row, last = 0, -1
    for place in range(begin, size):
        alone = not kinds[out[place - 1]] and (place + 1 == size or not kinds[out[place + 1]])
        if alone and kinds[out[place]] == _LETTER:
            row = row + 1 if row and place - last <= _NEAR else 1
            last = place
            if row >= _ROW:
                return np.uint32(1)
    return _ZERO


def _in_utf8(codes: Any) -> bool:
    """Known when it is compiled, once for each kind of texts."""
    return bool(codes.dtype == np.uint8)


def _in_utf16(codes: Any) -> bool:
    return bool(codes.dtype == np.uint16)


@overload(_in_utf8)
def _compiled_for_utf8(codes: Any) -> Any:
    return _yes if codes.dtype == numba.uint8 else _no


@overload(_in_utf16)
def _compiled_for_utf16(codes: Any) -> Any:
    return _yes if codes.dtype == numba.uint16 else _no


def _yes(codes: Any) -> Any:
    return True


def _no(codes: Any) -> Any:
    return False


@numba.njit(cache=True)
def _decoded(buffer: Any, at: Any) -> Any:
    """The character of three or four bytes at a place, how many they are, and not 0 where they are no UTF-8:
    then only the first is read, because the next may end the text."""
    lead, first, second = (
        np.uint32(buffer[at]),
        np.uint32(buffer[at + np.uintp(1)]),
        np.uint32(buffer[at + np.uintp(2)]),
    )
    fault = (first & np.uint32(0xC0)) ^ np.uint32(0x80) | (second & np.uint32(0xC0)) ^ np.uint32(0x80)
    if lead < 0xF0:
        code = (lead & np.uint32(0x0F)) << np.uint32(12) | (first & np.uint32(0x3F)) << np.uint32(6)
        code |= second & np.uint32(0x3F)
        fault |= np.uint32(code < 0x800)
        return code, _ONE if fault else np.uintp(3), fault
    third = np.uint32(buffer[at + np.uintp(3)])
    fault |= (third & np.uint32(0xC0)) ^ np.uint32(0x80)
    code = (lead & np.uint32(0x0F)) << np.uint32(18) | (first & np.uint32(0x3F)) << np.uint32(12)
    code |= (second & np.uint32(0x3F)) << np.uint32(6) | (third & np.uint32(0x3F))
    fault |= np.uint32(lead > 0xF4) | np.uint32(code < 0x10000) | np.uint32(code > 0x10FFFF)
    return min(code, _BEYOND), _ONE if fault else np.uintp(4), fault
