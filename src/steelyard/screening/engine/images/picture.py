"""A stranger's file to pixels, within bounds: few formats, bounded pixels, scans and time; never a crash."""

import io
import time
import warnings
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from steelyard.screening.engine.images.pdq import SMALLEST, Pixels

if TYPE_CHECKING:
    from PIL import Image  # loaded on use: whoever screens text alone has no need of it

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP")
MAX_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 32_000_000
"""Of what is decoded; 96 MB of RGB. A JPEG is decoded at an eighth where that suffices."""
MAX_JPEG_PIXELS = 128_000_000
MAX_SCANS = 64
"""A progressive JPEG needs about ten. Each walks the whole picture again, however few bytes it has."""
MAX_SECONDS = 5.0
SHRUNK = 512
"""Longest side, in pixels, of what is hashed first."""
WHOLE = 4096
"""The same where the first hash was near a listed one: enough for any camera, bounded in memory."""


class Why(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_A_PICTURE = "not_a_picture"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_SMALL = "too_small"
    DAMAGED = "damaged"
    TOO_SLOW = "too_slow"


class Unreadable(msgspec.Struct, frozen=True):
    """Why there is no hash. The reason is a word of our own; nothing of the file is in it."""

    why: Why


class _Slow(Exception):
    pass


class _Timed(io.BytesIO):
    """The decoder asks for a few kilobytes at a time; each time the clock is looked at."""

    def __init__(self, content: bytes, until: float) -> None:
        super().__init__(content)
        self._until = until

    def read(self, size: int | None = -1, /) -> bytes:
        if time.thread_time() > self._until:
            raise _Slow
        return super().read(size)


def read_picture(content: bytes, *, longest: int = SHRUNK) -> Pixels | Unreadable:
    """RGB pixels of the first frame, shrunk to `longest` pixels on the longer side.

    Transparency is ignored and the picture is not turned: hash lists are made that way.
    """
    if not content or len(content) > MAX_BYTES:
        return Unreadable(Why.TOO_LARGE if content else Why.EMPTY)
    from PIL import Image, UnidentifiedImageError

    stream = _Timed(content, time.thread_time() + MAX_SECONDS)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound on pixels is below theirs
            with Image.open(stream, formats=FORMATS) as image:
                return _bound(image, content) or _pixels(image, longest)
    except _Slow:
        return Unreadable(Why.TOO_SLOW)
    except UnidentifiedImageError:
        return Unreadable(Why.NOT_A_PICTURE)
    except Image.DecompressionBombError:
        return Unreadable(Why.TOO_MANY_PIXELS)
    except Exception:  # noqa: BLE001, RUF100 (decoders raise whatever they like on what strangers send)
        return Unreadable(Why.DAMAGED)


def _bound(image: "Image.Image", content: bytes) -> Unreadable | None:
    """What the header says, before anything is decoded."""
    width, height = image.size
    if min(width, height) < SMALLEST:
        return Unreadable(Why.TOO_SMALL)
    whole = image.format == "JPEG" and not image.info.get("progressive")
    if width * height > (MAX_JPEG_PIXELS if whole else MAX_PIXELS):
        return Unreadable(Why.TOO_MANY_PIXELS)
    if image.format == "JPEG" and content.count(b"\xff\xda") > MAX_SCANS:
        return Unreadable(Why.TOO_SLOW)
    return None


def _pixels(image: "Image.Image", longest: int) -> Pixels | Unreadable:
    from PIL.Image import Resampling

    image.draft("RGB", (longest, longest))  # only JPEG can; the others ignore it
    if image.size[0] * image.size[1] > MAX_PIXELS:
        return Unreadable(Why.TOO_MANY_PIXELS)
    colours = image.convert("RGB")
    if max(colours.size) > longest:
        scale = longest / max(colours.size)
        size = tuple(max(SMALLEST, round(side * scale)) for side in colours.size)
        colours = colours.resize((size[0], size[1]), Resampling.BOX)
    return np.asarray(colours)
