"""Compiled code says what the other says; so does the sieve before it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.base.places import seeds
from steelyard.screening.engine import Screen, load_screen
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.learned import ROWS, characters, ngram_hashes, scores

numba = pytest.importorskip("numba")
SPAM = (seeds() / "data" / "telegram_spam" / "spam.txt").read_text().splitlines()
TEXTS = st.lists(st.text(max_size=80), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def quick() -> Screen:
    return load_screen(fast=True)


@pytest.fixture(scope="module")
def thorough() -> Screen:
    return load_screen()


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_the_compiled_sums_are_the_same(texts: list[str]) -> None:
    from steelyard.screening.engine.accelerated import scores as compiled

    folded = Batch(texts).folded
    weights = np.append(np.random.default_rng(1).normal(size=ROWS), 0).astype(np.float32)
    assert np.allclose(scores(ngram_hashes(folded), weights, folded), compiled(folded, weights), atol=1e-4)


def test_real_spam_gets_the_same_verdicts(quick: Screen, thorough: Screen) -> None:
    told = quick.noticed(SPAM)
    assert told == thorough.noticed(SPAM)
    found = thorough._finder.search(SPAM)
    assert set(told) == set(found)


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS)
def test_nothing_is_lost_where_a_model_is_asked_after_the_sieve(texts: list[str]) -> None:
    finder = load_once()._finder
    found, searched = finder.find(texts), finder.search(texts)
    assert {n: (one.hits, one.scores) for n, one in found.items()} == {
        n: (one.hits, one.scores) for n, one in searched.items()
    }


def load_once(known: list[Screen] = []) -> Screen:  # noqa: B006 - loaded once for all examples
    if not known:
        known.append(load_screen())
    return known[0]


def test_each_byte_of_the_alphabet_has_its_character() -> None:
    text = "the quick brown fox 0123 привет мир ъэ γεια σου שלום سلام"
    folded = Batch([text]).folded
    assert characters()[np.frombuffer(folded.data, np.uint8)].tolist() == folded.codes.tolist()
