"""From a file's bytes to every hash that lists know it by."""

import hashlib

import msgspec

from steelyard.screening.engine.images.pdq import MIN_QUALITY, pdq
from steelyard.screening.engine.images.picture import SHRUNK, WHOLE, Unreadable, Why, read_picture


class ImageHash(msgspec.Struct, frozen=True):
    """PDQ of a picture. `shrunk`: it was made from a smaller copy and may be a few bits off."""

    pdq: bytes
    quality: int
    shrunk: bool

    @property
    def usable(self) -> bool:
        """Whether the picture has enough structure for a likeness to mean anything."""
        return self.quality >= MIN_QUALITY


class MediaHashes(msgspec.Struct, frozen=True):
    """What a file is known by. `picture` is None for a file that was not asked to be one."""

    sha256: bytes
    md5: bytes
    picture: ImageHash | Unreadable | None = None
    content: bytes = b""
    """The file itself, for a second look at its full size; nothing is done with it otherwise."""
    signals: tuple[str, ...] = ()
    """Signals this file is known to give, whatever the lists say: examples in a policy use it."""

    def whole(self) -> ImageHash | Unreadable | None:
        """The hash of the picture as it is, up to 4,096 pixels; the first hash where the file is not at hand."""
        return hash_picture(self.content, whole=True) if self.content else self.picture


def hash_picture(content: bytes, *, whole: bool = False) -> ImageHash | Unreadable:
    """PDQ of a picture shrunk to 512 pixels on its longer side; `whole` hashes it as it is, up to 4,096."""
    pixels = read_picture(content, longest=WHOLE if whole else SHRUNK)
    if isinstance(pixels, Unreadable):
        return pixels
    value, quality = pdq(pixels)
    return ImageHash(value, quality, shrunk=not whole and max(pixels.shape[:2]) >= SHRUNK)


def hash_media(content: bytes, *, picture: bool = True) -> MediaHashes:
    """All hashes of a file. Never raises for what it holds."""
    return MediaHashes(
        hashlib.sha256(content).digest(),
        hashlib.md5(content, usedforsecurity=False).digest(),
        hash_picture(content) if picture else None,
        content if picture else b"",
    )


__all__ = ["ImageHash", "MediaHashes", "Unreadable", "Why", "hash_media", "hash_picture"]
