"""The address that leads an answer back to its matter: a reference and a signature that only we can make."""

import hmac
import re

from steelyard.base.config import config
from steelyard.base.identifiers import read_ref
from steelyard.vault.actions import keyed_hash

_MARK = 16
"""Hexadecimal digits of the signature: 64 bits, behind a reference of 130 that nobody can guess."""
_TOKEN = re.compile(rf"\b([0-9a-z]{{26}})-([0-9a-f]{{{_MARK}}})\b", re.IGNORECASE)
_SHOWN = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]\b")


def token_for(about: str) -> str:
    """`about` with its signature; in small letters, because mail servers may change their size."""
    return f"{about.lower()}-{_mark(about)}"


def address_for(about: str) -> str:
    """Where an answer about `about` goes: `local+token@domain`. Empty when no address of ours takes mail."""
    home = next(iter(config().mailroom.addresses), "")
    local, _, domain = home.rpartition("@")
    return f"{local}+{token_for(about)}@{domain}" if local else ""


def about_of(*texts: str) -> str:
    """The reference whose valid token stands in one of these texts; empty when none does."""
    for text in texts:
        for found in _TOKEN.finditer(text):
            about = read_ref(found.group(1))
            if about and hmac.compare_digest(found.group(2).lower(), _mark(about)):
                return about
    return ""


def shown_refs(text: str) -> list[str]:
    """References as our letters print them. They say which matter, and prove nothing."""
    return [ref for found in _SHOWN.finditer(text.upper()) if (ref := read_ref(found.group()))]


def _mark(about: str) -> str:
    return keyed_hash(about.upper(), purpose="arrivals.thread")[:_MARK]
