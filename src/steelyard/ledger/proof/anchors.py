"""How the sealed log hangs on the public one, for somebody who may read the hashes of the one and all of the other.

The sealed log grows by 256 leaves an hour, real or padding. After each block the public log got a leaf whose digest
is the SHA-256 of the sealed checkpoint's text: so no block can be exchanged, added or taken away later.
"""

import hashlib

from steelyard.ledger.proof.checkpoint import checkpoint_text, read_checkpoint
from steelyard.ledger.proof.leaf import read_leaf
from steelyard.ledger.proof.merkle import range_root
from steelyard.ledger.proof.rebuild import Fault
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    WIDTH,
    BadTile,
    Missing,
    Source,
    hash_reader,
    read_bundle,
    read_tile,
    width_of,
)

TYPE = b'"type":"ledger:sealed:checkpoint"'


def check_anchors(public: Source, sealed: Source) -> list[Fault]:
    """What differs between the sealed log's hashes and the leaves of the public log that vouch for them."""
    try:
        known = digests(public)
        now = read_checkpoint(sealed.read("checkpoint").decode())
        read = hash_reader(sealed, now.size)
        stated = [
            digest_of(checkpoint_text(now.origin, size, range_root(read, 0, size)))
            for size in range(WIDTH, now.size + 1, WIDTH)
        ]
    except (Missing, BadTile, ValueError) as fault:
        return [Fault("sealed log", str(fault))]
    faults = [
        Fault(f"sealed block {number}", "It is not the one that the public log vouches for.")
        for number, (said, vouched) in enumerate(zip(stated, known, strict=False))
        if said != vouched
    ]
    if len(stated) < len(known):
        faults.append(Fault("sealed log", f"It has {len(stated)} blocks, {len(known)} are vouched for."))
    return faults


def digests(public: Source) -> list[str]:
    """The digests of sealed checkpoints in the public log, in their order. Raises Missing, BadTile, BadNote."""
    size, found = read_checkpoint(public.read("checkpoint").decode()).size, []
    for number in range((size + WIDTH - 1) // WIDTH):
        width = width_of(ENTRIES, number, size)
        content = read_tile(public, ENTRIES, number, width)
        if TYPE in content:
            leaves = (read_leaf(entry) for entry in read_bundle(content, width) if TYPE in entry)
            found += [str(leaf["digest"]) for leaf in leaves]
    return found


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
