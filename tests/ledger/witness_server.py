"""A small witness after c2sp.org/tlog-witness, with a verifier of its own: it shares no code with the log.

Consistency is checked top down as in RFC 6962's definition of the proof, where ours goes bottom up.
"""

import base64
import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots(proof, old, new, whole, old_root):
    """Old and new root that `proof` leads to; it is used up from its end."""
    if old == new:
        return (old_root, old_root) if whole else (proof.pop(),) * 2
    split = 1 << ((new - 1).bit_length() - 1)
    right = proof.pop()
    if old <= split:
        before, after = roots(proof, old, split, whole, old_root)
        return before, node(after, right)
    before, after = roots(proof, old - split, new - split, False, old_root)
    return node(right, before), node(right, after)


class Witness:
    def __init__(self, name, origin, log_key):
        self.name, self.origin, self.log_key = name, origin, Ed25519PublicKey.from_public_bytes(log_key)
        self.key = Ed25519PrivateKey.generate()
        self.size, self.root = 0, None
        self.asked = []

    def _blob(self):
        return b"\x04" + self.key.public_key().public_bytes_raw()

    def _id(self):
        return hashlib.sha256(self.name.encode() + b"\n" + self._blob()).digest()[:4]

    def vkey(self):
        return f"{self.name}+{self._id().hex()}+{base64.b64encode(self._blob()).decode()}"

    def add_checkpoint(self, body):
        """Status and answer."""
        head, _, checkpoint = body.partition("\n\n")
        old_line, *proof_lines = head.split("\n")
        text, _, block = checkpoint.rpartition("\n\n")
        text += "\n"
        origin, size, root = text.split("\n")[:3]
        old, size, root = int(old_line.removeprefix("old ")), int(size), base64.b64decode(root)
        if origin != self.origin:
            return 404, ""
        if not self._signed(text, block):
            return 403, ""
        if old > size:
            return 400, ""
        if old != self.size or (old == size and self.root not in (None, root)):
            return 409, f"{self.size}\n"
        if not self._consistent([base64.b64decode(line) for line in proof_lines], old, size, root):
            return 422, ""
        self.size, self.root = size, root
        moment = int(time.time())
        signed = self.key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
        line = base64.b64encode(self._id() + moment.to_bytes(8, "big") + signed).decode()
        return 200, f"— {self.name} {line}\n"

    def _signed(self, text, block):
        for line in block.splitlines():
            name, encoded = line.removeprefix("— ").split(" ")
            blob = base64.b64decode(encoded)
            if name == self.origin and len(blob) == 68:
                try:
                    self.log_key.verify(blob[4:], text.encode())
                except InvalidSignature:
                    return False
                return True
        return False

    def _consistent(self, proof, old, size, root):
        if old in (0, size):
            return not proof
        try:
            found = roots(proof, old, size, True, self.root)
        except IndexError:
            return False
        return found == (self.root, root) and not proof


@contextmanager
def running_witness(name, origin, log_key) -> Iterator[tuple[Witness, str]]:
    """A witness at a local address."""
    witness = Witness(name, origin, log_key)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            status, answer = witness.add_checkpoint(body)
            witness.asked.append((self.path, status))
            self.send_response(status)
            kind = "text/x.tlog.size" if status == 409 else "text/plain"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(answer.encode())))
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        try:
            yield witness, f"http://127.0.0.1:{server.server_address[1]}/w"
        finally:
            server.shutdown()
            thread.join()
