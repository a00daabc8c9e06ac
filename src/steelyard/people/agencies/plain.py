"""Addresses, domains and numbers in the one way of writing in which they can be compared."""

import re
import unicodedata

_DIGITS = re.compile(r"\d")
_RUN = re.compile(r"(?:\+|00)?\(?\d[\d\s().\-/\u00a0\u2009\u202f]{5,24}\d")
SHORTEST = 7
"""Digits from which on a run of them can be a telephone number."""
_SAME = 8
"""Two numbers are one when their last digits agree this far: country codes and leading zeros come and go."""


def domain(text: str) -> str:
    """The domain of an address or a bare domain, in lower case ASCII; "" when there is none."""
    host = unicodedata.normalize("NFKC", text).strip().rpartition("@")[2].rstrip(".").casefold()
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def address(text: str) -> str:
    """A mail address in lower case, its domain in ASCII; "" when it is none."""
    box, at, _ = unicodedata.normalize("NFKC", text).strip().rpartition("@")
    return f"{box.casefold()}@{domain(text)}" if at and box else ""


def number(text: str) -> str:
    """Only the digits, in ASCII."""
    return "".join(str(unicodedata.digit(one)) for one in text if unicodedata.digit(one, None) is not None)


def numbers_in(text: str) -> tuple[str, ...]:
    """Every run of digits that could be a telephone number, in any script."""
    ascii_ = "".join(
        str(unicodedata.digit(one)) if unicodedata.digit(one, None) is not None else one for one in text
    )
    found = (number(one.group()) for one in _RUN.finditer(ascii_))
    return tuple(dict.fromkeys(one for one in found if len(one) >= SHORTEST))


def same_name(one: str, other: str) -> bool:
    """Whether two names are of one authority, as far as their words can tell: written alike, or one within the other
    (a chamber names its court)."""
    one, other = _words(one), _words(other)
    return bool(one and other) and (one in other or other in one)


def _words(name: str) -> str:
    folded = unicodedata.normalize("NFKD", name).casefold()
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return f" {' '.join(kept.split())} " if kept.split() else ""


def same_number(one: str, other: str) -> bool:
    """Whether two numbers reach the same telephone, as far as digits can tell."""
    one, other = number(one), number(other)
    short = min(len(one), len(other), _SAME)
    return short >= SHORTEST and one[-short:] == other[-short:]


def stands_in(wanted: str, text: str) -> bool:
    """Whether a number stands anywhere in a text, however it is written there: also with words between its digits
    it is found when the digits of the whole text hold it."""
    return any(same_number(wanted, one) for one in numbers_in(text)) or _hidden(number(wanted), number(text))


def _hidden(wanted: str, digits: str) -> bool:
    return len(wanted) >= SHORTEST and wanted[-_SAME:] in digits
