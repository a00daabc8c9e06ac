"""Terms: literal words and phrases over folded text, at the edges of words, scoped to languages.

>>> signal: threat, terms: [{languages: [ru], words: [убью тебя]}]
found in: "УБЬЮ ТЕБЯ", "yбью тeбя" (Latin y, e), "у б ь ю  т е б я" (second pass)
not in:   "не убьют" (another word goes on), "ybyu" (no Cyrillic anywhere)
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import hyperscan
import numpy as np

from steelyard.screening.engine.folding import Folded, Places, fold, one_byte

MAX_MATCHES = 200_000
"""Per scan. A text made to match everywhere is cut here, and its verdict says so."""


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
    """All terms of a policy: those of the one-byte alphabet in one literal database, the others in a second."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = terms
        narrow: dict[bytes, list[int]] = {}
        wide: dict[bytes, list[int]] = {}
        for number, term in enumerate(terms):
            literal = one_byte(term.folded)
            chosen, key = (wide, term.folded.encode()) if literal is None else (narrow, literal)
            chosen.setdefault(key, []).append(number)
        self._narrow = _Literals(narrow) if narrow else None
        self._wide = _Literals(wide) if wide else None

    def scan(self, folded: Folded) -> tuple[list[Found], bool]:
        """Every term at the edges of words, and whether the matches were capped."""
        found: list[Found] = []
        capped = False
        for literals, data in ((self._narrow, "data"), (self._wide, "utf8")):
            if literals is not None:
                groups, starts, ends, over = literals.matches(getattr(folded, data))
                if data == "utf8":
                    starts, ends = folded.chars_at(starts), folded.chars_at(ends)
                found += self._bounded(folded, literals, groups, starts, ends)
                capped |= over
        return found, capped

    def _bounded(
        self, folded: Folded, literals: "_Literals", groups: Places, starts: Places, ends: Places
    ) -> Iterator[Found]:
        if not len(starts):
            return
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

    def __init__(self, by_literal: dict[bytes, list[int]]) -> None:
        self.groups = list(by_literal.values())
        self._lengths = np.array([len(literal) for literal in by_literal], np.int64)
        self._database = hyperscan.Database()
        self._database.compile(
            expressions=list(by_literal), ids=list(range(len(by_literal))), elements=len(by_literal), literal=True
        )

    def matches(self, data: bytes) -> tuple[Places, Places, Places, bool]:
        """Entries, first and end bytes, and whether there were too many."""
        raw, capped = run(self._database, data)
        table = np.array(raw, np.int64).reshape(-1, 3)
        return table[:, 0], table[:, 2] - self._lengths[table[:, 0]], table[:, 2], capped


def run(database: hyperscan.Database, data: bytes) -> tuple[list[tuple[int, int, int]], bool]:
    """All matches as (entry, first byte, end byte), at most MAX_MATCHES, and whether there were more."""
    found: list[tuple[int, int, int]] = []

    def take(entry: int, start: int, end: int, _flags: int, _context: object) -> bool:
        found.append((entry, start, end))
        return len(found) >= MAX_MATCHES

    try:
        database.scan(data, match_event_handler=take)
    except hyperscan.ScanTerminated:
        return found, True
    return found, False
