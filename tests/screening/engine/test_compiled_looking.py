"""What the compiled look says of texts is what NumPy says of them: folded forms, counts, places and reasons."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.base.places import seeds
from steelyard.screening.engine import evasion, findings
from steelyard.screening.engine.findings import Finder
from steelyard.screening.engine.terms import Found
from tests.screening.engine.test_folding import DISGUISES
from tests.screening.engine.test_hostile import HOSTILE
from tests.screening.engine.test_sieve import SPICE, texts

pytest.importorskip("numba")
from steelyard.screening.engine import looking

SPAM = (seeds() / "data" / "telegram_spam" / "spam.txt").read_text().splitlines()
EDGES = [
    "", " ", "0", "a0", "ab0", "ab0c", "7abcdef", "$a", "a@b", "x.y", "a .b", "S.O.S", "с т о п", "s t o p",
    "\x01", "a\x01b", "ﷺ ﷺ", "½½", "\u200b", "a\u200bb", "e\u0301\u0301\u0301\u0301\u0301\u0301", "Ａｂｃｄｅｆ",
    "𝐛𝐨𝐧𝐮𝐬", "💰💰", "CSSный", "пpивeт", "\U0010ffff\U00020000",
]  # fmt: skip
COUNTED = ("emoji", "money", "invisible", "styled", "mixed", "stacked")


def alike(given_texts: list[str] | list[bytes]) -> None:
    (quick, counted), (slow, told) = looking.look(given_texts), evasion.look(given_texts)
    for name in ("codes", "places", "starts", "owners", "is_word", "byte_starts"):
        assert np.array_equal(getattr(quick.folded, name), getattr(slow.folded, name)), name
    assert (quick.folded.data, quick.folded.utf8) == (slow.folded.data, slow.folded.utf8)
    for name in COUNTED:
        assert np.array_equal(getattr(counted, name), getattr(told, name)), name
    assert counted.linked == told.linked
    undone, found = evasion.second_pass(quick, counted), evasion.second_pass(slow, told)
    assert (undone is None) == (found is None)
    if undone and found:
        assert undone.kinds == found.kinds
        assert np.array_equal(undone.folded.codes, found.folded.codes)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=60) | st.sampled_from([*EDGES, *SPICE]), min_size=1, max_size=6))
def test_any_text_is_folded_and_counted_alike(given_texts: list[str]) -> None:
    alike(given_texts)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_disguised_texts_are_too(given_texts: list[str]) -> None:
    alike(given_texts)


def test_edges_real_spam_disguises_and_hostile_texts_are_too() -> None:
    for sent in (EDGES, SPAM, [text for text, _ in DISGUISES.values()]):
        alike(list(sent))
        for text in sent:
            alike([text])


@settings(max_examples=150, deadline=None)
@given(sent=texts)
def test_the_thorough_search_finds_the_same_for_the_same_reasons(
    finders: tuple[Finder, Finder], sent: list[str]
) -> None:
    quick, slow = (
        {n: (one.hits, one.spans, one.counts, one.notes) for n, one in finder.search(sent).items()}
        for finder in finders
    )
    assert quick == slow


def test_matches_are_placed_alike() -> None:
    quick, slow = looking.look(SPAM)[0], evasion.look(SPAM)[0]
    ends = np.flatnonzero(quick.folded.is_word)[3::7]
    matched = np.column_stack([np.arange(len(ends)) % 3, np.zeros(len(ends), np.int64), ends])
    lengths = np.array([1, 2, 3])
    edged = quick.folded.edged(matched, lengths)
    assert edged == slow.folded.edged(matched, lengths)
    found = [Found(group, text, start, end) for group, text, start, end, _ in edged]
    assert looking.places(quick, quick.folded, found) == findings.places(slow, slow.folded, found)


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_texts_are_folded_alike(kind: str) -> None:
    quick, slow = looking.look([HOSTILE[kind]])[0], evasion.look([HOSTILE[kind]])[0]
    assert np.array_equal(quick.folded.codes, slow.folded.codes)
    assert quick.cut == slow.cut
