"""Which red lines a text asks to cross, sentence by sentence: what is asked for, and what is only spoken of.

The first lists (`redlines.yaml`) and the loose words (`redline_words.yaml`) are read alike. A wide wording counts
unless its own sentence says whose data are meant; what a sentence says not to ask for is for a person to read. Words
that stand near each other in no phrase that anybody foresaw are read as concepts (`concepts.py`). What is
told and not asked for is in `told.py`.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from steelyard.orders.assessment.concepts import Concepts, Hit, concepts_of
from steelyard.orders.assessment.terms import folded, found, spots
from steelyard.orders.assessment.told import ADDRESS, Telling
from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import RedLineWords, Terms

_END = re.compile(r"[.!?؟;]+\s+|\n\s*\n")
_NEAR = r"\W+(?:\w+\W+){0,2}"


@dataclass(frozen=True)
class Seen:
    """Terms by red line."""

    asked: Mapping[str, tuple[str, ...]]
    mentioned: Mapping[str, tuple[str, ...]]
    """Said not to be asked for"""


def seen(law: Law, plain: str, *, story: bool = False, data: bool = False) -> Seen:
    """What a plain text (`terms.folded`) asks for that nobody can be given.

    `story`: the text tells what happened; there a loose word counts only in a sentence that asks for something.
    `data`: it asks for data, or to keep them. Of an order to hide something only its plain demands for access count:
    it speaks of crowds and of encryption because the content does.
    """
    asked: dict[str, list[str]] = {}
    mentioned: dict[str, list[str]] = {}
    concepts = concepts_of(law)
    written = dict.fromkeys(one for one in _END.split(plain) if one.strip())
    parts = [Sentence(one, law.red_line_words, concepts, data=data, story=story) for one in written]
    for line, term, kind in _candidates(law, plain, data=data, story=story):
        how = {part.read(line, term, kind) for part in parts}
        for found_, into in (("asked", asked), ("mentioned", mentioned)):
            if found_ in how:
                into.setdefault(line, []).append(term)
    for hit, how_made in (one for part in parts for one in part.made_of()):
        into = asked if how_made == "asked" else mentioned
        if hit.line not in asked and hit.line not in into:  # a phrase says it better
            into[hit.line] = [" … ".join(hit.words)]
    only = {line: terms for line, terms in mentioned.items() if line not in asked}
    return Seen(_once(asked), _once(only))


@dataclass
class Sentence:
    plain: str
    words: RedLineWords | None
    concepts: Concepts | None
    data: bool
    story: bool

    @cached_property
    def says_whose(self) -> bool:
        return self.words is None or _says_whose(self.words, self.plain)

    @cached_property
    def asks(self) -> bool:
        return self.words is None or bool(found(self.plain, self.words.asks))

    def read(self, line: str, term: str, kind: str) -> str:
        """asked, mentioned, or "" where it does not stand here, or the sentence says whose is meant."""
        places = spots(self.plain, term)
        if not places or self.words is None:
            return "asked" if places else ""
        if kind in ("wide", "doubtful") and self.says_whose:
            return ""
        if kind == "doubtful" or (self.story and not self.asks):
            return "mentioned"
        if self._hides(term) and not self._wants_as_well:
            return "mentioned"
        words, plain = self.words, self.plain
        spoken = (_denied(words, plain, *one) or self._told(line, *one) for one in places)
        return "mentioned" if all(spoken) else "asked"

    def made_of(self) -> Iterator[tuple[Hit, str]]:
        """What it demands by its concepts, with "asked" or "mentioned"."""
        if self.words is None or self.concepts is None or (self.story and not self.asks):
            return
        for hit in self.concepts.hits(self.plain):
            if how := self._weighed(hit, self.words):
                yield hit, how

    def _weighed(self, hit: Hit, words: RedLineWords) -> str:
        if self._hides(" ".join(hit.words)):
            return "mentioned" if self._wants_as_well or self._goes_on(hit) else ""
        if hit.whose and self.says_whose:
            return "mentioned" if hit.whose == "doubts" else ""
        if any(_denied(words, self.plain, start, end) for start, end in hit.spans):
            return "mentioned"
        told = self._told(hit.line, min(hit.spans)[0], max(end for _start, end in hit.spans))
        return "mentioned" if told else "asked"

    def _told(self, line: str, start: int, end: int) -> bool:
        return self._telling is not None and self._telling.tells(line, start, end)

    def _goes_on(self, hit: Hit) -> bool:
        return self._telling is not None and self._telling.goes_on(hit)

    @cached_property
    def _telling(self) -> Telling | None:
        if self.words is None or self.concepts is None:
            return None
        return Telling(self.plain, self.words, self.concepts, data=self.data, says_whose=self.says_whose)

    def _hides(self, what: str) -> bool:
        """Whether it wants content hidden and describes it so. To switch off encryption hides nothing."""
        if self.data or self.concepts is None or not self.concepts.speaks_of(self.plain, "hide"):
            return False
        return not self.concepts.speaks_of(folded(what), "hide") or self.concepts.speaks_of(
            self.plain, "piece"
        )

    @cached_property
    def _wants_as_well(self) -> bool:
        return self.concepts is not None and self.concepts.speaks_of(self.plain, "give", "authority")


def says_whose(law: Law, plain: str) -> bool:
    """Whether a plain text names an account, a channel or a person anywhere."""
    return law.red_line_words is None or _says_whose(law.red_line_words, plain)


def _says_whose(words: RedLineWords, plain: str) -> bool:
    return bool(ADDRESS.search(plain) or found(plain, words.named))


def _candidates(law: Law, plain: str, *, data: bool, story: bool) -> Iterator[tuple[str, str, str]]:
    """Red line, term, and the list it is from, for each term that stands anywhere in the text."""
    words = law.red_line_words
    for id_, line in law.red_lines.items():
        first = found(plain, line.terms)
        if words is None:
            yield from ((id_, term, "first") for term in first)
            continue
        yield from ((id_, term, "wide") for term in found(plain, words.wide.get(id_, {})))
        yield from ((id_, term, "first") for term in first if not _in(words.wide, id_, term))
        if data:
            loose = found(plain, words.strict.get(id_, {}))
            yield from ((id_, term, "strict") for term in loose if term not in first)
        if data and not story:
            yield from ((id_, term, "doubtful") for term in found(plain, words.doubtful.get(id_, {})))


def _in(wide: Mapping[str, Terms], line: str, term: str) -> bool:
    """A term that was refused as it stands, and is read with its sentence from now on."""
    return any(term in terms for terms in wide.get(line, {}).values())


def _denied(words: RedLineWords, sentence: str, start: int, end: int) -> bool:
    before = _any_of(_flat(words.haste)).sub(" ", sentence[:start])
    return bool(
        _before(_flat(words.not_before)).search(before)
        or _after(_flat(words.not_after)).match(sentence[end:])
    )


def _flat(terms: Terms) -> tuple[str, ...]:
    return tuple(term for listed in terms.values() for term in listed)


@cache
def _any_of(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(terms)})(?!\w)")


@cache
def _before(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(terms)}){_NEAR}$")


@cache
def _after(terms: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\w*{_NEAR}(?:{_either(terms)})(?!\w)")


def _either(terms: Iterable[str]) -> str:
    longest = sorted((folded(term).split() for term in terms), key=len, reverse=True)
    return "|".join(r"\W+".join(map(re.escape, term)) for term in longest)


def _once(found_: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {line: tuple(dict.fromkeys(terms)) for line, terms in found_.items()}
