"""Patterns: regular expressions without backtracking, over folded text, at the edges of words.

They are written in plain letters of any script; letters are folded like the text, so `доход` also meets
"дoxoд". What an expression may hold: literals, `.`, `\\d \\w \\s` and their opposites, groups, alternatives,
classes without letter ranges other than those that mean "any letter", and repeats up to 200. No anchors, no
look-around, no back-references: the engine guarantees linear time because it has none of them.

    pattern: 'доход\\w{0,3} от \\d{2,6} ?(?:\\$|руб\\w*)'
    found in: "дoxoд oт 500$", not in: "доходчиво"
"""

import re
from collections.abc import Sequence

import hyperscan
import numpy as np

from steelyard.screening.engine.folding import Folded, fold
from steelyard.screening.engine.terms import Found, run

MAX_LENGTH = 1000
MAX_REPEAT = 200

# The expressions run over UTF-8 bytes: Unicode classes would make automata too large. Every way to name
# "anything" leaves out the separator, so no match crosses from one text into the next.
_WIDE = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_CLASSES = {
    "d": rb"[0-9]", "s": rb" ", "w": rb"(?:[0-9a-z_]|" + _WIDE + rb")",
    "D": rb"(?:[^0-9\x01\x80-\xff]|" + _WIDE + rb")", "S": rb"(?:[^ \x01\x80-\xff]|" + _WIDE + rb")",
    "W": rb"[^0-9a-z_\x01\x80-\xff]",
}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<repeat>\{\d*,?\d*\})"
    r"|(?P<group>\(\?:|\()|(?P<special>[)|*+?])|(?P<dot>\.)|(?P<anchor>[\^$])|(?P<text>[^\\\[\](){}|*+?.^$]+)",
    re.DOTALL,
)


class BadPattern(ValueError):
    """What is wrong, and the column (from 0) inside the pattern."""

    def __init__(self, column: int, what: str) -> None:
        super().__init__(what)
        self.column = column


def translate(pattern: str) -> bytes:
    """The pattern over the bytes of folded text. Raises BadPattern."""
    if len(pattern) > MAX_LENGTH:
        raise BadPattern(0, f"A pattern has at most {MAX_LENGTH} characters; split it.")
    done, place = [], 0
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None:
            raise BadPattern(place, "Expected a literal, a class, a group or a repeat here.")
        done.append(_token(token))
        place = token.end()
    return b"".join(done)


def _token(token: re.Match[str]) -> bytes:
    kind, text, place = str(token.lastgroup), token.group(), token.start()
    if kind == "text":
        return b"".join(_letter(char) for char in text)
    if kind == "dot":
        return rb"(?:[^\x01\x80-\xff]|" + _WIDE + rb")"
    if kind == "escape":
        return _escape(text, place)
    if kind == "class":
        return _class(text, place)
    if kind == "repeat" and any(int(bound) > MAX_REPEAT for bound in re.findall(r"\d+", text)):
        raise BadPattern(place, f"A repeat counts to {MAX_REPEAT} at most.")
    if kind == "anchor":
        raise BadPattern(place, f"“{text}” is not possible: edges are already the edges of words.")
    if text == "(" and token.string.startswith("(?", place):
        raise BadPattern(place, "Expected a plain group: look-around, flags and names are not possible.")
    return b"(?:" if text == "(" else text.encode()


def _letter(char: str) -> bytes:
    """One character of the pattern, folded; grouped where a repeat after it must take all its bytes."""
    folded = fold(char).encode()
    return folded if len(folded) == 1 else b"(?:" + folded + b")"


def _escape(text: str, place: int) -> bytes:
    if text[1] in _CLASSES:
        return _CLASSES[text[1]]
    if text[1].isalnum():
        raise BadPattern(place, f"“{text}” is not possible. Expected \\d, \\w, \\s or an escaped sign.")
    return text.encode() if text.isascii() else _letter(text[1])


def _class(text: str, place: int) -> bytes:
    negated = text.startswith("[^")
    inside = text[2:-1] if negated else text[1:-1]
    if re.search(r"[^\W\d_]-[^\W\d_]", inside):
        raise BadPattern(place, "Letters have no ranges here, because look-alikes are one letter. Use \\w.")
    narrow, wide = [], []
    for part in re.findall(r"\\.|.", inside):
        if part in (r"\d", r"\s"):
            narrow.append(b"0-9" if part == r"\d" else b" ")
        elif part == r"\w":
            narrow.append(b"0-9a-z_")
            wide.append(_WIDE)
        elif part.isascii():
            narrow.append(part.lower().encode())
        else:
            folded = fold(part).encode()
            (narrow if len(folded) == 1 else wide).append(folded)
    if negated and wide:
        raise BadPattern(
            place, "A class that excludes may name ASCII signs and letters with Latin look-alikes only."
        )
    if negated:
        return rb"(?:[^" + b"".join(narrow) + rb"\x01\x80-\xff]|" + _WIDE + b")"
    return b"(?:" + b"|".join([b"[" + b"".join(narrow) + b"]"] * bool(narrow) + wide) + b")"


class PatternScan:
    """All patterns of a policy in one database."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._database = _compile(patterns) if patterns else None

    def scan(self, folded: Folded) -> tuple[list[Found], bool]:
        """The longest match of each pattern from each place, at the edges of words; and whether capped."""
        if self._database is None:
            return [], False
        raw, capped = run(self._database, folded.utf8)
        if not raw:
            return [], capped
        table = np.array(raw, np.int64)
        starts, ends = folded.chars_at(table[:, 1]), folded.chars_at(table[:, 2])
        word = folded.is_word
        whole = ~(word[starts - 1] & word[starts]) & ~(word[np.minimum(ends, len(word) - 1)] & word[ends - 1])
        whole &= ends > starts
        longest: dict[tuple[int, int], int] = {}
        for entry, start, end in zip(
            table[whole, 0].tolist(), starts[whole].tolist(), ends[whole].tolist(), strict=True
        ):
            longest[entry, start] = max(end, longest.get((entry, start), 0))
        firsts = np.fromiter((start for _, start in longest), np.int64, len(longest))
        texts = folded.text_of(firsts).tolist()
        return [
            Found(entry, text, start, end)
            for text, ((entry, start), end) in zip(texts, longest.items(), strict=True)
        ], capped


def _compile(patterns: Sequence[str]) -> hyperscan.Database:
    database = hyperscan.Database()
    database.compile(
        expressions=[translate(pattern) for pattern in patterns],
        ids=list(range(len(patterns))),
        flags=[hyperscan.HS_FLAG_SOM_LEFTMOST] * len(patterns),
    )
    return database


def fault_of(pattern: str) -> BadPattern | None:
    """Why a pattern cannot be used, if so."""
    try:
        _compile([pattern])
    except BadPattern as fault:
        return fault
    except hyperscan.error as fault:
        return BadPattern(0, str(fault).removesuffix(" at index 0."))
    return None
