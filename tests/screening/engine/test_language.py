"""The same letters are an innocent word elsewhere: a term belongs to its languages."""

import pytest

from steelyard.screening.engine import Item, load_screen
from steelyard.screening.engine.tongue import _has_rivals
from tests.screening.engine.conftest import Write

SIGNAL = """\
signal: present
about: A present offered.
terms:
  - languages: [en]
    words: [gift, free gift]
examples:
  match: [gift]
  no_match: [poison]
"""
RULE = {"name": "presents", "when": "signal.present || signal.greeting", "then": "count"}


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("We have a gift for every one of you, come and claim it from our team today", True),
        ("gift!!", True),  # too little to tell a language by
        ("Das Gift der Schlange wirkt schnell und ist für kleine Kinder sehr gefährlich", False),
        ("Slangens gift virker hurtigt, og det er meget farligt for små børn i haven", False),
        # A phrase says itself what language it is in, however much of another stands around it.
        (
            "Das Angebot gilt nur heute, schreibt uns alle an: free gift für die ersten hundert Leute hier",
            True,
        ),
    ],
)
def test_a_word_counts_in_its_own_language_only(write_policy: Write, text: str, fires: bool) -> None:
    screen = load_screen(write_policy(RULE, signals_present=SIGNAL))
    (verdict,) = screen.screen([Item("1", text)])
    assert ("present" in verdict.signals) == fires


def test_half_a_surrogate_pair_beside_a_word_stops_nobody(write_policy: Write) -> None:
    screen = load_screen(write_policy(RULE, signals_present=SIGNAL))
    (verdict,) = screen.screen(
        [Item("1", "We have a gift \ud83d for every one of you, come and claim it from our team")]
    )
    assert verdict.signals["present"] == 1


def test_a_word_among_its_own_kind_counts_whatever_language_follows_far_away(write_policy: Write) -> None:
    screen = load_screen(write_policy(RULE, signals_present=SIGNAL))
    near = "We have a gift for every one of you, come and claim it now."
    far = " Das Angebot gilt nur heute, schreibt uns alle an, wir warten auf euch in der Stadt am Fluss bis heute Abend"
    (verdict,) = screen.screen([Item("1", near + far)])
    assert verdict.signals["present"] == 1


def test_nobody_is_asked_where_the_answer_could_change_nothing() -> None:
    asked = {
        code for code in ("ru", "ar", "el", "he", "th", "en", "de", "zh") if _has_rivals(frozenset({code}))
    }
    assert asked == {"en", "de", "zh"}
    assert not _has_rivals(frozenset({"en", "ru"}))  # a text in any language may be one of these
