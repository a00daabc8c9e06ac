"""What the thorough search has to know of its texts, compiled by Numba: their folded form, and what is counted of them.

The same as `folding.Batch` and `evasion.Counts`, which ask NumPy some fifty questions whatever is in a text: for one or
two texts the asking costs ten times what the answers do. The tests hold both against each other.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.alphabet import (
    CYRILLIC,
    DIGIT,
    GREEK,
    LATIN,
    SEES_CYRILLIC,
    SEES_EMOJI,
    SEES_GREEK,
    SEES_INVISIBLE,
    SEES_LATIN,
    SEES_MARK,
    SEES_MONEY,
    SEES_STYLED,
    TABLE_SIZE,
    tables,
)
from steelyard.screening.engine.evasion import MIN_LONE, Counts
from steelyard.screening.engine.explain import SHOWN, known_sights
from steelyard.screening.engine.folding import Batch, Folded, Places
from steelyard.screening.engine.terms import Found

_SCRIPT, _KIND, _MARK, _LOOKALIKE, _WORD, _BYTE, _COUNT = 8, np.uint32(15), 1 << 12, 1 << 13, 1 << 14, 16, 24
"""Where the traits of a character lie in one number: its sights in the lowest eight bits, its script, three flags, the
byte of the matching alphabet, and how many characters it becomes."""
_EMOJI, _MONEY, _INVISIBLE, _MARKS, _STYLED, _LATIN, _CYRILLIC, _MIXED, _REWRITES, _LINKS = range(10)
_SUMS = 10
"""What is counted of each text. Of the last two only whether there is any counts."""
_ANY_LETTER = np.uint32(SEES_LATIN | SEES_CYRILLIC | SEES_GREEK)
_SPACE, _DOT, _AT, _DOLLAR, _ZERO = (np.uint32(ord(sign)) for sign in " .@$0")
_LAST = TABLE_SIZE - 1
_LETTER, _FIGURE = 2, 1
_MANY = 6
"""Letters in a row behind a digit that opens a word."""


class FoldedLookedAt(Folded):
    def edged(self, matched: Places, lengths: Places) -> list[list[int]]:
        found: list[list[int]] = _edged(matched, lengths, self.is_word, self.starts).tolist()
        return found


class LookedAt(Batch):
    """A batch folded and counted in one go."""

    def _fold(self) -> Folded:
        traits, begins, flat = _traits()
        codes, places, data, word, starts, self.sums, self.present = _look(
            self.codes, self.starts, traits, begins, flat
        )
        folded = FoldedLookedAt(codes, places, starts, np.arange(len(self.texts)))
        folded.data, folded.is_word = data.tobytes(), word  # else worked out when they are asked for
        return folded


class CountsLookedAt(Counts):
    def __init__(self, batch: LookedAt) -> None:
        self._sums, self._present = batch.sums, batch.present
        self.none = np.zeros(len(batch.texts), np.int64)
        self.emoji, self.money, self.invisible = self._sum(_EMOJI), self._sum(_MONEY), self._sum(_INVISIBLE)
        self.styled, self.mixed = self._enough_styled(self._sum(_STYLED)), self._sum(_MIXED)
        self.rewrites = bool(self._present >> _REWRITES & 1)
        self.linked = self._sum(_LINKS).nonzero()[0].tolist()
        self.cyrillic, self._latin, self._marks = self._sum(_CYRILLIC), self._sum(_LATIN), self._sum(_MARKS)

    def _sum(self, what: int) -> Places:
        return self._sums[:, what] if self._present >> what & 1 else self.none


def look(texts: Sequence[str | bytes]) -> tuple[Batch, Counts]:
    batch = LookedAt(texts)
    return batch, CountsLookedAt(batch)


def places(batch: Batch, folded: Folded, found: list[Found]) -> list[list[int]]:
    """As `findings.places`."""
    matched, known = np.array(found, np.int64), known_sights()
    placed: list[list[int]] = _places(
        matched, folded.owners, folded.places, batch.starts, batch.codes, known
    ).tolist()
    return placed


def ready() -> None:
    """Compile, or load what was compiled before: nobody's post waits for it."""
    batch, _ = look(["a"])
    batch.folded.edged(np.ones((1, 3), np.int64), np.ones(2, np.int64))
    places(batch, batch.folded, [Found(0, 0, 1, 2)])


@cache
def _traits() -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]:
    table = tables()
    found = table.sights.astype(np.uint32)
    for values, place in ((table.script, _SCRIPT), (table.byte, _BYTE), (table.count, _COUNT)):
        found |= values.astype(np.uint32) << np.uint32(place)
    for flags, flag in ((table.mark, _MARK), (table.lookalike, _LOOKALIKE), (table.word, _WORD)):
        found[flags] |= np.uint32(flag)
    return found, table.start, table.flat


@numba.njit(cache=True)
def _look(codes: Any, starts: Any, traits: Any, begins: Any, flat: Any) -> Any:
    """Folded characters, the place of each in the originals, its byte, whether it is of a word; where each text
    begins among them; the sums; and a bit for each of them that is not 0 in all texts."""
    size = 0
    for at in range(len(codes)):
        size += traits[min(codes[at], _LAST)] >> _COUNT
    texts = len(starts) - 1
    folded = np.empty(size + texts + 1, np.uint32)
    places = np.empty(len(folded), np.int64)
    firsts, sums = np.empty(texts + 1, np.int64), np.zeros((texts, _SUMS), np.int64)
    folded[0], places[0], size = 1, 0, 1
    for text in range(texts):
        first, last = starts[text], starts[text + 1] - 1
        firsts[text] = size
        for at in range(first, last):
            row = min(codes[at], _LAST)
            start = begins[row]
            for n in range(traits[row] >> _COUNT):
                new = flat[start + n] if row < _LAST else codes[at]
                if new != _SPACE or folded[size - 1] != _SPACE:
                    folded[size], places[size] = new, at
                    size += 1
        folded[size], places[size] = 1, last
        size += 1
        _count(codes, first, last, traits, sums[text])
    firsts[texts] = size
    data, word = np.empty(size, np.uint8), np.empty(size, np.bool_)
    for at in range(size):
        trait = traits[min(folded[at], _LAST)]
        data[at], word[at] = trait >> _BYTE, trait & _WORD
    for text in range(texts):
        _structure(folded, firsts[text], firsts[text + 1] - 1, traits, sums[text])
    present = 0
    for text in range(texts):
        for what in range(_SUMS):
            present |= (sums[text, what] != 0) << what
    return folded[:size], places[:size], data, word, firsts, sums, present


@numba.njit(cache=True)
def _count(codes: Any, first: Any, last: Any, traits: Any, sums: Any) -> None:
    """`evasion.Counts` of one text."""
    before, turns, plain, cyrillic = np.uint32(0), 0, 0, 0
    for at in range(first, last):
        trait = traits[min(codes[at], _LAST)]
        if trait & (SEES_EMOJI | SEES_MONEY):
            sums[_EMOJI] += 1
        if trait & (SEES_MONEY | SEES_MARK | SEES_STYLED | SEES_INVISIBLE):
            sums[_MONEY] += (trait & SEES_MONEY) != 0
            sums[_MARKS] += (trait & SEES_MARK) != 0
            sums[_STYLED] += (trait & SEES_STYLED) != 0
            before_it, behind_it = traits[min(codes[at - 1], _LAST)], traits[min(codes[at + 1], _LAST)]
            hidden = trait & SEES_INVISIBLE and codes[at] != 1
            sums[_INVISIBLE] += hidden and before_it & _ANY_LETTER != 0 and behind_it & _ANY_LETTER != 0
        sums[_LATIN] += (trait & SEES_LATIN) != 0
        sums[_CYRILLIC] += (trait & SEES_CYRILLIC) != 0
        if codes[at] != 1 and (trait >> _COUNT == 0 or trait & _MARK):
            continue  # nothing that a word is spelled with
        kind = trait >> np.uint32(_SCRIPT) & _KIND
        if not LATIN <= kind <= GREEK:
            sums[_MIXED] += _is_mixed(turns, plain, cyrillic)
            before, turns, plain, cyrillic = np.uint32(0), 0, 0, 0
            continue
        turns += before != 0 and before != kind  # noqa: PLR1714 (compiled)
        plain += kind != CYRILLIC and not trait & _LOOKALIKE
        cyrillic += kind == CYRILLIC
        before = kind
    sums[_MIXED] += _is_mixed(turns, plain, cyrillic)


@numba.njit(cache=True)
def _is_mixed(turns: Any, plain: Any, cyrillic: Any) -> Any:
    """As `evasion` says of a word."""
    return turns > 0 and cyrillic > 0 and (turns > 1 or plain == 0)


@numba.njit(cache=True)
def _structure(folded: Any, first: Any, last: Any, traits: Any, sums: Any) -> None:
    """Whether the second pass has anything to undo, and whether there may be links, in the folded form of one text.
    A separator is on both sides of it."""
    lone = 0
    for at in range(first, last):
        here, before, behind = (
            _class(folded[at], traits), _class(folded[at - 1], traits), _class(folded[at + 1], traits),
        )  # fmt: skip
        lone += here == _LETTER and not before and not behind
        sums[_LINKS] += behind and (folded[at] == _AT or (folded[at] == _DOT and before))
        if here == _FIGURE or folded[at] == _AT or folded[at] == _DOLLAR:
            sums[_REWRITES] += _stands_for_a_letter(folded, at, last, traits)
    sums[_REWRITES] += lone >= MIN_LONE


@numba.njit(cache=True)
def _stands_for_a_letter(folded: Any, at: Any, last: Any, traits: Any) -> Any:
    """As `evasion` says of digits and of @ and $."""
    before, behind = _class(folded[at - 1], traits), _class(folded[at + 1], traits)
    if before == _LETTER and behind == _LETTER:
        return True
    if _class(folded[at], traits) == _FIGURE and not before and behind == _LETTER:
        return _letters(folded, at + 1, last, traits) >= _MANY
    return (
        folded[at] == _ZERO and before == _LETTER and not behind and _class(folded[at - 2], traits) == _LETTER
    )


@numba.njit(cache=True)
def _class(code: Any, traits: Any) -> Any:
    """`_LETTER`, `_FIGURE`, or 0 for what parts words."""
    trait = traits[min(code, _LAST)]
    if not trait & _WORD:
        return 0
    return _FIGURE if trait >> np.uint32(_SCRIPT) & _KIND == DIGIT else _LETTER


@numba.njit(cache=True)
def _letters(folded: Any, at: Any, last: Any, traits: Any) -> Any:
    """How many letters in a row."""
    first = at
    while at < last and _class(folded[at], traits) == _LETTER:
        at += 1
    return at - first


@numba.njit(cache=True)
def _edged(matched: Any, lengths: Any, word: Any, starts: Any) -> Any:
    found, count = np.empty((len(matched), 5), np.int64), 0
    for n in range(len(matched)):
        group, end = matched[n, 0], matched[n, 2]
        start = end - lengths[group]
        if word[start - 1] and word[start]:
            continue
        row = found[count]
        row[0], row[1] = group, np.searchsorted(starts, start, side="right") - 1
        row[2], row[3] = start, end
        row[4] = word[min(end, len(word) - 1)] and word[end - 1]
        count += 1
    return found[:count]


@numba.njit(cache=True)
def _places(matched: Any, owners: Any, places: Any, starts: Any, codes: Any, known: Any) -> Any:  # noqa: PLR0917
    found = np.zeros((len(matched), 4), np.int64)
    for n in range(len(matched)):
        item, row = owners[matched[n, 1]], found[n]
        first, last = places[matched[n, 2]], places[matched[n, 3] - 1] + 1
        row[0], row[1], row[2] = item, first - starts[item], last - starts[item]
        for at in range(first, min(last, first + SHOWN)):
            row[3] |= known[min(codes[at], _LAST)]
    return found
