"""Demands known by what they are made of: an act, a thing and its reach, near each other in one sentence.

Phrases cannot be foreseen; concepts can. The words and the rules are data (`redline_concepts.yaml`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from steelyard.orders.assessment.terms import folded
from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import RedLineConcepts

_TOKEN = re.compile(r"\w+(?:-\w+)*")
_ARABIC = re.compile("[\u0600-\u06ff]")
_WRITTEN_ON = re.compile("(?:[وفبلک]?(?:ال|لل)|[وفبل](?=\\w{4}))(?=\\w{2})")
"""Conjunctions, prepositions and the article are written onto Arabic words."""
_KEPT = 50_000
"""Words whose concepts are remembered: those of a few hundred orders."""
Places = Mapping[str, list[int]]


@dataclass(frozen=True)
class Hit:
    line: str
    words: tuple[str, ...]
    """As they stand in the text."""
    spans: tuple[tuple[int, int], ...]
    """Of each word: first letter, and the letter after its last"""
    whose: Literal["", "spares", "doubts"]


@dataclass(frozen=True)
class Rule:
    line: str
    wanted: tuple[tuple[str, ...], ...]
    """Each by another word; of each the concepts that will do"""
    within: int
    unless: tuple[str, ...]
    whose: Literal["", "spares", "doubts"]


class Vocabulary:
    """Which concepts a word belongs to."""

    def __init__(self, concepts: Mapping[str, Mapping[str, str]]) -> None:
        self._whole: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._endings: dict[str, set[str]] = {}
        self._inside: dict[str, set[str]] = {}
        self._together: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._seen: dict[str, frozenset[str]] = {}
        for name, by_language in concepts.items():
            for listed in by_language.values():
                for term in listed.split():
                    self._put(folded(term), name)

    def places(self, tokens: Sequence[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, token in enumerate(tokens):
            for name in self._of(token):
                found.setdefault(name, []).append(at)
        return found

    def joined(self, tokens: Sequence[str], found: dict[str, list[int]]) -> None:
        """Adds the terms of several words."""
        for at, token in enumerate(tokens):
            for form in _forms(token):
                for size in range(2, len(form) + 1):
                    for term, name in self._together.get(form[:size], ()):
                        if _stands(tokens, at, term):
                            # “any user” is a crowd, and says “any” as well
                            last = at + len(term) - 1
                            found.setdefault(name, []).append(last if self._of(token) else at)

    def _put(self, term: str, name: str) -> None:
        if "_" in term:
            parts = tuple(term.split("_"))
            self._together.setdefault(parts[0].rstrip("*"), []).append((parts, name))
            return
        inside, ends, begins = term.strip("*"), term.startswith("*"), term.endswith("*")
        into = (
            self._inside
            if ends and begins
            else self._endings
            if ends
            else self._stems
            if begins
            else self._whole
        )
        into.setdefault(inside, set()).add(name)

    def _of(self, token: str) -> frozenset[str]:
        found = self._seen.get(token)
        if found is None:
            found = frozenset(name for form in _forms(token) for name in self._looked_up(form))
            if len(self._seen) < _KEPT:
                self._seen[token] = found
        return found

    def _looked_up(self, word: str) -> Iterator[str]:
        yield from self._whole.get(word, ())
        for size in range(1, len(word) + 1):
            yield from self._stems.get(word[:size], ())
            yield from self._endings.get(word[-size:], ())
        for inside, names in self._inside.items():
            if inside in word:
                yield from names


class Concepts:
    """The concepts of the rulebook and the rules over them. Made once for each reading of it."""

    def __init__(self, given: RedLineConcepts) -> None:
        self._vocabulary = Vocabulary(given.concepts)
        self._rules = tuple(
            Rule(line, tuple(tuple(one.split("|")) for one in rule.of), rule.within, rule.unless, rule.whose)
            for line, rules in given.rules.items()
            for rule in rules
        )

    def hits(self, sentence: str) -> Iterator[Hit]:
        """Every rule that a plain sentence (`terms.folded`) fulfils, at the first place where it does."""
        spans, places = self._read(sentence)
        for rule in self._rules:
            if any(name in places for name in rule.unless):
                continue
            if found := sorted(_nearest(rule, places)):
                there = tuple(spans[at] for at in found)
                yield Hit(rule.line, tuple(sentence[slice(*one)] for one in there), there, rule.whose)

    def spots(self, sentence: str, name: str) -> list[tuple[int, int]]:
        """Where words of a concept stand: first letter, and the letter after the last of its first word."""
        spans, places = self._read(sentence)
        return [spans[at] for at in sorted(places.get(name, ()))]

    def speaks_of(self, sentence: str, *names: str) -> bool:
        """Whether words of every one of these concepts stand in it."""
        _spans, places = self._read(sentence)
        return all(name in places for name in names)

    def _read(self, sentence: str) -> tuple[list[tuple[int, int]], dict[str, list[int]]]:
        spans = [one.span() for one in _TOKEN.finditer(sentence)]
        tokens = [sentence[slice(*span)] for span in spans]
        found = self._vocabulary.places(tokens)
        self._vocabulary.joined(tokens, found)
        return spans, found


_MADE: dict[tuple[str, date], Concepts] = {}


def concepts_of(law: Law) -> Concepts | None:
    """Those of a day's law. Days with the same words share them: to read them takes longer than to use them."""
    given = law.red_line_concepts
    if given is None:
        return None
    key = (law.digest, given.since)
    if key not in _MADE:
        _MADE[key] = Concepts(given)
    return _MADE[key]


def _forms(token: str) -> Iterator[str]:
    """The word, its parts where it is joined by a hyphen, and an Arabic one without what is written onto it."""
    yield token
    if "-" in token:
        yield from token.split("-")
    if _ARABIC.match(token) and (onto := _WRITTEN_ON.match(token)):
        yield token[onto.end() :]


def _stands(tokens: Sequence[str], at: int, term: tuple[str, ...]) -> bool:
    return at + len(term) <= len(tokens) and all(_like(tokens[at + i], part) for i, part in enumerate(term))


def _like(token: str, part: str) -> bool:
    if part.endswith("*"):
        return any(form.startswith(part[:-1]) for form in _forms(token))
    return part in _forms(token)


def _nearest(rule: Rule, places: Places) -> tuple[int, ...]:
    """Places of distinct words, one for each concept wanted, within the rule's reach; empty where there are none."""
    choices = [sorted({at for name in names for at in places.get(name, ())}) for names in rule.wanted]
    return next(_chosen(choices, rule.within), ()) if all(choices) else ()


def _chosen(
    choices: Sequence[list[int]], within: int, so_far: tuple[int, ...] = ()
) -> Iterator[tuple[int, ...]]:
    if len(so_far) == len(choices):
        yield so_far
        return
    for at in choices[len(so_far)]:
        taken = (*so_far, at)
        if at not in so_far and max(taken) - min(taken) <= within:
            yield from _chosen(choices, within, taken)
