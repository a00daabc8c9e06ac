"""Folding: a batch of texts to one plain alphabet in a few NumPy passes, with the way back to the original.

Compatibility forms (NFKC), case, accents and stacked marks, invisible and direction characters, full-width
and styled letters, Arabic tatweel and harakat, look-alike letters (`confusables`) and runs of white space or
emoji all disappear. Spans found in the folded text are given back in code points of the original.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.alphabet import OTHER_LETTER, OTHER_SIGN, TABLE_SIZE, tables

MAX_CHARS = 131_072
"""A longer text is cut here, and the verdict says so. Telegram posts end at 4,096 characters, Matrix events
at 65,536 bytes."""
SEPARATOR = "\x01"
"""Around the texts of a batch. Control characters are folded away, so no text can hold one."""
SPACE = ord(" ")
UTF8_LIMITS = (0x7F, 0x7FF, 0xFFFF)
"""The last code points of one, two and three bytes."""

Codes = NDArray[np.uint32]
Places = NDArray[np.int64]


class Folded:
    """Folded texts laid end to end between separators."""

    def __init__(self, codes: Codes, places: Places, starts: Places, owners: Places) -> None:
        self.codes = codes
        self.places = places
        """Folded character -> its character in the joined originals."""
        self.starts = starts
        """Where each text begins in `codes`; one more at the end."""
        self.owners = owners
        """Which item of the batch each text belongs to."""

    @cached_property
    def data(self) -> bytes:
        """One byte a character, for matching: byte offsets are character offsets."""
        return tables().byte[np.minimum(self.codes, TABLE_SIZE - 1)].tobytes()

    @cached_property
    def utf8(self) -> bytes:
        """For terms in letters that have no byte of their own."""
        return self.codes.astype("<u4").tobytes().decode("utf-32-le").encode()

    @cached_property
    def byte_starts(self) -> Places:
        """The byte at which each folded character begins."""
        lengths = sum((self.codes > last).astype(np.int64) for last in UTF8_LIMITS) + 1
        return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])

    @cached_property
    def is_word(self) -> NDArray[np.bool_]:
        return tables().word[np.minimum(self.codes, TABLE_SIZE - 1)]

    def chars_at(self, offsets: Places) -> Places:
        """Folded character indexes of byte offsets into `utf8`."""
        return np.searchsorted(self.byte_starts, offsets)

    def text_of(self, chars: Places) -> Places:
        """Which text (not item) each folded character lies in."""
        return np.searchsorted(self.starts, chars, side="right") - 1

    def edged(self, matched: Places, lengths: Places) -> list[list[int]]:
        """Of matches (group, anything, end) of literals so long, those that begin a word: (group, text, start, end,
        whether the word goes on behind it)."""
        groups, ends, word = matched[:, 0], matched[:, 2], self.is_word
        starts = ends - lengths[groups]
        opened = ~(word[starts - 1] & word[starts])
        goes_on = word[np.minimum(ends, len(word) - 1)] & word[ends - 1]
        columns = (groups, self.text_of(starts), starts, ends, goes_on)
        found: list[list[int]] = np.column_stack([column[opened] for column in columns]).tolist()
        return found

    def linked(self) -> list[int]:
        """The texts with a dot or an @ where a link or a name might be."""
        codes, word = self.codes, self.is_word
        inner = np.zeros(len(codes), np.bool_)
        inner[1:-1] = ((codes[1:-1] == ord(".")) & word[:-2] & word[2:]) | (
            (codes[1:-1] == ord("@")) & word[2:]
        )
        places = inner.nonzero()[0]
        return sorted(set(self.text_of(places).tolist())) if len(places) else []

    def text(self, number: int) -> str:
        """One folded text as a string."""
        part = self.codes[self.starts[number] : self.starts[number + 1] - 1]
        return part.astype("<u4").tobytes().decode("utf-32-le")


class Batch:
    """The originals of a batch as code points, and their folded form."""

    def __init__(self, texts: Sequence[str | bytes]) -> None:
        self.texts = [_readable(text) for text in texts]
        self.cut = {
            number for number, text in enumerate(texts) if len(text) > len(self.texts[number]) == MAX_CHARS
        }
        joined = SEPARATOR + SEPARATOR.join(self.texts) + SEPARATOR
        self.codes: Codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
        ends = accumulate((len(text) + 1 for text in self.texts), initial=1)
        self.starts: Places = np.fromiter(ends, np.int64, len(self.texts) + 1)
        self.folded = self._fold()

    @cached_property
    def rows(self) -> Codes:
        """Of each character, its row in the tables."""
        return np.minimum(self.codes, TABLE_SIZE - 1)

    def _fold(self) -> Folded:
        table = tables()
        count = table.count[self.rows]
        separators = np.concatenate([np.zeros(1, np.int64), self.starts[1:] - 1])
        count[separators] = 1
        codes, places = self._expand(count)
        codes[np.searchsorted(places, separators)] = ord(SEPARATOR)
        kept = np.ones(len(codes), np.bool_)
        kept[1:] = (codes[1:] != SPACE) | (codes[:-1] != SPACE)
        codes, places = codes[kept], places[kept]
        starts = np.searchsorted(places, self.starts[:-1] - 1) + 1
        starts = np.concatenate([starts, np.array([len(codes)])])
        return Folded(codes, places, starts, np.arange(len(self.texts)))

    def _expand(self, count: NDArray[np.uint8]) -> tuple[Codes, Places]:
        table = tables()
        if count.max(initial=1) <= 1:
            places = count.nonzero()[0]
            codes = table.flat[table.start[self.rows[places]]]
        else:
            places = np.repeat(np.arange(len(count)), count)
            first = np.cumsum(count, dtype=np.int64) - count
            codes = table.flat[table.start[self.rows[places]] + np.arange(len(places)) - first[places]]
        beyond = self.rows[places] == TABLE_SIZE - 1
        if beyond.any():
            codes[beyond] = self.codes[places[beyond]]
        return codes, places


def _readable(text: str | bytes) -> str:
    """A string of bounded length. Bytes that are no UTF-8 become U+FFFD."""
    if isinstance(text, bytes):
        text = text[: MAX_CHARS * 4].decode("utf-8", "replace")
    return text[:MAX_CHARS]


def one_byte(folded: str) -> bytes | None:
    """Folded text in the matching alphabet; None where a letter has no byte of its own."""
    table = tables().byte
    found = bytes(int(table[min(ord(char), TABLE_SIZE - 1)]) for char in folded)
    return None if {OTHER_LETTER, OTHER_SIGN} & set(found) else found


def fold(text: str) -> str:
    """The folded form of one text: what terms and patterns are compiled from."""
    return Batch([text]).folded.text(0)
