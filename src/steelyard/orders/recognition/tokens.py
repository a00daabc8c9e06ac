"""A text as words, each without case, accents and vowel marks."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LONGEST = 60_000
"""Characters of one text that are read; an order says what it is long before."""
ALONE = "\u0e01-\u0e4e\u3041-\u30ff\u3400-\u9fff"
"""Thai, Japanese and Chinese set no blanks: each letter is read as a word"""
_WORD = re.compile(rf"[{ALONE}]|(?:(?![{ALONE}])[\w\u0900-\u0963\u0980-\u0dff])+")
"""With the vowel signs of Hindi and its neighbours, which are no letters to Python"""
_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0640\u200d\u00ad]")
_LETTERS = str.maketrans(
    {"đ": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t",
     "ک": "ك", "ی": "ي", "ى": "ي", "ة": "ه", "ۀ": "ه", "ە": "ه"}
)  # fmt: skip


@dataclass(frozen=True)
class Token:
    word: str
    start: int
    end: int
    line: int


def plain(text: str) -> str:
    """Composed, without vowel marks: the text that spans count in."""
    return _MARKS.sub("", unicodedata.normalize("NFC", text[:LONGEST]))


@lru_cache(20_000)
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
