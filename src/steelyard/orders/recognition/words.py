"""Find the lexicon's words in a text. A word is looked up by its beginning, so long texts stay quick.

In the files a word may end or begin with `*` (any letters), `_` stands for up to three words between, a lone
`*` for one word. Everything is compared without case, accents and vowel marks.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

from steelyard.base.written import read_yaml
from steelyard.orders.recognition.latin import TYPED, typed_latin

FOLDER = Path(__file__).parent / "lexicon"
LONGEST = 60_000
"""Characters of one text that are read; an order says what it is long before."""
_ALONE = "\u0e01-\u0e4e\u3041-\u30ff\u3400-\u9fff"
"""Thai, Japanese and Chinese set no blanks: each letter is read as a word"""
_WORD = re.compile(rf"[{_ALONE}]|(?:(?![{_ALONE}])[\w\u0900-\u0963\u0980-\u0dff])+")
"""With the vowel signs of Hindi and its neighbours, which are no letters to Python"""
_BETWEEN = re.compile(rf"[\s\u200c.]+|(?<=[{_ALONE}])(?=.)|(?<=.)(?=[{_ALONE}])")
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200d\u00ad]")
_LETTERS = str.maketrans(
    {"đ": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t",
     "ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه", "ۀ": "ه", "ە": "ه"}
)  # fmt: skip
_CLITICS = re.compile("^[وف]?(?:بال|كال|لل|ال|[بلك])(?=..)|^[وف](?=...)")
_HEBREW = re.compile("^[ושכ]{0,2}[הבלמכ]{0,2}(?=..)|^")
_GAP = 3
_SHORT = 4

LATIN = "-latn"
"""After a language: as it is typed in Latin letters"""


@dataclass(frozen=True)
class Token:
    word: str
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Hit:
    concept: str
    first: int
    last: int
    """Numbers of the first and the last token"""
    words: str


Ending = tuple[str, tuple[str, ...]]
"""A concept, and the words that follow the first one"""


@dataclass
class Lexicon:
    """The words of one language, by the beginning of their first word."""

    exact: dict[str, tuple[Ending, ...]] = field(default_factory=dict)
    begins: dict[str, tuple[Ending, ...]] = field(default_factory=dict)
    inside: list[tuple[str, bool, str, tuple[str, ...]]] = field(default_factory=list)
    """Letters, whether a word ends with them, and what that says"""
    longest: int = 0
    """Letters of the longest beginning"""


def plain(text: str) -> str:
    """Composed, without vowel marks: the text that spans count in."""
    return _MARKS.sub("", unicodedata.normalize("NFC", text[:LONGEST]))


@lru_cache(100_000)
def fold(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c)).translate(_LETTERS)


def tokens(text: str) -> list[Token]:
    """The words of a text that went through `plain`."""
    found: list[Token] = []
    line, at = 0, 0
    for match in _WORD.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found.append(Token(fold(match.group()), match.start(), match.end(), line))
    return found


@cache
def languages() -> frozenset[str]:
    return frozenset(file.stem for file in FOLDER.glob("*.yaml")) | {one + LATIN for one in TYPED}


def also_typed(language: str) -> tuple[str, ...]:
    """The same language as it is typed in Latin letters, where somebody does."""
    return (language + LATIN,) if language + LATIN in languages() else ()


@cache
def lexicon(language: str) -> Lexicon:
    """The words of a language; of `ru-latn` those of Russian as people type them without its letters."""
    made = Lexicon()
    name, _, latin = language.partition("-")
    if name not in TYPED:
        name, latin = language, ""
    given = read_yaml(FOLDER / f"{name}.yaml")
    for concept, listed in given.items():
        for phrase in listed.split(","):
            words = tuple(_written(word) for word in _BETWEEN.split(phrase.strip()) if word)
            if words:
                _add(made, concept, tuple(typed_latin(one, name) for one in words) if latin else words)
    return made


def _written(word: str) -> str:
    return word if word in ("*", "_") else str(fold.__wrapped__(word))


def _add(made: Lexicon, concept: str, words: tuple[str, ...]) -> None:
    first, rest = words[0], words[1:]
    if first.startswith("*"):
        made.inside.append((first.strip("*"), not first.endswith("*"), concept, rest))
    elif first.endswith("*"):
        made.begins[first[:-1]] = _shared((*made.begins.get(first[:-1], ()), (concept, rest)))
        made.longest = max(made.longest, len(first) - 1)
    else:
        made.exact[first] = _shared((*made.exact.get(first, ()), (concept, rest)))


_SHARED: dict[tuple[Ending, ...], tuple[Ending, ...]] = {}


def _shared(endings: tuple[Ending, ...]) -> tuple[Ending, ...]:
    """Most words stand alone for one concept: they share what they say, so all lexicons stay a few megabytes."""
    return _SHARED.setdefault(endings, endings) if all(not rest for _, rest in endings) else endings


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
