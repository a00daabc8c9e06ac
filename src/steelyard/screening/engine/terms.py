"""Terms: literal words and phrases over folded text, at the edges of words, scoped to languages.

>>> signal: threat, terms: [{languages: [ru], words: [убью тебя]}]
found in: "УБЬЮ ТЕБЯ", "yбью тeбя" (Latin y, e), "у б ь ю  т е б я" (second pass)
not in:   "не убьют" (another word goes on), "ybyu" (no Cyrillic anywhere)
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import hyperscan
import numpy as np

from steelyard.screening.engine.folding import Folded, fold

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
    """All terms of a policy in one literal database."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = terms
        by_literal: dict[bytes, list[int]] = {}
        for number, term in enumerate(terms):
            by_literal.setdefault(term.folded.encode(), []).append(number)
        self._groups = list(by_literal.values())
        self._lengths = np.array([len(literal) for literal in by_literal], np.int64)
        self._database = _literals(list(by_literal)) if by_literal else None

    def scan(self, folded: Folded) -> tuple[list[Found], bool]:
        """Every term at the edges of words, and whether the matches were capped."""
        if self._database is None:
            return [], False
        raw, capped = run(self._database, folded.utf8)
        if not raw:
            return [], capped
        table = np.array(raw, np.int64)
        ends = table[:, 2]
        starts = folded.chars_at(ends - self._lengths[table[:, 0]])
        return list(self._bounded(folded, table[:, 0], starts, folded.chars_at(ends))), capped

    def _bounded(
        self, folded: Folded, groups: np.ndarray, starts: np.ndarray, ends: np.ndarray
    ) -> Iterator[Found]:
        word = folded.is_word
        open_start = ~(word[starts - 1] & word[starts])
        open_end = ~(word[np.minimum(ends, len(word) - 1)] & word[ends - 1])
        texts = folded.text_of(starts)
        for place in np.flatnonzero(open_start):
            for number in self._groups[groups[place]]:
                if open_end[place] or self.terms[number].prefix:
                    yield Found(number, int(texts[place]), int(starts[place]), int(ends[place]))


def _literals(literals: list[bytes]) -> hyperscan.Database:
    database = hyperscan.Database()
    database.compile(
        expressions=literals, ids=list(range(len(literals))), elements=len(literals), flags=0, literal=True
    )
    return database


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
