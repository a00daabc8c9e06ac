"""Evasion: how a text was disguised, counted on the original, and the stricter second pass that undoes more.

Signals: `mixed_script` (words such as "coвмecтнoгo"), `invisible_inside` (characters of no width inside
words), `stacked_marks`, `styled_letters` (full-width, mathematical, circled), and from the second pass
`spaced_letters` ("п р и в е т") and `digits_for_letters` ("pa6oтa").
"""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

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
from steelyard.screening.engine.confusables import CYRILLIC_DIGITS, LATIN_DIGITS
from steelyard.screening.engine.folding import SEPARATOR, Batch, Codes, Folded, Places

SIGNALS = (
    "mixed_script", "invisible_inside", "stacked_marks", "styled_letters", "spaced_letters",
    "digits_for_letters",
)  # fmt: skip
MIN_MARKS, MIN_STYLED, MIN_LONE = 5, 6, 4
_ALPHABETIC = SEES_LATIN | SEES_CYRILLIC | SEES_GREEK
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .,\-_*|/\\'\"~+:;=]{1,3}){3,}[^\W\d_](?![^\W_])")


class Counts:
    """Per item of the batch. Texts start after a separator, so no segment is empty. What the batch has none of is not
    counted and is `none`: most batches are a few texts with little to count, and each array costs more than what is
    in it."""

    def __init__(self, batch: Batch) -> None:
        self._batch, self._sights = batch, tables().sights[batch.rows]
        self._present = present = int(np.bitwise_or.reduce(self._sights))
        self.none: Places = np.zeros(len(batch.texts), np.int64)
        self.emoji = self._per_text(SEES_EMOJI | SEES_MONEY)
        self.money = self._per_text(SEES_MONEY)
        inside = _inside(batch, self._sights) if present & SEES_INVISIBLE else None
        self.invisible = self._per_text(SEES_INVISIBLE, inside)
        self.styled = self._enough_styled(self._per_text(SEES_STYLED))
        scripts = present & _ALPHABETIC
        self.mixed = _mixed_words(batch) if scripts & (scripts - 1) else self.none
        self.rewrites = True
        """Whether the second pass may have anything to undo; it looks for itself."""
        self.linked = batch.folded.linked()
        """The texts that may hold links."""

    def _enough_styled(self, styled: Places) -> Places:
        return styled if styled is self.none else np.where(styled >= MIN_STYLED, styled, 0)

    def _per_text(self, flag: int, inside: np.ndarray | None = None) -> Places:
        if not self._present & flag:
            return self.none
        seen = (self._sights & flag) > 0 if inside is None else inside
        starts = self._batch.starts
        return np.add.reduceat(seen[: starts[-1] - 1], starts[:-1] - 1, dtype=np.int64)

    @cached_property
    def cyrillic(self) -> Places:
        return self._per_text(SEES_CYRILLIC)

    @cached_property
    def _latin(self) -> Places:
        return self._per_text(SEES_LATIN)

    @cached_property
    def _marks(self) -> Places:
        return self._per_text(SEES_MARK)

    @cached_property
    def stacked(self) -> Places:
        """Marks, where they are more than a third of the letters."""
        marks = self._marks
        if marks is self.none or marks.max(initial=0) < MIN_MARKS:
            return self.none
        letters = self.cyrillic + self._latin
        return np.where((marks >= MIN_MARKS) & (marks * 3 > letters), marks, 0)


def look(texts: Sequence[str | bytes]) -> tuple[Batch, Counts]:
    """A batch as the thorough search needs it. `looking.look` does the same by compiled code."""
    batch = Batch(texts)
    return batch, Counts(batch)


def _inside(batch: Batch, sights: np.ndarray) -> np.ndarray:
    """What is invisible between two letters."""
    invisible = ((sights & SEES_INVISIBLE) > 0) & (batch.codes != ord(SEPARATOR))
    alphabetic = (sights & _ALPHABETIC) > 0
    invisible[1:-1] &= alphabetic[:-2] & alphabetic[2:]
    found: np.ndarray = invisible
    return found


def _mixed_words(batch: Batch) -> Places:
    """Words of each text that mix Cyrillic with look-alikes, or change script twice.

    "CSSный" is a word people write: one change, and S is nobody's look-alike.
    """
    count = np.zeros(len(batch.texts), np.int64)
    spelled = np.flatnonzero(
        (tables().count[batch.rows] > 0) & ~tables().mark[batch.rows] | (batch.codes == ord(SEPARATOR))
    )
    kind = tables().script[batch.rows[spelled]]
    letters = (kind >= LATIN) & (kind <= GREEK)
    changes = np.zeros(len(kind), np.bool_)
    changes[1:] = letters[1:] & letters[:-1] & (kind[1:] != kind[:-1])
    if not changes.any():
        return count
    word = np.cumsum(~letters)
    turns = np.bincount(word[changes], minlength=word[-1] + 1)
    foreign = letters & (kind != CYRILLIC) & ~tables().lookalike[batch.rows[spelled]]
    plain = np.bincount(word[foreign], minlength=word[-1] + 1)
    cyrillic = np.bincount(word[letters & (kind == CYRILLIC)], minlength=word[-1] + 1)
    mixed = np.flatnonzero((turns > 0) & (cyrillic > 0) & ((turns > 1) | (plain == 0)))
    firsts = spelled[np.searchsorted(word, mixed)] + 1  # the character before the word may be the separator
    np.add.at(count, np.searchsorted(batch.starts, firsts, side="right") - 1, 1)
    return count


class Undone(NamedTuple):
    """Texts rewritten by the second pass, and what was undone in each of them."""

    folded: Folded
    kinds: list[tuple[str, ...]]


def second_pass(batch: Batch, counts: Counts) -> Undone | None:
    """Join letters set apart and read digits as the letters they stand for, where a text has either."""
    if not counts.rewrites:
        return None
    folded = batch.folded
    table = tables()
    rows = np.minimum(folded.codes, TABLE_SIZE - 1)
    word = table.word[rows]
    digit = word & (table.script[rows] == DIGIT)
    letter = word & ~digit
    lone = letter.copy()
    lone[1:-1] &= ~word[:-2] & ~word[2:]
    swaps = _digits_for_letters(folded.codes, letter, digit, word)
    alone = lone.nonzero()[0]
    if len(alone) < MIN_LONE and not len(swaps):
        return None
    busy = np.bincount(folded.text_of(alone), minlength=len(batch.texts)) >= MIN_LONE
    chosen = np.flatnonzero(busy | (np.bincount(folded.text_of(swaps), minlength=len(batch.texts)) > 0))
    parts = [
        part for text in chosen if (part := _rewrite(folded, int(text), swaps, counts, bool(busy[text])))
    ]
    return _laid_out(parts) if parts else None


def _digits_for_letters(codes: Codes, letter: np.ndarray, digit: np.ndarray, word: np.ndarray) -> Places:
    """Single digits between letters, or before six of them: not "м2", "3 часа" or "10x"."""
    places: Places = (digit | (codes == ord("@")) | (codes == ord("$"))).nonzero()[0]
    if not len(places):
        return places
    between = letter[places - 1] & letter[places + 1]
    opening = digit[places] & ~word[places - 1]
    for ahead in range(1, 7):
        opening &= letter[np.minimum(places + ahead, len(codes) - 1)]
    closing = (codes[places] == ord("0")) & letter[places - 1] & letter[places - 2]
    closing &= ~word[np.minimum(places + 1, len(codes) - 1)]
    chosen: Places = places[between | opening | closing]
    return chosen


class _Part(NamedTuple):
    owner: int
    codes: Codes
    places: Places
    kinds: tuple[str, ...]


def _rewrite(folded: Folded, text: int, swaps: Places, counts: Counts, busy: bool) -> _Part | None:
    first, last = int(folded.starts[text]), int(folded.starts[text + 1]) - 1
    codes, places = folded.codes[first:last].copy(), folded.places[first:last]
    kinds = []
    mine = swaps[np.searchsorted(swaps, first) : np.searchsorted(swaps, last)] - first
    if len(mine):
        digits = CYRILLIC_DIGITS if counts.cyrillic[text] else LATIN_DIGITS | {"@": "a", "$": "s"}
        for place in mine.tolist():
            codes[place] = ord(digits.get(chr(codes[place]), chr(codes[place])))
        kinds.append("digits")
    if busy and (kept := _joined(codes, places)) is not None:
        codes, places = codes[kept], places[kept]
        kinds.append("spaced")
    return _Part(text, codes, places, tuple(kinds)) if kinds else None


def _joined(codes: Codes, places: Places) -> Places | None:
    """Characters to keep so that letters set apart make words. A wider gap than the run's own parts words."""
    drop = np.zeros(len(codes), np.bool_)
    text = codes.astype("<u4").tobytes().decode("utf-32-le")
    for run in _SPACED.finditer(text):
        letters = np.array([at for at in range(run.start(), run.end()) if text[at].isalpha()])
        gaps = np.diff(places[letters])
        for at, following, gap in zip(
            letters[:-1].tolist(), letters[1:].tolist(), gaps.tolist(), strict=True
        ):
            drop[at + 1 + (gap > gaps.min()) : following] = True
    return np.flatnonzero(~drop) if drop.any() else None


def _laid_out(parts: list[_Part]) -> Undone:
    mark, none = np.array([ord(SEPARATOR)], np.uint32), np.array([0], np.int64)
    codes = np.concatenate([mark, *(piece for part in parts for piece in (part.codes, mark))])
    places = np.concatenate([none, *(piece for part in parts for piece in (part.places, none))])
    starts = np.concatenate([np.ones(1, np.int64), 1 + np.cumsum([len(part.codes) + 1 for part in parts])])
    owners = np.array([part.owner for part in parts], np.int64)
    return Undone(Folded(codes, places, starts, owners), [part.kinds for part in parts])
