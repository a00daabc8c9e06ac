"""Identifiers that cannot be guessed: 130 random bits, readable aloud (ASVS 5.0, 11.5.1 wants 128)."""

import hashlib
import re
import secrets
from base64 import b32encode

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32: no I, L, O, U to misread
LENGTH = 26
_OURS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)  # from RFC 4648
_MISREAD = str.maketrans("ILO", "110")


def new_ref() -> str:
    """A new reference: 26 characters, 130 random bits."""
    return b32encode(secrets.token_bytes(20))[:LENGTH].decode().translate(_OURS)  # each letter is 5 bits


def new_token() -> str:
    """A secret for a link: 256 random bits. Store only `fingerprint(token)`."""
    return secrets.token_urlsafe(32)


def fingerprint(token: str) -> str:
    """What is stored of a secret token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def read_ref(typed: str) -> str:
    """A reference as a person typed it, brought to its one form. Returns "" when it cannot be one."""
    cleaned = re.sub(r"[\s\-]", "", typed).upper().translate(_MISREAD)
    return cleaned if len(cleaned) == LENGTH and set(cleaned) <= set(ALPHABET) else ""


def shown(ref: str) -> str:
    """A reference in groups, for letters and screens: `7K3PW-...`."""
    return "-".join(ref[start : start + 5] for start in range(0, len(ref), 5))
