"""What the letters alone say about the language of a text."""

from bisect import bisect_right
from collections import Counter

STARTS = {
    "latin": 0, "greek": 0x370, "cyrillic": 0x400, "armenian": 0x530, "hebrew": 0x590, "arabic": 0x600, "": 0x700,
    "devanagari": 0x900, "bengali": 0x980, " ": 0xA00, "thai": 0xE00, "  ": 0xE80, "georgian": 0x10A0, "   ": 0x1100,
    "greek too": 0x1F00, "    ": 0x2000, "georgian too": 0x2D00, "     ": 0x2E00, "kana": 0x3040, "      ": 0x3100,
    "han": 0x4E00, "       ": 0xA000, "hangul": 0xAC00, "        ": 0xD7B0,
}  # fmt: skip
"""First character of each script; blanks are what no lexicon is written in"""
_NAMES, _FIRST = list(STARTS), list(STARTS.values())
SAMPLE = 200
"""Letters that are looked at"""
WRITTEN = {
    "bg": "cyrillic", "ru": "cyrillic", "uk": "cyrillic", "be": "cyrillic", "kk": "cyrillic", "el": "greek",
    "ar": "arabic", "fa": "arabic", "hy": "armenian", "he": "hebrew", "hi": "devanagari", "ka": "georgian",
    "ja": "kana", "zh": "han", "ko": "hangul", "th": "thai", "bn": "bengali",
}  # fmt: skip
"""What a language is written in, where that is not Latin"""
ONE_LANGUAGE = {
    "armenian": "hy", "hebrew": "he", "devanagari": "hi", "georgian": "ka", "hangul": "ko", "kana": "ja", "han": "zh",
    "thai": "th", "bengali": "bn",
}  # fmt: skip
OWN = (
    ("kk", "әғқңұһ"), ("az", "ə"), ("be", "ў"), ("mk", "ѓќѕ"), ("sr", "ђћљњџј"), ("uk", "їєґ"),
)  # fmt: skip
"""Letters that only this language has, of those that a detector confuses with a bigger neighbour"""
SOME_OF_THEM = 2


def script(letters: str) -> str:
    """What most of a text is written in."""
    counted = Counter(_NAMES[bisect_right(_FIRST, ord(one)) - 1] for one in letters[:SAMPLE])
    if counted["kana"] and counted["han"]:
        return "kana"
    return max(counted, key=lambda name: counted[name], default="latin").removesuffix(" too")


def told_by_letters(text: str) -> str:
    """The language that nothing else is written like; empty when several are."""
    low = text.casefold()
    only = ONE_LANGUAGE.get(script("".join(one for one in low if one.isalpha())), "")
    return only or next((name for name, own in OWN if sum(map(low.count, own)) >= SOME_OF_THEM), "")
