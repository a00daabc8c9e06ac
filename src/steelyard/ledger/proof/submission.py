"""The receipt of a submission, checked by whoever holds its file: standard library and `cryptography` only.

The file is JSON: `body` (base64 of the signed bytes), `ed25519` and `mldsa44` (base64, over
`statement.signed_bytes("receipt", body)`), `salt` (hexadecimal, 32 bytes), `content` (base64 of what was received,
canonical JSON), `follow`. The body names service, reference, kind, door, time of arrival, the clock and its end, and
`commitment` = HMAC-SHA256(salt, content). Its SHA-256 is the `digest` of a leaf of the public ledger.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from steelyard.ledger.proof.leaf import read_leaf
from steelyard.ledger.proof.note import BadNote, Key
from steelyard.ledger.proof.receipt import verify_receipt
from steelyard.ledger.proof.statement import verify_statement

TYPE = "steelyard-receipt/v1"


class NotReceipt(ValueError):
    """The file is no receipt, or it is damaged."""


class OtherContent(ValueError):
    """The signature is right, but the content beside it is not what was received."""


@dataclass(frozen=True)
class Submission:
    """A receipt file taken apart. Nothing is checked yet."""

    body: dict[str, Any]
    signed: bytes
    ed25519: bytes
    mldsa44: bytes
    salt: bytes
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the signed bytes, hexadecimal: what the ledger's leaf carries."""
        return hashlib.sha256(self.signed).hexdigest()


def read_submission(file: bytes) -> Submission:
    """Take a receipt file apart. Raises NotReceipt."""
    try:
        given = json.loads(file)
        signed = _bytes(given["body"])
        body = json.loads(signed)
        if body["type"] != TYPE:
            raise NotReceipt("It is of another kind.")
        return Submission(
            body, signed, _bytes(given["ed25519"]), _bytes(given["mldsa44"]), bytes.fromhex(given["salt"]),
            _bytes(given["content"]),
        )  # fmt: skip
    except (ValueError, TypeError, KeyError, RecursionError) as fault:
        raise NotReceipt("The file is not a receipt, or it is damaged.") from fault


def verify_submission(file: bytes, keys: Iterable[Key]) -> Submission:
    """Check both signatures and the commitment. Raises NotReceipt, BadNote (signature) or OtherContent."""
    found = read_submission(file)
    verify_statement("receipt", found.signed, found.ed25519, found.mldsa44, keys)
    made = hmac.digest(found.salt, found.content, hashlib.sha256).hex()
    if not hmac.compare_digest(made, str(found.body["commitment"])):
        raise OtherContent("The content in this file is not what was received.")
    return found


def verify_entered(found: Submission, proof: str, keys: Iterable[Key]) -> int:
    """Check that the ledger holds this receipt, by its `.tlog-proof`. Returns its place. Raises BadNote."""
    entered = verify_receipt(proof, keys)
    if read_leaf(entered.entry)["digest"] != found.digest:
        raise BadNote("This proof is of another entry.")
    return entered.index


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as fault:
        raise NotReceipt("A part of it is not base64.") from fault
