"""Dates, names and links inside a sentence, as a reader of its language expects them."""

import unicodedata
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import get_language, get_language_bidi

_FORMATS = {"ru": "j E Y года", "fa": "j F Y میلادی"}
"""Django's letters, in which E is the genitive of the month; elsewhere “21 May 2027”."""
_PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LRI, _FSI, _PDI = "\u2066", "\u2068", "\u2069"


def day(moment: date) -> str:
    """A day, or the day of a moment in UTC, in the active language."""
    language = get_language() or ""
    text = date_format(moment, _FORMATS.get(language, "j F Y"))
    if language == "fr" and moment.day == 1:
        return text.replace("1 ", "1er ", 1)
    if language == "fa":  # the month is tied to the year: ژانویهٔ ۲۰۲۶
        return text.replace("ه ", "هٔ ", 1).translate(_PERSIAN)
    return text


def iso(moment: date) -> str:
    """“2027-05-21”, which keeps its order in a sentence that runs from right to left."""
    return plain_id(f"{moment:%Y-%m-%d}")


def isolated(text: str) -> str:
    """Words from elsewhere, fenced so that they and the sentence around them keep their own directions.

    Unicode UAX #9 (FSI, PDI). Bare where the two directions cannot meet.
    """
    meets = get_language_bidi() or any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return f"{_FSI}{text}{_PDI}" if meets else text


def plain_id(identifier: str) -> str:
    """A platform's own identifier, which reads from left to right in any text."""
    return f"{_LRI}{identifier}{_PDI}" if get_language_bidi() else identifier


def link(address: str) -> str:
    """An address that reads from left to right in any text. The space keeps the fence out of the link."""
    return f"{_LRI}{address} {_PDI}" if get_language_bidi() else address
