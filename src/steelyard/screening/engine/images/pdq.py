"""PDQ, the perceptual hash that hash lists are exchanged in: 256 bits and a quality, in NumPy.

Bit for bit what Meta's reference computes (ThreatExchange, `pdq/cpp`; description: "The TMK+PDQF Video-Hashing
Algorithm and the PDQ Image-Hashing Algorithm", 2019). Sums run in single precision in the reference's order,
because the last bit of a sum can decide a bit of the hash.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

BITS = 256
THRESHOLD = 31
"""Two pictures are called alike up to this Hamming distance (the reference's recommendation)."""
MIN_QUALITY = 50
"""Of 100. Below, a picture has too little structure: flat ones resemble each other whatever they show."""
SMALLEST = 5
"""Pixels on the shorter side, the reference's limit."""

Grey = NDArray[np.float32]
Pixels = NDArray[np.uint8]
_SIDE, _KEPT, _BAND = 64, 16, 64


def pdq(pixels: Pixels) -> tuple[bytes, int]:
    """Hash and quality (0 to 100) of an RGB picture of shape (rows, columns, 3).

    The 32 bytes are in the order of the usual 64 hexadecimal digits. A picture under five pixels has no
    structure to hash: zero bytes, quality 0.
    """
    if min(pixels.shape[:2]) < SMALLEST:
        return bytes(BITS // 8), 0
    small = _shrunk(luma(pixels))
    frequencies = _cosines(small)
    median = np.partition(frequencies.ravel(), BITS // 2 - 1)[BITS // 2 - 1]
    return np.packbits(frequencies.ravel()[::-1] > median).tobytes(), _quality(small)


def luma(pixels: Pixels) -> Grey:
    """Rec. 601 brightness: weighed in double precision, kept in single."""
    grey = np.empty(pixels.shape[:2], np.float32)
    for rows in _bands(len(grey)):
        red, green, blue = (np.take(table, pixels[rows, :, at]) for at, table in enumerate(_weights()))
        red += green
        red += blue
        grey[rows] = red
    return grey


def _bands(lines: int) -> Iterator[slice]:
    """A few lines at a time, so that what is worked on stays in the processor's cache."""
    return (slice(first, first + _BAND) for first in range(0, lines, _BAND))


@cache
def _weights() -> tuple[NDArray[np.float64], ...]:
    return tuple(np.arange(256, dtype=np.float64) * weight for weight in (0.299, 0.587, 0.114))


def _shrunk(grey: Grey) -> Grey:
    """64 by 64: two box filters each way make a tent filter, then one pixel in each block is taken."""
    rows, columns = grey.shape
    if (rows, columns) == (_SIDE, _SIDE):
        return grey
    for _ in range(2):
        grey = _box(_box(grey).T).T
    middle = np.arange(_SIDE) + 0.5
    down, across = ((middle * length / _SIDE).astype(np.intp) for length in (rows, columns))
    return grey[np.ix_(down, across)]


def _box(lines: Grey) -> Grey:
    """Running means along each line; the window narrows at both ends."""
    length = lines.shape[1]
    window = (length + 2 * _SIDE - 1) // (2 * _SIDE)
    ahead = (window + 2) // 2
    behind = window - ahead + 1
    at = np.arange(length)
    counts = (np.minimum(at + ahead, length) - np.maximum(at - behind + 1, 0)).astype(np.float32)
    means = np.empty(lines.shape, np.float32)
    for band in _bands(len(lines)):
        # In one running sum, step by step: what enters is added, then what leaves is taken off.
        some = lines[band]
        steps = np.zeros((len(some), 2 * (length + ahead - 1)), np.float32)
        steps[:, 0 : 2 * length : 2] = some
        np.negative(some[:, : length - behind], out=steps[:, 2 * (ahead - 1 + behind) + 1 :: 2])
        sums = np.add.accumulate(steps, axis=1, out=steps)[:, 2 * ahead - 1 :: 2]
        np.divide(sums, counts, out=means[band])
    return means


@cache
def _matrix() -> Grey:
    """Rows 1 to 16 of the 64-point cosine transform."""
    row, column = np.arange(_KEPT)[:, None] + 1, 2 * np.arange(_SIDE)[None, :] + 1
    scale = np.float32(np.sqrt(2.0 / _SIDE))
    matrix: Grey = (scale * np.cos(np.pi / 2 / _SIDE * row * column)).astype(np.float32)
    return matrix


def _cosines(small: Grey) -> Grey:
    """The 16 by 16 lowest frequencies, summed one term after the other."""
    matrix = _matrix()
    half = np.zeros((_KEPT, _SIDE), np.float32)
    for k in range(_SIDE):
        half += matrix[:, k, None] * small[k]
    found = np.zeros((_KEPT, _KEPT), np.float32)
    for k in range(_SIDE):
        found += half[:, k, None] * matrix[:, k]
    return found


def _quality(small: Grey) -> int:
    """How much brightness changes from pixel to pixel, small changes not counted."""
    total = 0
    for axis in (0, 1):
        steps = np.diff(small, axis=axis) * np.float32(100) / np.float32(255)
        total += int(np.abs(steps.astype(np.int32)).sum())
    return min(total // 90, 100)


def distance(one: bytes, other: bytes) -> int:
    """Bits in which two hashes differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()
