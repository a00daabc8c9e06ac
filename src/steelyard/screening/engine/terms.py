"""Terms: literal words and phrases over folded text, at the edges of words, scoped to languages.

>>> signal: threat, terms: [{languages: [ru], words: [убью тебя]}]
found in: "УБЬЮ ТЕБЯ", "yбью тeбя" (Latin y, e), "у б ь ю  т е б я" (second pass)
not in:   "не убьют" (another word goes on), "ybyu" (no Cyrillic anywhere)
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import hyperscan
import numpy as np

from steelyard.screening.engine.alphabet import OTHER_LETTER, OTHER_SIGN
from steelyard.screening.engine.folding import Folded, Places, fold, one_byte
from steelyard.screening.engine.matching import MAX_MATCHES, matches, run
from steelyard.screening.engine.sieve import Sifted, word_bytes


class Found(NamedTuple):
    """A raw match: which entry, and folded characters `start` to `end`."""

    entry: int
    text: int
    start: int
    end: int


class Term(NamedTuple):
    signal: str
    languages: tuple[str, ...]
    folded: str
    prefix: bool
    """The word may go on after the term."""


def read_term(signal: str, languages: tuple[str, ...], written: str) -> Term:
    """Fold one written term. A trailing `*` marks a stem."""
    prefix = written.endswith("*")
    return Term(signal, languages, fold(written.rstrip("*")).strip(), prefix)


class TermScan:
    """All terms of a policy: those of the one-byte alphabet in one database, the others in a second."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = terms
        narrow: dict[bytes, list[int]] = {}
        wide: dict[bytes, list[int]] = {}
        for number, term in enumerate(terms):
            literal = one_byte(term.folded)
            chosen, key = (wide, term.folded.encode()) if literal is None else (narrow, literal)
            chosen.setdefault(key, []).append(number)
        self._narrow = _Literals(narrow, terms) if narrow else None
        self._wide = _Literals(wide, terms) if wide else None

    def scan(self, folded: Folded) -> tuple[list[Found], set[int]]:
        """Every term at the edges of words, and the texts whose matches were capped."""
        found: list[Found] = []
        capped: set[int] = set()
        for literals, wide in ((self._narrow, False), (self._wide, True)):
            if literals is not None:
                table, over = matches(literals.database, folded, wide=wide)
                found += self._bounded(folded, literals, table[:, 0], table[:, 2])
                capped |= over
        return found, capped

    def sieve(self, sifted: Sifted) -> None:
        """Note the texts in which a term could be: the same database, and the edges of words as bytes."""
        folded = np.frombuffer(sifted.data, np.uint8)
        if self._wide is not None:
            sifted.doubt(np.flatnonzero((folded == OTHER_LETTER) | (folded == OTHER_SIGN)))
        if self._narrow is None:
            return
        found, over = run(self._narrow.database, sifted.data, MAX_MATCHES)
        if over:
            sifted.doubtful[:] = True
        elif found:
            rows = np.array(found, np.int64)
            groups, ends = rows[:, 0], rows[:, 2]
            starts = ends - self._narrow.lengths[groups]
            word = word_bytes()
            edged = ~(word[folded[starts - 1]] & word[folded[starts]])
            edged &= ~(word[folded[ends - 1]] & word[folded[ends]]) | self._narrow.stems[groups]
            sifted.doubt(starts[edged])

    def _bounded(
        self, folded: Folded, literals: "_Literals", groups: Places, ends: Places
    ) -> Iterator[Found]:
        if not len(ends):
            return
        starts = ends - literals.lengths[groups]
        word = folded.is_word
        open_start = ~(word[starts - 1] & word[starts])
        open_end = ~(word[np.minimum(ends, len(word) - 1)] & word[ends - 1])
        texts = folded.text_of(starts)
        for place in np.flatnonzero(open_start):
            for number in literals.groups[groups[place]]:
                if open_end[place] or self.terms[number].prefix:
                    yield Found(number, int(texts[place]), int(starts[place]), int(ends[place]))


class _Literals:
    """One database. Equal literals of several terms are one entry."""

    def __init__(self, by_literal: dict[bytes, list[int]], terms: Sequence[Term]) -> None:
        self.groups = list(by_literal.values())
        self.stems = np.array([any(terms[n].prefix for n in group) for group in self.groups], np.bool_)
        self.lengths = np.array([len(terms[group[0]].folded) for group in self.groups], np.int64)
        self.database = hyperscan.Database()
        self.database.compile(
            expressions=list(by_literal),
            ids=list(range(len(by_literal))),
            elements=len(by_literal),
            literal=True,
        )
