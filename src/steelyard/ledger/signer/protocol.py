"""What goes over the signer's socket: one question, one answer, each msgpack behind a 4-byte length."""

import socket
from pathlib import Path

import msgspec

from steelyard.base.config import home
from steelyard.base.errors import BadInput

MOST = 1 << 23
"""Bytes of one message: a day's report with all its tables"""
LONGEST_PATH = 107  # bytes in a socket address


class Sign(msgspec.Struct, frozen=True, tag="sign"):
    """`proof` shows a checkpoint's consistency with the last one signed."""

    purpose: str
    message: bytes
    proof: tuple[bytes, ...] = ()


class Tell(msgspec.Struct, frozen=True, tag="tell"):
    """Ask for the public keys and the last checkpoint signed: of the public log, or of the sealed one."""

    sealed: bool = False


class Signatures(msgspec.Struct, frozen=True, tag="signatures"):
    """`mldsa44` on a checkpoint is time-stamped: 8 bytes of POSIX seconds before the signature."""

    ed25519: bytes
    mldsa44: bytes


class State(msgspec.Struct, frozen=True, tag="state"):
    origin: str
    vkeys: tuple[str, str]
    """Ed25519, ML-DSA-44."""
    last: str
    """The text of the last checkpoint signed."""


class Refusal(msgspec.Struct, frozen=True, tag="refusal"):
    why: str


Question = Sign | Tell
Answer = Signatures | State | Refusal


def socket_path() -> Path:
    """Where the signer listens. Raises BadInput when the path does not fit into a socket's address."""
    path = home() / "run" / "signer.sock"
    if len(str(path).encode()) > LONGEST_PATH:
        raise BadInput(
            "The path of the data folder is too long for the signer's socket.",
            f"{path} has {len(str(path).encode())} bytes, at most {LONGEST_PATH} fit.",
            "Set STEELYARD_HOME to a shorter path.",
        )
    return path


def send(line: socket.socket, message: Question | Answer) -> None:
    content = msgspec.msgpack.encode(message)
    line.sendall(len(content).to_bytes(4, "big") + content)


def receive(line: socket.socket) -> bytes:
    """One message's content. Raises ConnectionError when the other side stops early or sends too much."""
    length = int.from_bytes(_exactly(line, 4), "big")
    if length > MOST:
        raise ConnectionError("The message is larger than any that is sent here.")
    return _exactly(line, length)


def _exactly(line: socket.socket, count: int) -> bytes:
    found = bytearray()
    while len(found) < count:
        part = line.recv(count - len(found))
        if not part:
            raise ConnectionError("The other side closed the line.")
        found += part
    return bytes(found)
