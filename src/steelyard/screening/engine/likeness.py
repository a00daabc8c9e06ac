"""How alike two texts are, without keeping either: MinHash over folded text, under a key.

A sketch tells nothing of its text to whoever lacks the key. Two texts whose five-letter pieces agree to 60% are near
copies: the same advertisement with another name, number or smile in it.
"""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from steelyard.screening.engine.folding import Batch

VALUES, BANDS = 128, 32
ROWS = VALUES // BANDS
ALIKE = 0.6
"""From this share of common pieces two texts are near copies."""
PIECE = 5
SHORTEST = 24
"""Letters and digits. What is shorter is said by many people who know nothing of each other."""
LONGEST = 4000


class Sketch(NamedTuple):
    values: bytes
    """VALUES numbers of four bytes."""
    bands: tuple[int, ...]
    """Near copies share at least one of these with all but certainty."""


def sketches(texts: Sequence[str], key: bytes) -> list[Sketch | None]:
    """One for each text; None for one that is too short to be known again."""
    if not texts:
        return []
    folded = Batch(texts).folded
    codes, word = folded.codes, folded.is_word
    found: list[Sketch | None] = []
    for number in range(len(texts)):
        first, last = int(folded.starts[number]), int(folded.starts[number + 1]) - 1
        letters = codes[first:last][word[first:last]][:LONGEST]
        found.append(_sketch(letters, key) if len(letters) >= SHORTEST else None)
    return found


def _sketch(letters: NDArray[np.uint32], key: bytes) -> Sketch:
    from rensa import RMinHash  # only where somebody asks about likeness

    text = letters.astype("<u4").tobytes().decode("utf-32-le", "replace")
    minhash = RMinHash(num_perm=VALUES, seed=int.from_bytes(hashlib.sha256(key).digest()[:8], "little"))
    minhash.update([text[start : start + PIECE] for start in range(len(text) - PIECE + 1)])
    values = np.array(minhash.digest(), "<u4")
    return Sketch(values.tobytes(), tuple(_bands(values, key)))


def _bands(values: NDArray[np.uint32], key: bytes) -> list[int]:
    return [
        int.from_bytes(
            hashlib.blake2b(
                values[n * ROWS : (n + 1) * ROWS].tobytes(), digest_size=8, key=key[:64], salt=bytes([n])
            ).digest(),
            "little",
            signed=True,
        )
        for n in range(BANDS)
    ]


def alike(one: bytes, other: bytes) -> float:
    """The estimated share of common pieces, 0 to 1."""
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def bits_apart(one: bytes, other: bytes) -> int:
    """Of two PDQ hashes."""
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()
