"""What becomes of each code point: the tables behind `folding`, built once per process."""

import unicodedata
from functools import cache

import numpy as np

from steelyard.screening.engine.confusables import LOOKALIKES, NEGATIVE_LETTERS, class_table

TABLE_SIZE = 0x20001
"""Planes 0 and 1; the last row stands for everything beyond them, which is kept as it is."""

OTHER, LATIN, CYRILLIC, GREEK, ARABIC, LETTER, DIGIT, EMOJI, MONEY = range(9)
SEES_LATIN, SEES_CYRILLIC, SEES_GREEK, SEES_EMOJI, SEES_MONEY, SEES_MARK, SEES_STYLED, SEES_INVISIBLE = (
    1 << bit for bit in range(8)
)
MONEY_EMOJI = frozenset("💰💵💴💶💷💸🤑💲💳💎🪙")

_SPACES = frozenset("\u2800\u3164\uffa0\u115f\u1160")
_MARKS = (
    (0x300, 0x370), (0x483, 0x48A), (0x591, 0x5C8), (0x610, 0x61B), (0x64B, 0x660), (0x670, 0x671),
    (0x6D6, 0x6EE), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100), (0xFE20, 0xFE30),
)  # fmt: skip
_VOWEL_SIGNS = ((0x591, 0x6EE),)
_SCRIPTS = (
    (0x370, 0x400, GREEK), (0x1F00, 0x2000, GREEK), (0x400, 0x530, CYRILLIC), (0x1C80, 0x1C90, CYRILLIC),
    (0x2DE0, 0x2E00, CYRILLIC), (0xA640, 0xA6A0, CYRILLIC), (0x600, 0x780, ARABIC), (0x8A0, 0x900, ARABIC),
    (0xFB50, 0xFE00, ARABIC), (0xFE70, 0xFF00, ARABIC), (0x00, 0x250, LATIN), (0x1D00, 0x1DC0, LATIN),
    (0x1E00, 0x1F00, LATIN), (0xFF21, 0xFF5B, LATIN), (0x1D400, 0x1D7CC, LATIN), (0x2100, 0x2190, LATIN),
    (0x24B6, 0x24EA, LATIN), (0x1F130, 0x1F18A, LATIN),
)  # fmt: skip
_LETTERS_IN_FRAMES = ((0x24B6, 0x24EA), (0x1F130, 0x1F18A))
_EMOJI = ((0x1F000, 0x1F130), (0x1F18A, 0x1FB00), (0x2600, 0x27C0), (0x2B00, 0x2C00), (0x231A, 0x23FB))
_UNSPACED = (
    (0xE00, 0xF00), (0x1000, 0x10A0), (0x1780, 0x1800), (0x3040, 0x3100), (0x3400, 0xA000), (0xF900, 0xFB00),
)  # fmt: skip
"""Thai, Lao, Burmese, Khmer, kana and ideographs: written without spaces, so any place is a word's edge."""


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code < high for low, high in ranges)


def script_of(char: str) -> int:
    """The script class of one character, coarse on purpose."""
    code = ord(char)
    if char in MONEY_EMOJI:
        return MONEY
    if _within(code, _EMOJI):
        return EMOJI
    if unicodedata.category(char) == "Nd":
        return DIGIT
    if unicodedata.category(char)[0] == "L" or _within(code, _LETTERS_IN_FRAMES):
        return next((script for low, high, script in _SCRIPTS if low <= code < high), LETTER)
    return OTHER


def is_mark(char: str) -> bool:
    """A mark that decorates a letter. Vowel signs of Indic and Thai words count as letters and stay."""
    return _within(ord(char), _MARKS) and unicodedata.category(char)[0] == "M"


def fold_char(char: str, classes: dict[str, str]) -> str:
    """What one character becomes: nothing, itself, or a few others."""
    if char.isspace() or char in _SPACES:
        return " "
    for first, length in NEGATIVE_LETTERS:
        if first <= ord(char) < first + length:
            return chr(ord("a") + ord(char) - first)
    if char in classes:
        return classes[char]
    if _vanishes(char):
        return ""
    if script_of(char) in (EMOJI, MONEY):
        return " "
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
    return "".join(_fold_part(part, classes) for part in parts if not is_mark(part))


def _vanishes(char: str) -> bool:
    """Controls, invisible and direction characters, variation selectors, lone surrogates, tatweel."""
    return (
        unicodedata.category(char) in ("Cc", "Cf", "Cs")
        or "\ufe00" <= char < "\ufe10"
        or char in "\u034f\u0640"
    )


def _fold_part(part: str, classes: dict[str, str]) -> str:
    if part.isspace():
        return " "
    digit = unicodedata.digit(part, None)
    return str(digit) if digit is not None else classes.get(part, part)


OTHER_LETTER, OTHER_SIGN = 0xFE, 0xFD
_SINGLE_BYTE = (
    "бгджзийлпфцчшщъыэюяђєїћљњџґғөүәқңһδεθλμξσψωςæœþđħŋ"
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويءپچژگٹڈڑںے"
    "אבגדהוזחטיכלמנסעפצקרשתםןץףך"
    "€£₽₹¥₿№•·…→▶►"
)
"""What folded text holds most beyond ASCII has a byte of its own: matching runs on one byte a character."""


class Tables:
    """One row per code point of planes 0 and 1."""

    def __init__(self) -> None:
        rows = TABLE_SIZE
        self.script = np.zeros(rows, np.uint8)
        self.lookalike = np.zeros(rows, np.bool_)
        self.lookalike[[ord(letter) for letter in LOOKALIKES]] = True
        self.invisible = np.zeros(rows, np.bool_)
        self.mark = np.zeros(rows, np.bool_)
        self.stray_mark = np.zeros(rows, np.bool_)
        """Marks other than the vowel signs of Hebrew and Arabic, which belong to those scripts."""
        self.styled = np.zeros(rows, np.bool_)
        self.count = np.ones(rows, np.uint8)
        """How many characters it becomes."""
        self.start = np.arange(rows, dtype=np.uint32)
        """Where in `flat` they begin."""
        self.flat = np.concatenate([np.arange(rows, dtype=np.uint32), self._fill()])
        self.word = np.fromiter((_is_word(code) for code in range(rows)), np.bool_, rows)
        """A word character of the folded alphabet; false where words are written without spaces."""
        self.byte = self._bytes()
        """One byte per folded character: itself, one of `_SINGLE_BYTE`, or a stand-in."""
        self.sights = self._sights()
        """What `evasion` counts of each character, as flags: one look-up tells what a batch has none of."""

    def _sights(self) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        found = np.zeros(TABLE_SIZE, np.uint8)
        for script, flag in (
            (LATIN, SEES_LATIN),
            (CYRILLIC, SEES_CYRILLIC),
            (GREEK, SEES_GREEK),
            (EMOJI, SEES_EMOJI),
        ):
            found[self.script == script] |= flag
        for flags, flag in (
            (self.script == MONEY, SEES_MONEY), (self.stray_mark, SEES_MARK), (self.styled, SEES_STYLED),
            (self.invisible, SEES_INVISIBLE),
        ):  # fmt: skip
            found[flags] |= flag
        return found

    def _bytes(self) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
        found = np.where(self.word, OTHER_LETTER, OTHER_SIGN).astype(np.uint8)
        found[-1] = OTHER_LETTER
        found[:0x80] = np.arange(0x80)
        classes = class_table()
        singles = [char for char in dict.fromkeys(_SINGLE_BYTE) if fold_char(char, classes) == char]
        for number, char in enumerate(singles):
            found[ord(char)] = 0x80 + number
        return found

    def _fill(self) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
        classes = class_table()
        extra: list[int] = []
        for code in _worth_folding():
            char = chr(code)
            self.script[code] = script_of(char)
            self.mark[code] = is_mark(char)
            self.stray_mark[code] = self.mark[code] and not _within(code, _VOWEL_SIGNS)
            self.invisible[code] = _vanishes(char) and not char.isspace() and char != "\u00ad"
            folded = fold_char(char, classes)
            if folded != char:
                self.count[code], self.start[code] = len(folded), TABLE_SIZE + len(extra)
                self.styled[code] = self.script[code] == LATIN and char > "\u1d00" and folded.isascii()
                extra += [ord(part) for part in folded]
        return np.array(extra, np.uint32)


def _worth_folding() -> list[int]:
    """Without the ideographs and syllables, which folding leaves alone."""
    skip = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0x12000, 0x1D000))
    return [code for code in range(0x20000) if not _within(code, skip)]


def _is_word(code: int) -> bool:
    return chr(code).isalnum() and not _within(code, _UNSPACED)


@cache
def tables() -> Tables:
    return Tables()
