"""Neutral pictures made by formula: gradients, waves, shapes, noise. The same on every machine."""

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def gradient(rows: int, columns: int) -> Pixels:
    down, across = np.mgrid[0:rows, 0:columns]
    return np.stack([across * 255 // columns, down * 255 // rows, (across + down) % 256], -1).astype(np.uint8)


def waves(rows: int, columns: int, seed: int = 1) -> Pixels:
    down, across = np.mgrid[0:rows, 0:columns] / max(rows, columns)
    turn = np.sin(across * (6 + seed) * 2) + np.cos(down * (9 + 2 * seed) + across * 5 * (seed % 3))
    red = 128 + 60 * turn
    return np.clip(
        np.stack([red, 255 - red, 128 + 50 * np.sin(across * 9 * seed + down)], -1), 0, 255
    ).astype(np.uint8)


def blocks(rows: int, columns: int, seed: int = 1) -> Pixels:
    """Rectangles of one colour each."""
    picture = np.zeros((rows, columns, 3), np.uint8)
    for number in range(40):
        at = (number + 1) * 2654435761 * (seed + 7)
        top, left = at % rows, (at >> 9) % columns
        picture[top : top + 1 + (at >> 5) % (rows // 2), left : left + 1 + (at >> 13) % (columns // 2)] = (
            (at >> 3) % 256, (at >> 11) % 256, (at >> 17) % 256,
        )  # fmt: skip
    return picture


def noise(rows: int, columns: int) -> Pixels:
    at = np.arange(rows * columns * 3, dtype=np.uint64) * np.uint64(6364136223846793005)
    return (at >> np.uint64(40)).astype(np.uint8).reshape(rows, columns, 3)


def file(pixels: Pixels, kind: str = "PNG", **options: object) -> bytes:
    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, kind, **options)
    return kept.getvalue()
