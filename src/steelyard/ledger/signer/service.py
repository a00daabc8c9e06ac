"""Answering one question at a time, and refusing what would let the log say two things."""

import contextlib
import fcntl
import os
import socket
import struct
from pathlib import Path
from typing import assert_never

import msgspec

from steelyard.base.config import home
from steelyard.base.errors import Refused
from steelyard.ledger.origin import origin, sealed_origin
from steelyard.ledger.proof.checkpoint import checkpoint_text, read_state
from steelyard.ledger.proof.merkle import consistent
from steelyard.ledger.proof.note import BadNote
from steelyard.ledger.proof.statement import PURPOSES
from steelyard.ledger.signer.keys import Keys, Memory, open_keys
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

PATIENCE = 2.0
"""Seconds a caller may take to say its question: one that hangs must not keep the others waiting."""


SEALED = "sealed checkpoint"


class Log:
    """One log's keys, and what they signed last."""

    def __init__(self, folder: Path, name: str) -> None:
        self.keys: Keys = open_keys(folder, name)
        self.memory = Memory(folder, name)

    def state(self) -> State:
        ed25519, mldsa44 = map(str, self.keys.public())
        return State(self.keys.origin, (ed25519, mldsa44), self.memory.text())

    def checkpoint(self, question: Sign) -> Signatures | Refusal:
        try:
            text = question.message.decode()
            name, size, root = read_state(text)
        except (BadNote, UnicodeDecodeError) as fault:
            return Refusal(str(fault))
        if name != self.keys.origin or text != checkpoint_text(name, size, root):
            return Refusal(
                f"This is not a checkpoint of {self.keys.origin}, or it has more than three lines."
            )
        _, last_size, last_root = read_state(self.memory.text())
        if size < last_size:
            return Refusal(f"A checkpoint of {last_size} was signed already; this one of {size} is smaller.")
        if not consistent(last_size, last_root, size, root, question.proof):
            return Refusal(f"This checkpoint of {size} does not extend the one of {last_size} signed before.")
        if size > last_size:
            self.memory.keep(text)
        return self.keys.sign_checkpoint(text)


class Signer:
    """Two logs with keys of their own: whoever gets hold of one set cannot speak for the other."""

    def __init__(self, keys: Path, name: str, sealed_name: str) -> None:
        self.public = Log(keys / "ledger", name)
        self.sealed = Log(keys / "ledger-sealed", sealed_name)

    def answer(self, question: Question) -> Answer:
        match question:
            case Tell(sealed):
                return (self.sealed if sealed else self.public).state()
            case Sign("checkpoint"):
                return self.public.checkpoint(question)
            case Sign(purpose) if purpose == SEALED:
                return self.sealed.checkpoint(question)
            case Sign(purpose, message) if purpose in PURPOSES:
                return self.public.keys.sign_statement(purpose, message)
            case Sign():
                return Refusal(f"There is no purpose {question.purpose!r}.")
            case _:
                assert_never(question)


def serve() -> None:
    """Hold the keys and answer until ended. Raises Refused when another signer of this home runs."""
    folder = home() / "keys" / "ledger"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refused(
                "A signer already runs for this home.",
                f"It holds {folder / 'lock'}.",
                "Use that one, or end it first.",
            ) from None
        _listen(Signer(folder.parent, origin(), sealed_origin()))


def _listen(signer: Signer) -> None:
    path = socket_path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.parent.chmod(0o700)
    path.unlink(missing_ok=True)  # left by a signer that was killed; the lock says it is gone
    os.umask(0o177)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.bind(str(path))
        door.listen(64)
        while True:
            line, _ = door.accept()
            with line, contextlib.suppress(OSError):
                line.settimeout(PATIENCE)
                _hear(signer, line)


def _hear(signer: Signer, line: socket.socket) -> None:
    if _caller(line) not in (0, os.getuid()):
        return
    try:
        question = msgspec.msgpack.decode(receive(line), type=Question)
    except msgspec.DecodeError as fault:
        send(line, Refusal(f"This is no question: {fault}"))
    else:
        send(line, signer.answer(question))


def _caller(line: socket.socket) -> int:
    """The user id at the other end, as the kernel knows it."""
    credentials = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credentials)[1])
