"""Receipts that verify offline: c2sp.org/tlog-proof, file extension `.tlog-proof`.

Ours carry the entry itself as `extra`, so that nothing but the file and the log's keys is needed.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from steelyard.ledger.proof.checkpoint import Checkpoint, read_checkpoint
from steelyard.ledger.proof.merkle import SIZE, leaf_hash, root_from_inclusion
from steelyard.ledger.proof.note import BadNote, Key, unbase64, verified_by

_HEADER = "c2sp.org/tlog-proof@v1"
_HEAD = (
    rf"{re.escape(_HEADER)}\nextra (?P<entry>[^\n]+)\nindex (?P<index>0|[1-9][0-9]{{0,18}})"
    r"(?P<proof>(\n[^\n]{44}){0,63})"
)


@dataclass(frozen=True)
class Receipt:
    index: int
    entry: bytes
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint


def receipt_text(index: int, entry: bytes, proof: Sequence[bytes], checkpoint: str) -> str:
    """The `.tlog-proof` file."""
    lines = [_HEADER, f"extra {_b64(entry)}", f"index {index}", *map(_b64, proof), "", checkpoint]
    return "\n".join(lines)


def read_receipt(text: str) -> Receipt:
    """Take a receipt apart; nothing is checked yet. Raises BadNote."""
    head, gap, checkpoint = text.partition("\n\n")
    shape = re.fullmatch(_HEAD, head)
    if not gap or not shape:
        raise BadNote("This is not a tlog-proof with its entry, its index and its hashes.")
    try:
        entry = unbase64(shape["entry"])
        proof = tuple(unbase64(line) for line in shape["proof"].split())
    except ValueError as fault:
        raise BadNote("The proof contains a line that is not base64.") from fault
    if any(len(step) != SIZE for step in proof):
        raise BadNote("The proof contains a hash that is not 32 bytes.")
    return Receipt(int(shape["index"]), entry, proof, read_checkpoint(checkpoint))


def verify_receipt(text: str, keys: Iterable[Key]) -> Receipt:
    """Check a receipt against the log's keys, each of which must have signed. Raises BadNote."""
    receipt, keys = read_receipt(text), list(keys)
    if not keys or verified_by(receipt.checkpoint.note, keys) != keys:
        raise BadNote("The checkpoint in this receipt is not signed by the log's keys.")
    if any(key.name != receipt.checkpoint.origin for key in keys):
        raise BadNote("The checkpoint in this receipt is of another log.")
    root = root_from_inclusion(
        leaf_hash(receipt.entry), receipt.index, receipt.checkpoint.size, receipt.proof
    )
    if root != receipt.checkpoint.root:
        raise BadNote("The entry in this receipt is not in the log at that place.")
    return receipt


def _b64(content: bytes) -> str:
    return base64.b64encode(content).decode()
