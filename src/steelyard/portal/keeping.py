"""Keep something for the person in front of the screen, for a while, without a cookie of its own.

What is kept lies encrypted in the session table under a key that only the handle holds: who has the
database has nothing, who has the handle (in a short-lived address or a cookie) has it until it expires.
"""

import base64
import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.sessions.backends.db import SessionStore

from steelyard.base.errors import NoSuchThing
from steelyard.base.identifiers import new_token

_NONCE = 12


def keep(content: bytes, *, seconds: int) -> str:
    """Keep `content` for `seconds`; the handle is the only way back to it."""
    handle = new_token()
    nonce = os.urandom(_NONCE)
    store = SessionStore(session_key=_name(handle))
    store["sealed"] = base64.b64encode(nonce + _key(handle).encrypt(nonce, content, None)).decode()
    store.set_expiry(seconds)
    store.save(must_create=True)
    return handle


def kept(handle: str) -> bytes:
    """What was kept under `handle`. Raises NoSuchThing when it never was or has expired."""
    sealed = base64.b64decode(SessionStore(session_key=_name(handle)).get("sealed", ""))
    try:
        return _key(handle).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)
    except (InvalidTag, ValueError):
        raise NoSuchThing(
            "This page has closed.",
            "It stays open for a limited time.",
            "Open the link in your letter again.",
        ) from None


def forget(handle: str) -> None:
    SessionStore(session_key=_name(handle)).delete()


def _name(handle: str) -> str:
    return hashlib.sha256(b"steelyard.portal.name" + handle.encode()).hexdigest()[:40]


def _key(handle: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"steelyard.portal.key" + handle.encode()).digest())
