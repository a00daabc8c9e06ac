"""The ledger's real parts, for tests of any room: the signer as its own process."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.db import connection, transaction

from steelyard.base.errors import Unreachable
from steelyard.ledger.actions import Happening, record_many
from steelyard.ledger.growth import Growth
from steelyard.ledger.models import Entry, Position
from steelyard.ledger.origin import origin
from steelyard.ledger.proof.checkpoint import checkpoint_text
from steelyard.ledger.proof.note import Note, Signature
from steelyard.ledger.signer import client
from steelyard.ledger.signer.keys import Keys, open_keys
from steelyard.vault.actions import new_key

SOURCE = Path(__file__).resolve().parents[2] / "src"


def start(*command: str, **more) -> "subprocess.Popen[str]":
    """A Python process of ours: `start("-m", "steelyard.ledger.signer")`."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **more}
    return subprocess.Popen([sys.executable, *command], env=environment, text=True)


def wait_for_signer(process: "subprocess.Popen[str]") -> None:
    until = time.monotonic() + 120  # bounds a hang; a busy machine starts slowly
    while time.monotonic() < until:
        try:
            client.state()
        except Unreachable:
            assert process.poll() is None, "the signer ended while starting"
            time.sleep(0.025)
        else:
            return
    raise AssertionError("the signer did not start")


@contextmanager
def running_signer() -> Iterator["subprocess.Popen[str]"]:
    """A signer for the current STEELYARD_HOME."""
    process = start("-m", "steelyard.ledger.signer")
    try:
        wait_for_signer(process)
        yield process
    finally:
        process.kill()
        process.wait()


# ---- writing and tampering --------------------------------------------------------------------------------


def write(count: int) -> list[Entry]:
    """So many entries about one thing, in one transaction."""
    with transaction.atomic():
        about = new_key()
        return record_many([Happening("x:y:z", "member:ADA", about, because="Because.")] * count)


def leaves() -> list[bytes]:
    """The log as the database has it."""
    places = Position.objects.order_by("index")
    return [bytes(leaf) for leaf in places.values_list("entry__leaf", flat=True)]


@contextmanager
def as_superuser() -> Iterator[None]:
    """What no serving role can do: change rows round the triggers. Undone at the end."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def genuine_keys(home: Path) -> Keys:
    """The signer's own keys, as a thief of its folder has them."""
    return open_keys(home / "keys" / "ledger", origin())


def new_keys(name: str) -> Keys:
    return Keys(name, Ed25519PrivateKey.generate(), MLDSA44PrivateKey.generate())


def signed_checkpoint(keys: Keys, size: int, root: bytes) -> str:
    text = checkpoint_text(keys.origin, size, root)
    made = keys.sign_checkpoint(text)
    values = made.ed25519, made.mldsa44
    signatures = (
        Signature(key.name, key.id, value) for key, value in zip(keys.public(), values, strict=True)
    )
    return str(Note(text, tuple(signatures)))


def build(folder: Path, entries: Sequence[bytes], checkpoint: str = "", keys: Keys | None = None) -> None:
    """A whole public folder from these entries, its checkpoint given or signed with `keys`."""
    growth = Growth()
    files = growth.append(entries)
    if keys:
        checkpoint = signed_checkpoint(keys, growth.size, growth.root())
    files["checkpoint"] = checkpoint.encode()
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """These files over http, as any static server would."""
    handler = partial(QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass
