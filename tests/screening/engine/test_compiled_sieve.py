"""The compiled sieve, the plain one and the thorough search say the same of strings, of bytes and of Arrow columns."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.base.places import seeds
from steelyard.screening.engine.findings import Finder
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.packed import packed
from steelyard.screening.engine.sieve import sift
from tests.screening.engine.test_folding import DISGUISES
from tests.screening.engine.test_hostile import HOSTILE
from tests.screening.engine.test_sieve import SPICE, plain, texts

pytest.importorskip("numba")
from steelyard.screening.engine.sifting import sift_fast

ODD = (
    b"\xc3",
    b"\xe2\x82",
    b"\xf0\x9f\x98",
    b"\x80",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\xff",
    b"",
)
spiced = st.lists(st.sampled_from(SPICE), max_size=5).map(
    lambda words: " ".join(words).encode("utf-8", "surrogatepass")
)

PLAIN = ("$100", "C++", "24/7", "a", "3", " ", "  ", ".", "ca5ino", "casino")
plain_texts = st.lists(st.lists(st.sampled_from(PLAIN), max_size=12).map("".join), min_size=1, max_size=5)
"""Of one byte a character."""


def folds_alike(sent: list[str] | list[bytes]) -> None:
    """What both let go, both fold to the same bytes. Either may doubt for nothing."""
    quick, slow = sift_fast(sent), sift(sent)
    for number in np.flatnonzero(~(quick.doubtful | slow.doubtful)).tolist():
        assert (
            quick.data[quick.edges[number] : quick.edges[number + 1] + 1]
            == slow.data[slow.edges[number] : slow.edges[number + 1] + 1]
        )


@settings(max_examples=100, deadline=None)
@given(texts=texts)
def test_strings_fold_as_in_the_plain_sieve_and_the_thorough_search(texts: list[str]) -> None:
    folds_alike(texts)
    quick, thorough = sift_fast(texts), Batch(texts).folded
    for number in np.flatnonzero(~quick.doubtful).tolist():
        first, last = int(thorough.starts[number]), int(thorough.starts[number + 1]) - 1
        assert quick.data[quick.edges[number] + 1 : quick.edges[number + 1]] == thorough.data[first:last]


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(st.binary(max_size=40) | st.sampled_from(ODD) | spiced, min_size=1, max_size=6))
def test_bytes_fold_as_in_the_plain_sieve(texts: list[bytes]) -> None:
    folds_alike(texts)


@settings(max_examples=80, deadline=None)
@given(texts=texts | plain_texts, company=st.sampled_from(["ok", "да", "😀", "\ud83d", "\x01"]))
def test_three_ways_find_the_same(finders: tuple[Finder, Finder], texts: list[str], company: str) -> None:
    """Whoever stands beside them decides how a batch of strings is kept: in one, two or four bytes a character."""
    quick, slow = finders
    texts = [*texts, company]
    as_bytes = [text.encode("utf-8", "surrogatepass") for text in texts]
    assert plain(quick.find(texts)) == plain(slow.find(texts)) == plain(slow.search(texts))
    assert plain(quick.find(as_bytes)) == plain(quick.find(packed(as_bytes))) == plain(slow.search(as_bytes))


def test_every_character_is_folded_as_in_the_plain_sieve() -> None:
    characters = [chr(code) for code in (*range(0x20000), 0x20001, 0xE0041, 0x10FFFF)]
    for around in ("word{}ос", "aб{}a", "слово {} ос"):
        written = [around.format(character) for character in characters]
        folds_alike(written)
        assert not (sift(written).doubtful & ~sift_fast(written).doubtful).any()


def test_what_was_only_doubted_for_its_form_is_few(finders: tuple[Finder, Finder]) -> None:
    spam = (seeds() / "data" / "telegram_spam" / "spam.txt").read_text().splitlines()
    folds_alike(spam)
    assert (sift_fast(spam).doubtful == sift(spam).doubtful).all()
    assert plain(finders[0].find(spam)) == plain(finders[1].find(spam))


def test_disguises_in_a_crowd_and_hostile_texts_are_found_alike(finders: tuple[Finder, Finder]) -> None:
    quick, slow = finders
    chance = random.Random(7)
    crowd = [" ".join(chance.choices(("слово", "other", "ещё,", "раз\n"), k=20)) for _ in range(2500)]
    for place, (written, _) in enumerate(DISGUISES.values()):
        crowd[place * 170] += f" {written} "
    hostile = ["казино", *(text[:4_000] for text in HOSTILE.values()), "казино"]
    for batch in (crowd, hostile, ["казино", HOSTILE["ten megabytes"], HOSTILE["separators"], "казино"]):
        assert plain(quick.find(batch)) == plain(slow.find(batch))


def test_nothing_folds_to_nothing() -> None:
    for nothing in ([], packed([])):
        assert sift_fast(nothing).data == sift(nothing).data == b"\x01"
        assert not len(sift_fast(nothing).doubtful)


def test_half_a_character_swallows_no_neighbour() -> None:
    for half in ODD:
        found = sift_fast([half, b"casino", half])
        assert found.data[found.edges[1] : found.edges[2] + 1] == b"\x01casino\x01"
