"""One message of an encrypted chat, shown by somebody who could read it: is it what the homeserver stored?

The reporter's device sends 32 bytes, the output of HKDF-Extract over the sender's Megolm ratchet at this message
(Matrix specification, "m.megolm.v1.aes-sha2"). Expanding them gives the keys of this message alone; the code over
the stored ciphertext and the sender's signature hold, or nothing is shown. `docs/verified-reports.md` has the
construction and what it does not prove. Experimental: no cryptographer outside has reviewed it yet.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

FIELD = "org.steelyard.disclosure"
VERSION, MAC, SIGNATURE, EXTRACTED = 3, 8, 64, 32  # bytes of a Megolm message's ends, and of what is sent
INDEX, CIPHERTEXT = 0x08, 0x12  # tags of its protobuf
Json = Mapping[str, Any]


def disclosed(event: Json, body: Json) -> Json | None:
    """The content of the stored `event` as the report's `body` opens it; None where it proves nothing.

    Pure: no network, no state. `event` must come from the homeserver, never from the reporter.
    """
    content, given = event.get("content"), body.get(FIELD)
    if not isinstance(content, Mapping) or not isinstance(given, Mapping) or given.get("v") != 1:
        return None
    try:
        plain = _open(_bytes(content["ciphertext"]), _bytes(content["session_id"]), _bytes(given["prk"]))
        said = json.loads(plain)
    except (KeyError, TypeError, ValueError, IndexError, InvalidSignature):
        return None
    # The room is inside the encryption: a message of one chat cannot be shown as one of another.
    if not isinstance(said, dict) or said.get("room_id") != event.get("room_id"):
        return None
    return said


def _open(message: bytes, session: bytes, extracted: bytes) -> bytes:
    """Raises InvalidSignature or ValueError when anything does not hold."""
    if len(extracted) != EXTRACTED or message[0] != VERSION:
        raise ValueError("not of this version")
    signed, signature = message[:-SIGNATURE], message[-SIGNATURE:]
    # The session's id is the public key that signs each of its messages.
    Ed25519PublicKey.from_public_bytes(session).verify(signature, signed)
    keys = HKDFExpand(hashes.SHA256(), 80, b"MEGOLM_KEYS").derive(extracted)
    coded, code = signed[:-MAC], signed[-MAC:]
    if not hmac.compare_digest(hmac.digest(keys[32:64], coded, "sha256")[:MAC], code):
        raise ValueError("the code does not match")
    cipher = Cipher(algorithms.AES256(keys[:32]), modes.CBC(keys[64:80])).decryptor()
    padded = cipher.update(_ciphertext(coded)) + cipher.finalize()
    unpadder = padding.PKCS7(128).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _ciphertext(coded: bytes) -> bytes:
    at, found = 1, b""
    while at < len(coded):
        tag = coded[at]
        value, at = _varint(coded, at + 1)
        if tag == CIPHERTEXT:
            found, at = coded[at : at + value], at + value
        elif tag != INDEX:
            raise ValueError("an unknown field")
    return found


def _varint(coded: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while coded[at] & 0x80:
        value, shift, at = value | (coded[at] & 0x7F) << shift, shift + 7, at + 1
    return value | coded[at] << shift, at + 1


def _bytes(text: Any) -> bytes:
    """Unpadded base64, as Matrix writes it."""
    if not isinstance(text, str):
        raise TypeError("not a text")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as fault:
        raise ValueError("not base64") from fault
