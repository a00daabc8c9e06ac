"""Does a mail domain look like another one? Letters that look alike, made one; and one letter more, less or other."""

import re
import unicodedata
from collections.abc import Iterable

_LIKE = str.maketrans(
    "аеорсхуіѕԁɡոкмтнвοανρτικηυωеϲјѵԛԝ01ıɑ",
    "aeopcxyisdgnkmthboavptiknuwecjvqwolia",
)
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_SHORTEST = 5
"""Letters from which on one letter of difference says something."""


def looks_like(domain: str, known: Iterable[str]) -> str:
    """The known domain that this one is taken for without being it or a part of it; "" when there is none."""
    if not domain or any(domain == one or domain.endswith(f".{one}") for one in known):
        return ""
    shape = skeleton(domain)
    return next((one for one in known if _near(shape, skeleton(one), one)), "")


def skeleton(domain: str) -> str:
    """The domain as an eye in a hurry reads it."""
    plain = unicodedata.normalize("NFKC", _unicode(domain)).casefold().translate(_LIKE)
    plain = "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))
    for written, seen in _PAIRS:
        plain = plain.replace(written, seen)
    return plain


def mixed_alphabets(text: str) -> tuple[str, ...]:
    """Words in which letters of Latin stand beside letters of Cyrillic or Greek."""
    return tuple(word for word in re.findall(r"\w+", text) if len(_alphabets(word)) > 1)


def _alphabets(word: str) -> set[str]:
    names = (unicodedata.name(one, "") for one in word if one.isalpha())
    return {name.split(" ")[0] for name in names} & {"LATIN", "CYRILLIC", "GREEK"}


def _unicode(domain: str) -> str:
    try:
        return domain.encode().decode("idna")
    except UnicodeError:
        return domain


def _near(shape: str, other: str, domain: str) -> bool:
    name = domain.partition(".")[0]
    inside = len(name) >= _SHORTEST and f"-{name}" in f"-{shape}"
    hyphened = other.replace(".", "-") in shape.replace(".", "-")
    return shape == other or (len(other) >= _SHORTEST and _one_apart(shape, other)) or inside or hyphened


def _one_apart(one: str, other: str) -> bool:
    """One letter more, less, other, or two swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[:at] + short[at + 1 : at + 2] + short[at : at + 1] + short[at + 2 :]
    return short[at + 1 :] == long[at + 1 :] or swapped == long
