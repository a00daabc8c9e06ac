"""The keys, and the memory of what they last signed. Both under home()/keys/ledger, for this user only."""

from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from steelyard.base.clock import now
from steelyard.base.errors import Broken
from steelyard.base.files import write_private
from steelyard.ledger.proof.checkpoint import checkpoint_text
from steelyard.ledger.proof.merkle import EMPTY
from steelyard.ledger.proof.note import COSIGNED_MLDSA44, ED25519, Key, cosigned_message
from steelyard.ledger.proof.statement import signed_bytes
from steelyard.ledger.signer.protocol import Signatures


@dataclass(frozen=True)
class Keys:
    origin: str
    ed25519: Ed25519PrivateKey
    mldsa44: MLDSA44PrivateKey

    def public(self) -> tuple[Key, Key]:
        return (
            Key(self.origin, ED25519, self.ed25519.public_key().public_bytes_raw()),
            Key(self.origin, COSIGNED_MLDSA44, self.mldsa44.public_key().public_bytes_raw()),
        )

    def sign_checkpoint(self, text: str) -> Signatures:
        time = int(now().timestamp()).to_bytes(8, "big")
        message = cosigned_message(self.origin, time, text)
        return Signatures(self.ed25519.sign(text.encode()), time + self.mldsa44.sign(message))

    def sign_statement(self, purpose: str, message: bytes) -> Signatures:
        signed = signed_bytes(purpose, message)
        return Signatures(self.ed25519.sign(signed), self.mldsa44.sign(signed))


def open_keys(folder: Path, origin: str) -> Keys:
    """The log's keys, made on first start. Raises Broken when keys or memory are there without the other."""
    memory = Memory(folder, origin)
    ed25519, mldsa44 = folder / "ed25519", folder / "mldsa44"
    if not (ed25519.exists() and mldsa44.exists()):
        if memory.exists() and memory.size() > 0:
            raise Broken(
                "The ledger's keys are gone.",
                f"{folder} remembers a checkpoint but lacks the keys that signed it.",
                "Restore the folder from its backup. New keys would make a new log.",
            )
        memory.begin()  # before the keys: a crash in between leaves nothing that has signed
        write_private(ed25519, Ed25519PrivateKey.generate().private_bytes_raw())
        write_private(mldsa44, MLDSA44PrivateKey.generate().private_bytes_raw())
    if not memory.exists():
        raise Broken(
            "The signer's memory is gone.",
            f"{folder} has the keys but not the last checkpoint they signed.",
            "Restore the file `last` from its backup, or put the text of the newest checkpoint there.",
        )
    return Keys(
        origin,
        Ed25519PrivateKey.from_private_bytes(ed25519.read_bytes()),
        MLDSA44PrivateKey.from_seed_bytes(mldsa44.read_bytes()),
    )


class Memory:
    """The text of the last checkpoint signed: on disk before the signature leaves the process."""

    def __init__(self, folder: Path, origin: str) -> None:
        self.file, self.origin = folder / "last", origin

    def exists(self) -> bool:
        return self.file.exists()

    def begin(self) -> None:
        write_private(self.file, checkpoint_text(self.origin, 0, EMPTY).encode())

    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def size(self) -> int:
        return int(self.text().split("\n")[1])

    def keep(self, text: str) -> None:
        write_private(self.file, text.encode())
