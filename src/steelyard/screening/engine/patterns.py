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
from functools import cache

import hyperscan
import numpy as np

from steelyard.screening.engine.alphabet import tables
from steelyard.screening.engine.folding import Folded, fold, one_byte
from steelyard.screening.engine.matching import MAX_MATCHES, MAX_MATCHES_ALONE, matches, run
from steelyard.screening.engine.sieve import Sifted
from steelyard.screening.engine.terms import Found

Checked = dict[str, hyperscan.Database]
"""Patterns that were compiled to see whether they can be."""
MAX_LENGTH = 1000
MAX_REPEAT = 200

# The expressions run over the one-byte alphabet. Every way to name "anything" leaves out the separator, so no
# match crosses from one text into the next.
_SIGNS = {"d": "0-9", "s": " ", "w": "0-9a-z_"}
_TOKEN = re.compile(
    r"(?P<escape>\\.)|(?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])|(?P<repeat>\{\d*,?\d*\})"
    r"|(?P<group>\(\?:|\()|(?P<special>[)|*+?])|(?P<dot>\.)|(?P<anchor>[\^$])|(?P<text>[^\\\[\](){}|*+?.^$]+)",
    re.DOTALL,
)


_PLAIN = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789 ")


def _wide_letters() -> bytes:
    """The letters beyond ASCII, as members of a class."""
    table = tables()
    found = {int(byte) for byte in np.unique(table.byte[table.word]) if byte >= 0x80}
    return b"".join(b"\\x%02x" % byte for byte in sorted(found))


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
        return b"".join(_letter(char, place) for char in text)
    if kind == "dot":
        return rb"[^\x01]"
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


def _letter(char: str, place: int) -> bytes:
    """One character of the pattern in the one-byte alphabet; grouped where it folds to several."""
    found = _folded_letter(char)
    if found is None:
        raise BadPattern(place, f"“{char}” has no place in patterns yet; use a term for it.")
    return found


@cache
def _folded_letter(char: str) -> bytes | None:
    """Kept, because a policy writes the same few hundred letters ten thousand times."""
    folded = one_byte(fold("." + char + ".")[1:-1])
    if folded is None:
        return None
    plain = b"".join(_quoted(byte) for byte in folded)
    return plain if len(folded) == 1 else b"(?:" + plain + b")"


def _quoted(byte: int) -> bytes:
    return bytes([byte]) if byte in _PLAIN else b"\\x%02x" % byte


def _escape(text: str, place: int) -> bytes:
    if (kind := text[1].lower()) in _SIGNS:
        return _any_of(_SIGNS[kind], wide=kind == "w", negated=text[1].isupper())
    if text[1].isalnum():
        raise BadPattern(place, f"“{text}” is not possible. Expected \\d, \\w, \\s or an escaped sign.")
    return _letter(text[1], place)


def _class(text: str, place: int) -> bytes:
    negated = text.startswith("[^")
    inside = text[2:-1] if negated else text[1:-1]
    if re.search(r"[^\W\d_]-[^\W\d_]", inside):
        raise BadPattern(place, "Letters have no ranges here, because look-alikes are one letter. Use \\w.")
    ranges, wide, members = "", False, b""
    for part in re.findall(r"\d-\d|\\.|.", inside):
        if part[0] == "\\" and part[1] in _SIGNS:
            ranges += _SIGNS[part[1]]
            wide |= part[1] == "w"
        elif len(part) == 3:
            ranges += part
        else:
            members += _letter(part[-1], place)
    return _any_of(ranges, wide=wide, negated=negated, members=members)


def _any_of(ranges: str, *, wide: bool, negated: bool, members: bytes = b"") -> bytes:
    found = ranges.encode() + (_WIDE if wide else b"") + members
    return b"[^\\x01" + found + b"]" if negated else b"[" + found + b"]"


_WIDE = _wide_letters()


class PatternScan:
    """All patterns of a policy: one database says which text holds which pattern, one of each says where.

    Asking one database for both makes it ten times larger, because all beginnings are kept at once.
    """

    def __init__(self, patterns: Sequence[str], checked: Checked | None = None) -> None:
        """`checked`: those that `fault_of` compiled already, and nobody else uses: each keeps one scratch space."""
        self._which = _compile([translate(pattern) for pattern in patterns], 0) if patterns else None
        self._where = [(checked or {}).get(pattern) or where(pattern) for pattern in patterns]

    def scan(self, folded: Folded) -> tuple[list[Found], set[int]]:
        """The longest match of each pattern from each place, at the edges of words; and the texts capped."""
        if self._which is None:
            return [], set()
        table, capped = matches(self._which, folded)
        if not len(table):
            return [], capped
        holding = np.unique(np.column_stack([table[:, 0], folded.text_of(table[:, 2] - 1)]), axis=0)
        return [
            match for entry, text in holding.tolist() for match in self._places(folded, entry, text)
        ], capped

    def sieve(self, sifted: Sifted) -> None:
        """Note the texts in which a pattern matches, at the edges of words or not."""
        if self._which is None:
            return
        found, over = run(self._which, sifted.data, MAX_MATCHES)
        if over:
            sifted.doubtful[:] = True
        elif found:
            sifted.doubt(np.array(found, np.int64)[:, 2] - 1)

    def _places(self, folded: Folded, entry: int, text: int) -> list[Found]:
        first, last = int(folded.starts[text]) - 1, int(folded.starts[text + 1])
        raw, _ = run(self._where[entry], folded.data[first:last], MAX_MATCHES_ALONE)
        word, longest = folded.is_word, dict[int, int]()
        for _, start, end in raw:
            start, end = start + first, end + first  # noqa: PLW2901 (the same places, in the batch)
            if start < end and not (word[start - 1] and word[start]) and not (word[end - 1] and word[end]):
                longest[start] = max(end, longest.get(start, 0))
        return [Found(entry, text, start, end) for start, end in longest.items()]


def _compile(expressions: Sequence[bytes], flags: int) -> hyperscan.Database:
    database = hyperscan.Database()
    numbers = list(range(len(expressions)))
    database.compile(expressions=list(expressions), ids=numbers, flags=[flags] * len(numbers))
    return database


def where(pattern: str) -> hyperscan.Database:
    """What says where a pattern matches. Raises BadPattern or hyperscan.error."""
    return _compile([translate(pattern)], hyperscan.HS_FLAG_SOM_LEFTMOST)


def fault_of(pattern: str, checked: Checked | None = None) -> BadPattern | None:
    """Why a pattern cannot be used, if so. Otherwise what was compiled to find out is put into `checked`."""
    try:
        database = where(pattern)
        if checked is not None:
            checked[pattern] = database
    except BadPattern as fault:
        return fault
    except hyperscan.error as fault:
        return BadPattern(0, re.sub(r" at index \d+\.?$", "", str(fault)))
    return None
