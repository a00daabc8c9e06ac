"""Standard Webhooks (standardwebhooks.com): who really sent this, and when. Standard library only."""

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from steelyard.base.errors import BadInput

PREFIX = "whsec_"
TOLERANCE = timedelta(minutes=5)
"""The specification's: an older message may be somebody's copy of it."""


def new_secret() -> str:
    """A secret for one receiver: 256 random bits, as the specification writes it."""
    return written(secrets.token_bytes(32))


def written(secret: bytes) -> str:
    """A secret's bytes as the specification writes them."""
    return PREFIX + base64.b64encode(secret).decode()


def signed_headers(secrets_: Sequence[str], message: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers. While a secret is being exchanged both sign, so that no message is lost."""
    stamp = str(int(at.timestamp()))
    return {
        "webhook-id": message,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_signature(each, message, stamp, body)}" for each in secrets_),
    }


def verify(secret: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> str:
    """The message's id, when the signature is right and the time near `at`. Raises BadInput."""
    message, stamp, given = (
        headers.get(f"webhook-{name}") or "" for name in ("id", "timestamp", "signature")
    )
    if not stamp.isdecimal() or abs(at.timestamp() - int(stamp)) > TOLERANCE.total_seconds():
        raise BadInput("This webhook is too old, or its clock is wrong.", do="Set the clock; send it again.")
    wanted = f"v1,{_signature(secret, message, stamp, body)}"
    if not any(hmac.compare_digest(wanted.encode(), each.encode()) for each in given.split()):
        raise BadInput("The signature of this webhook is not right.", do="Use the secret of this address.")
    return message


def _signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    key = _key_of(secret)
    return base64.b64encode(hmac.digest(key, f"{message}.{stamp}.".encode() + body, "sha256")).decode()


def _key_of(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise BadInput("This is no webhook secret.", f"It must be “{PREFIX}” and base64.") from None
