"""Which red lines a text asks to cross, sentence by sentence: what is asked for, and what is only spoken of.

The first lists (`redlines.yaml`) and the loose words (`redline_words.yaml`) are read alike. A wide wording counts
unless its own sentence says whose data are meant; what a sentence says not to ask for is for a person to read. Words
that stand near each other in no phrase that anybody foresaw are read as concepts (`concepts.py`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property

from steelyard.orders.assessment.concepts import Concepts, Hit, concepts_of
from steelyard.orders.assessment.terms import folded, found, spots
from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import RedLineWords, Terms

_END = re.compile(r"[.!?؟;]+\s+|\n\s*\n")
_ADDRESS = re.compile(
    r"(?<!\w)@\w|\w@[\w-]+\.\w|https?://|\b(?:matrix|telegram|memory):|\+\d[\d ]{6}|\b\d{7}"
)
"""An account or a channel by its address, or somebody by a mail address, a telephone number or a long number"""
_NEAR = r"\W+(?:\w+\W+){0,2}"
_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"[,:;،؛–—()\[\]]|\s-\s")
_TOLD_BEFORE_ITS_VERB = ("keys", "backdoor", "realtime_all")
"""Where the verb of what happened can come last; of a crowd it says which one ("all who offered …")."""
_ACTS = ("give", "undo", "decrypt", "build")


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

    def _goes_on(self, hit: Hit) -> bool:
        """Whether “and” opens it: “remove the post, and switch off the encryption”."""
        before = " ".join(_WORD.findall(self.plain[: min(hit.spans)[0]])[-1:])
        return (
            self.concepts is not None
            and hit.line in ("decryption", "backdoor")
            and self.concepts.speaks_of(before, "and")
        )

    def _told(self, line: str, start: int, end: int) -> bool:
        """Whether it stands in what is told of an offence, of a piece of content or of a business by its name."""
        if self.concepts is None or self.words is None:
            return False
        clause = self._clause(start, end)
        if line == "keys" and self._theirs(start, end):
            return True
        if line == "backdoor" and self.says_whose and self._named_so(start, end):
            return True
        return self._told_before(start, end, clause) or (
            line in _TOLD_BEFORE_ITS_VERB and self._told_after(end, clause)
        )

    def _told_after(self, end: int, clause: tuple[int, int]) -> bool:
        """Whether its clause ends with such a verb, and neither names an account nor asks for something."""
        after = self.plain[end : clause[1]]
        if self.concepts is None or not self.says_whose or _ADDRESS.search(after):
            return False
        last = " ".join(_WORD.findall(after)[-2:])
        return self.concepts.speaks_of(last, "tells") and not self._acts(clause)

    def _told_before(self, start: int, end: int, clause: tuple[int, int]) -> bool:
        """Whether such a verb stands before it, and nothing after the verb asks for something."""
        if self.concepts is None or self.words is None or (self.data and not self.says_whose):
            return False
        since = clause[0] if self.data else 0  # what is hidden is described at length
        verbs = self.concepts.spots(self.plain[since:start], "tells")
        if not verbs:
            return False
        told = self.plain[since + verbs[0][1] : start]
        if self.data and _ADDRESS.search(told):
            return False  # the things of whoever is named, after all
        joined = bool(self.concepts.spots(told, "and"))
        return not found(told, self.words.asks) and not (joined and self._acts((start, end)))

    def _acts(self, span: tuple[int, int]) -> bool:
        """Whether something is asked for there, or a word of an act stands there."""
        if self.concepts is None or self.words is None:
            return False
        there = self.plain[slice(*span)]
        return bool(found(there, self.words.asks)) or any(
            self.concepts.speaks_of(there, one) for one in _ACTS
        )

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        ends = [one.span() for one in _CLAUSE.finditer(self.plain)]
        first = max((after for _at, after in ends if after <= start), default=0)
        return first, min((at for at, _after in ends if at >= end), default=len(self.plain))

    def _theirs(self, start: int, end: int) -> bool:
        """Whether right beside it the sender says to hold it already."""
        beside = (" ".join(self.plain[:start].split()[-5:]), " ".join(self.plain[end:].split()[:5]))
        return (
            self.concepts is not None
            and self.words is not None
            and any(
                self.concepts.speaks_of(one, "ours") and not found(one, self.words.asks) for one in beside
            )
        )

    def _named_so(self, start: int, end: int) -> bool:
        """Whether a word for a business stands beside it."""
        before, after = _WORD.findall(self.plain[:start])[-2:], _WORD.findall(self.plain[end:])[:2]
        return self.concepts is not None and self.concepts.speaks_of(" ".join((*before, *after)), "trade")

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
    return bool(_ADDRESS.search(plain) or found(plain, words.named))


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
