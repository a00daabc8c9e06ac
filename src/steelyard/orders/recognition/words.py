"""Find the lexicon's words in a text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from steelyard.orders.recognition.latin import TYPED, typed_latin
from steelyard.orders.recognition.phrases import LATIN, Lexicon, lexicon
from steelyard.orders.recognition.tokens import Token

_CLITICS = re.compile("^[وف]?(?:بال|كال|لل|ال|[بلك])(?=..)|^[وف](?=...)")
_HEBREW = re.compile("^[ושכ]{0,2}[הבלמכ]{0,2}(?=..)|^")
_GAP = 3
_SHORT = 4


@dataclass(frozen=True)
class Hit:
    concept: str
    first: int
    last: int
    """Numbers of the first and the last token"""
    words: str


def hits(found: Sequence[Token], language: str) -> Iterator[Hit]:
    """Every place where a phrase of `language` stands."""
    book = lexicon(language)
    if language.removesuffix(LATIN) in TYPED and language.endswith(LATIN):
        found = [replace(one, word=typed_latin(one.word, language.removesuffix(LATIN))) for one in found]
    for place, token in enumerate(found):
        for concept, rest in _starting(book, token.word):
            last = _rest(rest, found, place + 1)
            if last >= 0:
                words = " ".join(one.word for one in found[place : last + 1])
                yield Hit(concept, place, last, words)


def _starting(book: Lexicon, word: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for form in _forms(word):
        yield from book.exact.get(form, ())
        for length in range(1, min(len(form), book.longest) + 1):
            yield from book.begins.get(form[:length], ())
    for inner, ends, concept, rest in book.inside:
        if word.endswith(inner) if ends else inner in word:
            yield concept, rest


def _forms(word: str) -> tuple[str, ...]:
    """Arabic and Hebrew write article and short words as one with the noun."""
    if "\u05d0" <= word[:1] <= "\u05ea":
        shortest = _HEBREW.match(word)
        return tuple(word[n:] for n in range(shortest.end() + 1 if shortest else 1))
    if not "\u0600" <= word[:1] <= "\u06ff":
        return (word,)
    bare = _CLITICS.sub("", word)
    joined = word[1:] if word[0] in "وفبلك" and len(word) > _SHORT else word
    return tuple(dict.fromkeys((word, joined, bare)))


def _rest(rest: tuple[str, ...], found: Sequence[Token], place: int) -> int:
    """The last token of the phrase, or -1 when it does not go on like this."""
    if not rest:
        return place - 1
    if rest[0] == "_":
        for skipped in range(_GAP + 1):
            last = _rest(rest[1:], found, place + skipped)
            if last >= 0:
                return last
        return -1
    if place >= len(found) or not any(_fits(rest[0], form) for form in _forms(found[place].word)):
        return -1
    return _rest(rest[1:], found, place + 1)


def _fits(pattern: str, word: str) -> bool:
    if pattern == "*":
        return True
    inner = pattern.strip("*")
    if pattern.startswith("*"):
        return inner in word if pattern.endswith("*") else word.endswith(inner)
    return word.startswith(inner) if pattern.endswith("*") else word == inner
