"""The words of each language (`lexicon/`), by the beginning of their first word, so that long texts stay quick.

In the files a word may end or begin with `*` (any letters), `_` stands for up to three words between, a lone
`*` for one word.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from steelyard.base.written import read_yaml
from steelyard.orders.recognition.latin import TYPED, typed_latin
from steelyard.orders.recognition.tokens import ALONE, fold

FOLDER = Path(__file__).parent / "lexicon"
_BETWEEN = re.compile(rf"[\s\u200c.]+|(?<=[{ALONE}])(?=.)|(?<=.)(?=[{ALONE}])")
LATIN = "-latn"
"""After a language: as it is typed in Latin letters"""

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
