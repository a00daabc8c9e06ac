"""Signed notes and their keys: c2sp.org/signed-note, and c2sp.org/tlog-cosignature for ML-DSA-44.

A note is text, an empty line, and lines `— name base64(key id || signature)`. Ours carries two signatures of
one name: Ed25519 (type 0x01) over the text, and ML-DSA-44 (type 0x06, time-stamped) over the log's state.
"""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

ED25519, COSIGNED_ED25519, COSIGNED_MLDSA44 = 0x01, 0x04, 0x06
_SIZES = {ED25519: 32, COSIGNED_ED25519: 32, COSIGNED_MLDSA44: 1312}
MOST_SIGNATURES = 100
_ID = 4  # bytes of a key id
_DASH = "— "


class BadNote(ValueError):
    """The note is malformed, or a signature on it does not verify."""


@dataclass(frozen=True)
class Key:
    """A verifier key. `kind` is the signature type of the C2SP registry."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:_ID]

    def __str__(self) -> str:
        """The vkey text: name+id+key."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(bytes([self.kind]) + self.public).decode()}"

    @property
    def algorithm(self) -> str:
        return "ML-DSA-44" if self.kind == COSIGNED_MLDSA44 else "Ed25519"


@dataclass(frozen=True)
class Signature:
    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.value).decode()}\n"


@dataclass(frozen=True)
class Note:
    text: str
    """With its final newline."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(signature.line() for signature in self.signatures)


def unbase64(text: str) -> bytes:
    """Base64 in its one canonical spelling. Raises ValueError for any other: no bit may change unnoticed."""
    found = base64.b64decode(text, validate=True)
    if base64.b64encode(found).decode() != text:
        raise ValueError("not canonical base64")
    return found


def read_key(vkey: str) -> Key:
    """A verifier key from its vkey text. Raises BadNote."""
    try:
        name, key_id, encoded = vkey.strip().split("+", 2)
        blob = unbase64(encoded)
        key = Key(name, blob[0], blob[1:])
    except (ValueError, IndexError) as fault:
        raise BadNote(f"This is not a verifier key: {vkey[:80]!r}") from fault
    if len(key.public) != _SIZES.get(key.kind) or key.id.hex() != key_id or not _is_name(name):
        raise BadNote(f"The verifier key of {name!r} does not match its own key id, or has an unknown type.")
    return key


def read_note(text: str) -> Note:
    """Take a note apart. Says nothing yet about its signatures. Raises BadNote."""
    body, gap, block = text.rpartition("\n\n")
    if not gap or not block.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise BadNote("The note has no signature block, or contains control characters.")
    lines = block.removesuffix("\n").split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote(f"The note has more than {MOST_SIGNATURES} signatures.")
    return Note(body + "\n", tuple(_read_signature(line) for line in lines))


def _read_signature(line: str) -> Signature:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        blob = unbase64(encoded)
    except ValueError as fault:
        raise BadNote(f"A signature line is not base64: {line[:80]!r}") from fault
    if not line.startswith(_DASH) or not _is_name(name) or len(blob) <= _ID:
        raise BadNote(f"This is not a signature line: {line[:80]!r}")
    return Signature(name, blob[:_ID], blob[_ID:])


def verified_by(note: Note, keys: Iterable[Key]) -> list[Key]:
    """The keys among `keys` that signed this note.

    Unknown signatures are ignored. Raises BadNote when a known key's signature does not verify.
    """
    found = []
    for key in keys:
        for signature in note.signatures:
            if signature.name == key.name and signature.key_id == key.id:
                check(key, note.text, signature.value)
                found.append(key)
                break
    return found


def check(key: Key, text: str, value: bytes) -> None:
    """Verify one signature over a note's text. Raises BadNote."""
    try:
        if key.kind == ED25519:
            Ed25519PublicKey.from_public_bytes(key.public).verify(value, text.encode())
        elif key.kind == COSIGNED_ED25519:
            message = f"cosignature/v1\ntime {int.from_bytes(value[:8], 'big')}\n{text}".encode()
            Ed25519PublicKey.from_public_bytes(key.public).verify(value[8:], message)
        else:
            message = cosigned_message(key.name, value[:8], text)
            MLDSA44PublicKey.from_public_bytes(key.public).verify(value[8:], message)
    except (InvalidSignature, ValueError) as fault:
        raise BadNote(f"The {key.algorithm} signature of {key.name} does not verify.") from fault


def cosigned_message(cosigner: str, time: bytes, text: str) -> bytes:
    """What an ML-DSA-44 cosigner signs of a checkpoint's `text`; `time` is POSIX seconds, 8 bytes."""
    origin, size, root = text.split("\n")[:3]
    return (
        b"subtree/v1\n\0"
        + _short(cosigner)
        + time
        + _short(origin)
        + (0).to_bytes(8, "big")
        + int(size).to_bytes(8, "big")
        + unbase64(root)
    )


def _short(text: str) -> bytes:
    encoded = text.encode()
    return len(encoded).to_bytes(1, "big") + encoded


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(sign.isspace() for sign in name)
