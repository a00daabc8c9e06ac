"""Russian, Ukrainian, Bulgarian and Greek as people type them on a keyboard without these letters.

Everybody spells it in another way (*zh* or *j*, *kh* or *h*), so both sides are brought down to the same few letters.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

TYPED = frozenset({"bg", "el", "hr", "ru", "uk"})
"""Languages whose lexicon is also read in other letters: Croatian in Serbian ones, the others in Latin ones"""
_SLAVIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "э": "e", "ж": "z", "з": "z", "и": "i",
    "і": "i", "ї": "i", "й": "i", "ы": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c", "ч": "c", "ш": "s", "щ": "sc", "ъ": "a", "ь": "",
    "ю": "iu", "я": "ia", "є": "ie", "ё": "e",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "t", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "h", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "h", "ψ": "ps", "ω": "o",
}  # fmt: skip
_SERBIAN = _SLAVIC | {"ђ": "d", "ј": "i", "љ": "li", "њ": "ni", "ћ": "c", "џ": "dz"}
_LETTERS = {
    "hr": str.maketrans(_SERBIAN),
    "ru": str.maketrans(_SLAVIC), "uk": str.maketrans(_SLAVIC), "bg": str.maketrans(_SLAVIC | {"щ": "st"}),
    "el": str.maketrans(_GREEK),
}  # fmt: skip
Rules = Sequence[tuple[re.Pattern[str], str]]


def _rules(*given: tuple[str, str]) -> Rules:
    return [(re.compile(spelt), letters) for spelt, letters in given]


_IN_SLAVIC = _rules(
    ("kh|x|g", "h"), ("zh", "z"), ("sh", "s"), ("ch", "c"), ("ts", "c"), ("w", "v"), ("[yj]", "i"), (r"(.)\1+", r"\1"),
)  # fmt: skip
_IN_GREEK = _rules(
    ("ch|ks|x", "h"), ("th|8", "t"), ("ph", "f"), ("mp|b", "v"), ("nt", "d"), ("gk|gg", "g"), ("w", "o"),
    ("o[uy]", "u"), ("a[uyf]", "av"), ("e[uyf]", "ev"), ("ai", "e"), ("[eo]i", "i"), ("y", "i"), (r"(.)\1+", r"\1"),
)  # fmt: skip


@lru_cache(20_000)
def typed_latin(word: str, language: str) -> str:
    """A folded word of a language, in its own letters or in Latin ones, in the same spelling; `*` and `_` stay."""
    found = word.translate(_LETTERS[language])
    for pattern, letters in _IN_GREEK if language == "el" else _IN_SLAVIC:
        found = pattern.sub(letters, found)
    return found
