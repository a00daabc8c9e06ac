"""Take personal data out of a text before it leaves. Rather too much than too little."""

import re
import unicodedata
from collections.abc import Iterable

GONE = "[removed]"
_SHORTEST = 3
"""A name of two letters is found in too many words to be worth removing."""
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_PATTERNS = (
    r"\b[a-z][a-z0-9+.-]*://\S+",
    r"\b(?:www\.|t\.me/|wa\.me/|matrix\.to/)\S+",
    r"[^\s@<>()]+@[^\s@<>()]+\.\w+",  # mail
    r"[@!#$+][\w.=/-]+:[\w.-]+(?::\d+)?",  # Matrix: user, room, alias, event
    r"(?<!\w)@\w[\w.]+",
    r"(?-i:\b[A-Z]{2}\d\d(?: ?[A-Z0-9]{2,4}){3,8}\b)",  # IBAN
    r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
    r"\b(?:[0-9a-f]{0,4}:){3,7}[0-9a-f]{0,4}\b",
    r"(?!\d{4}-\d\d-\d\d\b)(?<![\w/])\+?\(?\d(?:[\s().-]{0,2}\d){6,}(?![\w/])",  # telephones, cards, numbers of papers
)
_FOUND = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.IGNORECASE)


def scrub(text: str, known: Iterable[str] = ()) -> str:
    """`text` without addresses, numbers and links, and without what we know to name somebody (`known`)."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    names = sorted({name.strip() for name in known if len(name.strip()) >= _SHORTEST}, key=len, reverse=True)
    for name in names:
        plain = re.sub(re.escape(unicodedata.normalize("NFKC", name)), GONE, plain, flags=re.IGNORECASE)
    return _FOUND.sub(GONE, plain)
