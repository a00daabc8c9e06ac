"""Receipts and reports signed with the log's keys, kept apart from checkpoints.

What is signed is a heading that names the purpose, a zero byte, and the message. A checkpoint is text, and
text of a note has no zero byte: no signature made here can pass as one on a checkpoint, nor the other way.
"""

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from steelyard.ledger.proof.note import COSIGNED_MLDSA44, ED25519, BadNote, Key

PURPOSES = ("receipt", "report")


def signed_bytes(purpose: str, message: bytes) -> bytes:
    """What the keys sign for this purpose."""
    return f"steelyard/{purpose}/v1\n".encode() + b"\0" + message


def verify_statement(
    purpose: str, message: bytes, ed25519: bytes, mldsa44: bytes, keys: Iterable[Key]
) -> None:
    """Check both signatures on a receipt or report. Raises BadNote unless both keys agree."""
    signed, kinds = signed_bytes(purpose, message), set()
    for key in keys:
        kinds.add(key.kind)
        try:
            if key.kind == COSIGNED_MLDSA44:
                MLDSA44PublicKey.from_public_bytes(key.public).verify(mldsa44, signed)
            else:
                Ed25519PublicKey.from_public_bytes(key.public).verify(ed25519, signed)
        except InvalidSignature as fault:
            raise BadNote(f"The {key.algorithm} signature of {key.name} does not verify.") from fault
    if kinds != {ED25519, COSIGNED_MLDSA44}:
        raise BadNote("Two keys are needed to check this: one Ed25519, one ML-DSA-44.")
