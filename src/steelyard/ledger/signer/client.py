"""Asking the signer. Short: one connection, one question."""

import socket
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from steelyard.base.errors import Broken, Unreachable
from steelyard.ledger.proof.note import Key, read_key
from steelyard.ledger.signer.protocol import (
    Answer,
    Question,
    Refusal,
    Sign,
    Signatures,
    State,
    Tell,
    receive,
    send,
    socket_path,
)

__all__ = ["Signatures", "sign", "state", "vkeys"]
Expected = TypeVar("Expected", Signatures, State)


def sign(message: bytes, purpose: str, *, proof: Sequence[bytes] = ()) -> Signatures:
    """Both signatures for `purpose`: checkpoint, sealed checkpoint, receipt or report.

    A checkpoint larger than the last one signed needs the consistency `proof` from that one. How receipts and
    reports are verified: `ledger.proof.statement`. Raises Unreachable, or Broken when the signer refuses.
    """
    return _ask(Sign(purpose, message, tuple(proof)), Signatures)


def vkeys(*, sealed: bool = False) -> tuple[Key, Key]:
    """The public keys: Ed25519, ML-DSA-44. `str(key)` is the vkey text. Raises Unreachable."""
    ed25519, mldsa44 = state(sealed=sealed).vkeys
    return read_key(ed25519), read_key(mldsa44)


def state(*, sealed: bool = False) -> State:
    """The keys of the log (or of the sealed one) and the last checkpoint signed with them. Raises Unreachable."""
    return _ask(Tell(sealed), State)


def _ask(question: Question, expected: type[Expected]) -> Expected:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(10)
            line.connect(str(socket_path()))
            send(line, question)
            answer: Answer = msgspec.msgpack.decode(receive(line), type=Answer)
    except (OSError, msgspec.DecodeError) as fault:
        raise Unreachable(
            "The signer of the ledger does not answer.",
            f"{socket_path()}: {fault}.",
            "`steelyard serve` starts it; alone it is `python -m steelyard.ledger.signer`.",
        ) from fault
    if isinstance(answer, expected):
        return answer
    why = answer.why if isinstance(answer, Refusal) else "It answered another question."
    raise Broken(
        "The signer refused to sign.", why, "Look at `steelyard ledger verify` before anything else."
    )
