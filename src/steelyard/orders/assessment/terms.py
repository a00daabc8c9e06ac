"""Find written-down terms in a text. Every find is a term of the rulebook and can be shown; nothing is "
"learned."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache

_SAME = str.maketrans({"ё": "е", "ي": "ی", "ى": "ی", "ك": "ک", "أ": "ا", "إ": "ا", "آ": "ا", "ة": "ه", "ـ": None,
                       "\u200c": None, "\u200d": None, "’": "'"})  # fmt: skip
_BETWEEN = r"\W+(?:\w+\W+){0,3}"
_ARABIC = re.compile("[\u0600-\u06ff]")
_LEADING = "(?:[وفبلک])?(?:ال|لل)?"
"""Conjunctions, prepositions and the article are written onto Arabic words."""


def found(text: str, terms: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The terms that stand in `text`, of any language: people mix them. In the order of the lists."""
    plain = folded(text)
    if not plain:
        return ()
    hits = (
        term for listed in terms.values() for term in listed if (_pattern(term).search(plain) is not None)
    )
    return tuple(dict.fromkeys(hits))


@cache
def _pattern(term: str) -> re.Pattern[str]:
    words = [_word(word) for word in folded(term).split()]
    return re.compile(rf"(?<!\w){_BETWEEN.join(words)}(?!\w)")


def _word(word: str) -> str:
    stem = re.escape(word).replace(r"\*", r"\w*")
    return _LEADING + stem if _ARABIC.search(word) else stem


def folded(text: str) -> str:
    """Case, compatibility forms and letters that are written in two ways, made one. Marks over letters go."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold().translate(_SAME))
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("й", "и")
