"""Seal, unseal, destroy. Associated data ties a ciphertext to its place, so rows cannot be swapped."""

import hashlib
import hmac
import os
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from steelyard.base.clock import now
from steelyard.base.config import home
from steelyard.base.errors import Broken, NoSuchThing
from steelyard.base.files import write_private_once
from steelyard.vault.models import DataKey

_NONCE = 12


SEALED = "sealed"


@cache
def _key_encryption_key(ring: str = "") -> AESGCM:
    """The installation's own key, made on first use. In production it is the first thing to back up.

    Matters under secrecy have one of their own (`kek-sealed`): a backup of the ordinary key opens none of them.
    """
    file = home() / "keys" / (f"kek-{ring}" if ring else "kek")
    if not file.exists():
        write_private_once(
            file, AESGCM.generate_key(256)
        )  # of two at once one counts, or half would stay shut
    return AESGCM(file.read_bytes())


def new_key(ring: str = "") -> DataKey:
    """A fresh data key, saved in the caller's transaction. `ring`: SEALED for a matter under secrecy."""
    key = DataKey(ring=ring)
    nonce = os.urandom(_NONCE)
    key.wrapped = nonce + _key_encryption_key(ring).encrypt(nonce, AESGCM.generate_key(256), key.ref.encode())
    key.save()
    return key


def seal(key: DataKey, content: bytes, *, place: str) -> bytes:
    """Encrypt `content` for `place` (for example "notice.contact")."""
    nonce = os.urandom(_NONCE)
    return nonce + _open(key).encrypt(nonce, content, place.encode())


def unseal(key: DataKey, sealed: bytes | memoryview, *, place: str) -> bytes:
    """Decrypt. Raises NoSuchThing when the key was destroyed, Broken when the bytes were changed."""
    sealed = bytes(sealed)
    try:
        return _open(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
    except InvalidTag:
        raise Broken(
            "A sealed record does not open with its key.",
            "It was changed, moved, or damaged.",
            "Keep the database as it is and call the person on duty.",
        ) from None


def seal_in_transit(content: bytes, *, place: str) -> bytes:
    """Encrypt what only passes through, for minutes, under the installation's key alone."""
    nonce = os.urandom(_NONCE)
    return nonce + _key_encryption_key().encrypt(nonce, content, b"transit\x1f" + place.encode())


def unseal_in_transit(sealed: bytes | memoryview, *, place: str) -> bytes:
    """Decrypt it. Raises Broken when the bytes were changed."""
    sealed = bytes(sealed)
    try:
        return _key_encryption_key().decrypt(
            sealed[:_NONCE], sealed[_NONCE:], b"transit\x1f" + place.encode()
        )
    except InvalidTag:
        raise Broken("A message on its way does not open.", "It was changed, moved, or damaged.") from None


def wrap_file(content: bytes, *, name: str) -> bytes:
    """Encrypt a key that lives in a file of the home, for the file of that name only."""
    nonce = os.urandom(_NONCE)
    return nonce + _key_encryption_key().encrypt(nonce, content, name.encode())


def unwrap_file(sealed: bytes, *, name: str) -> bytes:
    return _key_encryption_key().decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())


def destroy(key: DataKey) -> None:
    """Make everything sealed under `key` unreadable, for good. Cannot be undone."""
    DataKey.objects.filter(pk=key.pk).update(wrapped=None, destroyed_at=now())


def _open(key: DataKey) -> AESGCM:
    if key.wrapped is None:
        raise NoSuchThing("This content has been erased.", "Its key was destroyed.")
    wrapped = bytes(key.wrapped)
    return AESGCM(_key_encryption_key(key.ring).decrypt(wrapped[:_NONCE], wrapped[_NONCE:], key.ref.encode()))


def keyed_hash(text: str, *, purpose: str) -> str:
    """HMAC-SHA256 under the installation's key: equal texts match, and nobody outside can try guesses."""
    key = matching_key()
    return hmac.digest(key, f"{purpose}\x1f{text}".encode(), hashlib.sha256).hex()


def matching_key() -> bytes:
    """The key itself, for fingerprints that are made by the thousand."""
    return _matching_key(home() / "keys" / "matching")


@cache
def _matching_key(file: Path) -> bytes:
    if not file.exists():
        write_private_once(file, os.urandom(32))  # two keys would never match again
    return file.read_bytes()
