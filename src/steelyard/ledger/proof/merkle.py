"""The hash tree of RFC 6962, section 2.1 (the same as RFC 9162): SHA-256, leaves 0x00, nodes 0x01.

A "level-h hash number n" is the root over leaves n * 2**h up to (n + 1) * 2**h, a full subtree. Everything
else (roots of unfinished trees, proofs) is built from those, so a reader of tiles needs nothing more.
"""

import hashlib
from collections.abc import Callable, Sequence

ReadHash = Callable[[int, int], bytes]
"""Given a level and a number, the hash of that full subtree."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


SIZE = 32
"""Bytes of a hash."""
EMPTY = hashlib.sha256(b"").digest()
"""The root of a log without entries."""


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes (or over equally high subtrees, with the same result)."""
    if not hashes:
        return EMPTY
    row = list(hashes)
    while len(row) > 1:  # a node without a sibling rises unchanged: that is RFC 6962's split
        pairs = [node_hash(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)]
        row = pairs + row[len(row) - 1 :] if len(row) % 2 else pairs
    return row[0]


def edge_root(rows: Sequence[Sequence[bytes]]) -> bytes:
    """The root of a tree from the unfinished tile of each level, lowest first."""
    root = b""
    for row in rows:
        end = len(row)
        while end:  # the row in powers of two, smallest (rightmost) first
            start = end & (end - 1)
            block = root_of(row[start:end])
            root = node_hash(block, root) if root else block
            end = start
    return root or EMPTY


def range_root(read: ReadHash, start: int, end: int) -> bytes:
    """The root over leaves `start` to `end`, where `start` is where RFC 6962 would split."""
    count = end - start
    if count == 0:
        return EMPTY
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return read(level, start >> level)
    middle = start + _split(count)
    return node_hash(range_root(read, start, middle), range_root(read, middle, end))


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return int(1 << ((count - 1).bit_length() - 1))


# ---- proofs -----------------------------------------------------------------------------------------------


def inclusion_proof(read: ReadHash, index: int, size: int) -> list[bytes]:
    """The sibling hashes from leaf `index` up to the root of the tree of `size`, leaf side first."""
    if not 0 <= index < size:
        raise ValueError(f"There is no entry {index} in a log of {size}.")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(read, middle, end))
            end = middle
        else:
            proof.append(range_root(read, start, middle))
            start = middle
    return proof[::-1]


def root_from_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """The root this proof leads to (RFC 9162, 2.1.3.2), or None when its shape is wrong."""
    if not 0 <= index < size:
        return None
    number, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return None
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    return found if last == 0 else None


def consistency_proof(read: ReadHash, old: int, new: int) -> list[bytes]:
    """What shows that the tree of size `new` begins with the tree of size `old` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"A log of {new} cannot extend one of {old}.")
    if old in (0, new):
        return []
    proof: list[bytes] = []
    start, end, whole = 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            proof.append(range_root(read, middle, end))
            end = middle
        else:
            proof.append(range_root(read, start, middle))
            start, whole = middle, False
    if not whole:
        proof.append(range_root(read, start, end))
    return proof[::-1]


def consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows that nothing in the first `old` entries changed (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if not 0 <= old < new:
        return False
    if old == 0:
        return not proof and old_root == EMPTY
    steps = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not steps:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, step)
        number, last = number >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root
