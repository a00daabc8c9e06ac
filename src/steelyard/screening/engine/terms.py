"""Terms: literal words and phrases over folded text, at the edges of words, scoped to languages.

>>> signal: threat, terms: [{languages: [ru], words: [убью тебя]}]
found in: "УБЬЮ ТЕБЯ", "yбью тeбя" (Latin y, e), "у б ь ю  т е б я" (second pass)
not in:   "не убьют" (another word goes on), "ybyu" (no Cyrillic anywhere)
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from steelyard.screening.engine.alphabet import OTHER_LETTER, OTHER_SIGN
from steelyard.screening.engine.cache import compiled
from steelyard.screening.engine.folding import Batch, Folded, Places
from steelyard.screening.engine.matching import MAX_MATCHES, matches, run
from steelyard.screening.engine.sieve import PORTION, Sifted, word_bytes

_STAND_INS = {OTHER_LETTER, OTHER_SIGN}


class Found(NamedTuple):
    """A raw match: which entry, and folded characters `start` to `end`."""

    entry: int
    text: int
    start: int
    end: int


class Term(NamedTuple):
    signal: str
    languages: tuple[str, ...]
    literal: bytes
    """In the one-byte alphabet; in UTF-8 where it is `wide`: where a letter has no byte of its own."""
    chars: int
    prefix: bool
    """The word may go on after the term."""
    wide: bool


def read_terms(written: Sequence[tuple[str, tuple[str, ...], str]]) -> list[Term]:
    """Fold written terms, each (signal, languages, term). A trailing `*` marks a stem."""
    terms: list[Term] = []
    for first in range(0, len(written), PORTION):
        part = written[first : first + PORTION]
        folded = Batch([term.rstrip("*") for _, _, term in part]).folded
        for number, (signal, languages, term) in enumerate(part):
            literal = folded.data[folded.starts[number] : folded.starts[number + 1] - 1].strip(b" ")
            chars, wide = len(literal), not _STAND_INS.isdisjoint(literal)
            if wide:
                literal = folded.text(number).strip(" ").encode()
            terms.append(Term(signal, languages, literal, chars, term.endswith("*"), wide))
    return terms


class TermScan:
    """All terms of a policy: those of the one-byte alphabet in one database, the others in a second."""

    def __init__(self, terms: Sequence[Term], cache: Path | None = None) -> None:
        self.terms = terms
        narrow: dict[bytes, list[int]] = {}
        wide: dict[bytes, list[int]] = {}
        for number, term in enumerate(terms):
            (wide if term.wide else narrow).setdefault(term.literal, []).append(number)
        self._narrow = _Literals(narrow, terms, cache) if narrow else None
        self._wide = _Literals(wide, terms, cache) if wide else None

    def scan(self, folded: Folded) -> tuple[list[Found], set[int]]:
        """Every term at the edges of words, and the texts whose matches were capped."""
        found: list[Found] = []
        capped: set[int] = set()
        for literals, wide in ((self._narrow, False), (self._wide, True)):
            if literals is not None:
                table, over = matches(literals.database, folded, wide=wide)
                found += self._bounded(folded, literals, table)
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

    def _bounded(self, folded: Folded, literals: "_Literals", matched: Places) -> Iterator[Found]:
        """At the edges of words."""
        for group, text, start, end, goes_on in (
            folded.edged(matched, literals.lengths) if len(matched) else ()
        ):
            for number in literals.groups[group]:
                if not goes_on or self.terms[number].prefix:
                    yield Found(number, text, start, end)


class _Literals:
    """One database. Equal literals of several terms are one entry."""

    def __init__(self, by_literal: dict[bytes, list[int]], terms: Sequence[Term], cache: Path | None) -> None:
        self.groups = list(by_literal.values())
        self.stems = np.array([any(terms[n].prefix for n in group) for group in self.groups], np.bool_)
        self.lengths = np.array([terms[group[0]].chars for group in self.groups], np.int64)
        self.database = compiled(list(by_literal), cache)
