"""The hash of a picture is the one that other platforms compute."""

from collections.abc import Callable

import numpy as np
import pytest

from steelyard.screening.engine.images.hashing import ImageHash, Unreadable, Why, hash_media, hash_picture
from steelyard.screening.engine.images.lists import MOVED
from steelyard.screening.engine.images.pdq import distance, pdq
from tests.screening.images.pictures import Pixels, blocks, file, gradient, noise, waves

# Computed once by pdqhash 0.2.8, which wraps the reference in C++.
VECTORS = [
    (gradient, (512, 512), "2aaa5ddd99887aaaf2aa45dd998867aaff2a445d99986678fff2444599884445", 65),
    (gradient, (64, 64), "5e89a055d05b358ceba7f4dba28263541ac8a5fa7692282d4f6a055d473d27f5", 0),
    (waves, (300, 700), "15540aaa055422ba5554aaba5554aeba5554effa5554fffa5554fffe55540001", 24),
    (waves, (513, 511, 4), "5d5602ab5d56a2ab5d5eb2ab5d5ef2ab7d5eb2abfdfe5054a8015204b80152a0", 76),
    (blocks, (480, 640), "46b8c52766d864b9a429c93c415608be093f8c7cfac6b6493b5b66c5b5647ba3", 100),
    (blocks, (127, 129, 5), "730d1bcc524dcf1918e76724c3319c4196c3f0388d976cb604b7a7dc52fefa82", 100),
    (blocks, (1080, 1920, 2), "22bb31ab359695fac8f9885afd58bb492b037173f4b0f612f601fa6147a70107", 100),
    (noise, (240, 320), "6aa2fd38a8825dbda80252aa0620756577df1db5549b215723fd367743555785", 100),
    (gradient, (5, 400), "9b649b64649b649b9b649b649b64649b649b649b9b649b64649b9b649b649b64", 37),
    (blocks, (6, 5), "c4f1c6713b0ecb72c4f164d9c4f1398c3b0e318cc4e16e5bc4f1c6733b0e9b26", 100),
]


@pytest.mark.parametrize(("make", "size", "value", "quality"), VECTORS)
def test_hash_and_quality_are_those_of_the_reference(
    make: Callable[..., Pixels], size: tuple[int, ...], value: str, quality: int
) -> None:
    assert pdq(make(*size)) == (bytes.fromhex(value), quality)


def test_the_reference_agrees_on_many_more_where_it_is_installed() -> None:
    reference = pytest.importorskip("pdqhash")
    for seed in range(40):
        for picture in (
            waves(90 + 37 * seed, 700 - 13 * seed, seed),
            blocks(64 + 5 * seed, 64 + 11 * seed, seed),
        ):
            bits, quality = reference.compute(picture)
            assert pdq(picture) == (np.packbits(bits).tobytes(), quality)


def test_too_few_pixels_have_no_structure() -> None:
    assert pdq(blocks(4, 900)) == (bytes(32), 0)


def test_a_resized_recompressed_picture_is_alike_and_another_is_not() -> None:
    picture = blocks(1080, 1920, 2)
    first = hash_picture(file(picture))
    again = hash_picture(file(picture[::2, ::2], "JPEG", quality=60))
    other = hash_picture(file(blocks(1080, 1920, 3)))
    assert isinstance(first, ImageHash)
    assert isinstance(again, ImageHash)
    assert isinstance(other, ImageHash)
    assert distance(first.pdq, again.pdq) <= 31 < distance(first.pdq, other.pdq)


def test_shrinking_first_moves_the_hash_by_less_than_the_margin_and_says_so() -> None:
    content = file(blocks(1080, 1920, 2))
    shrunk, whole = hash_picture(content), hash_picture(content, whole=True)
    assert isinstance(shrunk, ImageHash)
    assert isinstance(whole, ImageHash)
    assert (shrunk.shrunk, whole.shrunk) == (True, False)
    assert whole.pdq == pdq(blocks(1080, 1920, 2))[0]
    assert distance(shrunk.pdq, whole.pdq) <= MOVED


def test_a_small_picture_is_hashed_as_it_is() -> None:
    assert hash_picture(file(blocks(480, 500))) == ImageHash(*pdq(blocks(480, 500)), shrunk=False)


def test_a_flat_picture_is_not_usable() -> None:
    flat = hash_picture(file(np.full((300, 300, 3), 77, np.uint8)))
    assert isinstance(flat, ImageHash)
    assert not flat.usable


def test_a_file_that_is_no_picture_still_has_its_exact_hashes() -> None:
    found = hash_media(b"hello")
    assert found.sha256.hex() == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert found.md5.hex() == "5d41402abc4b2a76b9719d911017c592"
    assert found.picture == Unreadable(Why.NOT_A_PICTURE)
