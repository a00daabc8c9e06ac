"""Whatever a stranger sends as a picture gives pixels or a reason, within bounds."""

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from steelyard.screening.engine.images import picture
from steelyard.screening.engine.images.hashing import hash_media
from steelyard.screening.engine.images.picture import Unreadable, Why, read_picture
from tests.screening.images.pictures import blocks, file, gradient


def bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` pixels wide and high."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_the_usual_formats_are_read(kind: str) -> None:
    found = read_picture(file(blocks(60, 80), kind))
    assert isinstance(found, np.ndarray)
    assert found.shape == (60, 80, 3)


def test_formats_nobody_posts_are_not_opened() -> None:
    assert read_picture(file(blocks(60, 80), "TIFF")) == Unreadable(Why.NOT_A_PICTURE)
    assert read_picture(file(blocks(60, 80), "ICO")) == Unreadable(Why.NOT_A_PICTURE)


@pytest.mark.parametrize("side", [6_000, 20_000, 2**31 - 1])
def test_a_decompression_bomb_is_refused_by_its_header(side: int) -> None:
    found = read_picture(bomb(side))
    assert isinstance(found, Unreadable)
    assert found.why in {Why.TOO_MANY_PIXELS, Why.NOT_A_PICTURE}


def test_a_jpeg_of_a_hundred_scans_is_refused() -> None:
    content = file(blocks(64, 64), "JPEG", progressive=True)
    at = content.index(b"\xff\xda")
    assert read_picture(content[:at] + content[at:-2] * 100 + content[-2:]) == Unreadable(Why.TOO_SLOW)


def test_a_picture_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MAX_SECONDS", -1.0)
    assert read_picture(file(blocks(60, 80))) == Unreadable(Why.TOO_SLOW)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_truncated_file_has_a_reason(kind: str) -> None:
    content = file(blocks(200, 200), kind)
    for length in (0, 1, 10, len(content) // 4, len(content) * 3 // 4):
        found = read_picture(content[:length])
        assert isinstance(found, Unreadable), (kind, length)


def test_a_file_that_is_two_things_is_hashed_as_the_picture_it_shows() -> None:
    shown = file(blocks(200, 200))
    two = shown + b"PK\x03\x04<script>"
    assert np.array_equal(read_picture(two), read_picture(shown))
    assert read_picture(b"GIF89a<script>alert(1)</script>") == Unreadable(Why.NOT_A_PICTURE)


def test_huge_and_tiny_files_are_refused() -> None:
    assert read_picture(b"") == Unreadable(Why.EMPTY)
    assert read_picture(bytes(picture.MAX_BYTES + 1)) == Unreadable(Why.TOO_LARGE)
    assert read_picture(file(blocks(4, 400))) == Unreadable(Why.TOO_SMALL)


def test_palettes_greys_and_transparency_become_colours() -> None:
    for mode in ("L", "P", "1", "RGBA", "LA", "CMYK", "I;16"):
        pixels = Image.fromarray(gradient(64, 64))
        kept = (pixels.convert("L") if mode == "I;16" else pixels).convert(mode)
        found = read_picture(_saved(kept))
        assert isinstance(found, np.ndarray), mode
        assert found.shape == (64, 64, 3)


def _saved(image: Image.Image) -> bytes:
    import io

    kept = io.BytesIO()
    image.save(kept, "JPEG" if image.mode == "CMYK" else "PNG")
    return kept.getvalue()


PLAIN = [file(blocks(48, 48), kind) for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP")]


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(PLAIN),
    st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=12),
    st.floats(0.3, 1),
)
def test_a_file_with_bytes_changed_never_crashes(
    content: bytes, changes: list[tuple[float, int]], kept: float
) -> None:
    changed = bytearray(content)
    for place, value in changes:
        changed[int(place * len(changed))] = value
    found = hash_media(bytes(changed[: int(kept * len(changed))]))
    assert found.picture is not None
    assert len(found.sha256) == 32


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF"]),
)
def test_any_bytes_have_a_reason_or_pixels(content: bytes, head: bytes) -> None:
    found = read_picture(head + content)
    assert isinstance(found, Unreadable | np.ndarray)
