"""Keep something for the person in front of the screen, for a while, without a cookie of its own.

What is kept lies encrypted in the session table under a key that only the handle holds: who has the
database has nothing, who has the handle (in a short-lived address or a cookie) has it until it expires.
"""

import base64
import hashlib
import os
from datetime import timedelta
from typing import TypeVar

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.contrib.sessions.models import Session

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing
from steelyard.base.identifiers import new_token

_NONCE = 12
Kept = TypeVar("Kept")


def keep(content: bytes, *, seconds: int) -> str:
    """Keep `content` for `seconds`; the handle is the only way back to it."""
    handle = new_token()
    nonce = os.urandom(_NONCE)
    sealed = nonce + _key(handle).encrypt(nonce, content, None)
    Session.objects.create(
        session_key=_name(handle),
        session_data=base64.b64encode(sealed).decode(),
        expire_date=now() + timedelta(seconds=seconds),
    )
    return handle


def kept(handle: str) -> bytes:
    """What was kept under `handle`. Raises NoSuchThing when it never was or has expired."""
    row = Session.objects.filter(session_key=_name(handle), expire_date__gt=now()).first()
    if row is None:
        raise _closed()
    sealed = base64.b64decode(row.session_data)
    return _key(handle).decrypt(sealed[:_NONCE], sealed[_NONCE:], None)


def renew(handle: str, content: bytes, *, seconds: int) -> None:
    """Put `content` in the place of what was kept under `handle`, for `seconds` from now. Raises NoSuchThing."""
    nonce = os.urandom(_NONCE)
    sealed = nonce + _key(handle).encrypt(nonce, content, None)
    changed = Session.objects.filter(session_key=_name(handle), expire_date__gt=now()).update(
        session_data=base64.b64encode(sealed).decode(), expire_date=now() + timedelta(seconds=seconds)
    )
    if not changed:
        raise _closed()


def _closed() -> NoSuchThing:
    return NoSuchThing(
        "This page has closed.",
        "It stays open for a limited time.",
        "Open the link in your letter again.",
    )


def kept_as(handle: str, kind: type[Kept]) -> Kept:
    """What was kept, as the shape it was kept in. A handle of another kind of page opens nothing."""
    try:
        return msgspec.msgpack.decode(kept(handle), type=kind)
    except msgspec.MsgspecError:
        raise _closed() from None


def forget(handle: str) -> None:
    Session.objects.filter(session_key=_name(handle)).delete()


def _name(handle: str) -> str:
    return hashlib.sha256(b"steelyard.portal.name" + handle.encode()).hexdigest()[:40]


def _key(handle: str) -> AESGCM:
    return AESGCM(hashlib.sha256(b"steelyard.portal.key" + handle.encode()).digest())
