"""Find written-down terms in a text. Every find is a term of the rulebook and can be shown; nothing is learned."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

_SAME = (
    ("ё", "е"), ("ي", "ی"), ("ى", "ی"), ("ك", "ک"), ("أ", "ا"), ("إ", "ا"), ("آ", "ا"), ("ة", "ه"), ("ـ", ""),
    ("\u200c", ""), ("\u200d", ""), ("’", "'"),
)  # fmt: skip
_BETWEEN = r"\W+(?:\w+\W+){0,3}"
_ARABIC = re.compile("[\u0600-\u06ff]")
_LEADING = "(?:[وفبلک])?(?:ال|لل)?"
"""Conjunctions, prepositions and the article are written onto Arabic words."""


_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8]+")


def found(plain: str, terms: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The terms that stand in a text that `folded` made plain, of any language: people mix them.

    In the order of the lists.
    """
    if not plain:
        return ()
    words = _words(plain)
    hits = (term for listed in terms.values() for term in listed if _stands(term, words, plain))
    return tuple(dict.fromkeys(hits))


def shown(terms: Iterable[str]) -> str:
    """Terms for a reader: a star stands for any ending, and says nothing to them."""
    return ", ".join(f"“{term.replace('*', '…')}”" for term in terms)


def spots(plain: str, term: str) -> list[tuple[int, int]]:
    """Where the term stands in a plain text: first letter, and the letter after its last."""
    if not all(stem in plain for stem in _stems(term)):
        return []
    return [one.span() for one in _pattern(term).finditer(plain)]


def called_off(plain: str, term: str, denials: tuple[str, ...]) -> bool:
    """Whether a denial stands before or in the term wherever it stands: “do not throw stones”, “bring no weapons”."""
    before, inside = _denial(denials)
    return bool(denials) and all(
        before.search(plain[:start]) or inside.search(plain[start:end]) for start, end in spots(plain, term)
    )


@cache
def _denial(denials: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    either = rf"(?<!\w)(?:{'|'.join(re.escape(folded(one)) for one in denials)})(?!\w)"
    return re.compile(rf"{either}[ \t]+(?:\w+[ \t]+)?$"), re.compile(either)


@lru_cache(maxsize=16)
def _words(plain: str) -> str:
    """Each word of the text once: what holds no letters of a term holds no term, and long texts repeat their words."""
    return " ".join(dict.fromkeys(plain.split()))


def _stands(term: str, words: str, plain: str) -> bool:
    """Whether the term stands there. Its letters are looked for first: most texts hold none of most terms."""
    for stem in _stems(term):  # a loop: this is asked thousands of times for one order
        if stem not in words:
            return False
    return _pattern(term).search(plain) is not None


@cache
def _stems(term: str) -> tuple[str, ...]:
    """The letters of its words, the longest first."""
    return tuple(sorted((word.replace("*", "") for word in folded(term).split()), key=len, reverse=True))


@cache
def _pattern(term: str) -> re.Pattern[str]:
    """Compiled when its letters were seen somewhere: of most terms never."""
    words = folded(term).split()
    return re.compile(rf"(?<!\w){_BETWEEN.join(_word(word) for word in words)}(?!\w)")


def _word(word: str) -> str:
    stem = re.escape(word).replace(r"\*", r"\w*")
    return _LEADING + stem if _ARABIC.search(word) else stem


def folded(text: str) -> str:
    """Case, compatibility forms and letters that are written in two ways, made one. Marks over letters go."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    for written, meant in _SAME:  # faster than a table over a long text
        plain = plain.replace(written, meant)
    return plain if plain.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", plain))
