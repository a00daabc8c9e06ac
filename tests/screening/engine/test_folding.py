"""Disguises are undone, and what was undone is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.screening.engine import Item, Screen, load_screen
from steelyard.screening.engine.folding import Batch, fold
from tests.screening.engine.conftest import SIGNAL, Write

DISGUISES = {
    "as written": ("казино", ()),
    "case": ("КАЗИНО", ("case",)),
    "Latin letters": ("кaзинo", ("confusables",)),
    "Greek letters": ("κаζинο"[:1] + "азинο", ("confusables",)),
    "u for и": ("казuно", ("confusables",)),
    "zero-width": ("ка\u200bзи\u2060но", ("invisible",)),
    "direction marks": ("ка\u202eзи\u202cно", ("invisible",)),
    "soft hyphen": ("ка\u00adзино", ()),
    "stray marks": ("к\u0336а\u0336з\u0336ино", ("marks",)),
    "decomposed letter": ("кази\u0306но", ("marks",)),
    "letters apart": ("к а з и н о", ("spaced",)),
    "dots between": ("к.а.з.и.н.о", ("spaced",)),
    "digits for letters": ("кa3ин0", ("confusables", "digits")),
    "lone surrogate inside": ("каз\ud800ино", ("invisible",)),
}


@pytest.mark.parametrize("name", DISGUISES)
@pytest.mark.parametrize("around", ["{}", "Вот {} тут", "«{}»!", "😀{}😀", "слово\n{}\tслово"])
def test_a_disguised_term_is_found_where_it_stands(starter: Screen, name: str, around: str) -> None:
    written, folding = DISGUISES[name]
    text = around.format(written)
    (verdict,) = starter.screen([Item("1", text)])
    found = [
        (text[span.start : span.end], span.folding) for span in verdict.spans if span.signal == "gambling"
    ]
    assert found == [(written, folding)]


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("ｃａｓｉｎｏ", "casino"),
        ("𝓬𝓪𝓼𝓲𝓷𝓸", "casino"),
        ("ⓒⓐⓢⓘⓝⓞ", "casino"),
        ("🅲🅰🆂🅸🅽🅾", "casino"),
        ("ᴄᴀsɪɴᴏ", "casino"),
        ("саsinо", "casino"),
        ("çåşìñö", "casino"),
        ("كـــازينو", "كازينو"),
        ("كَازِينُو", "كازينو"),
        ("کازینو", "كازينو"),
        ("ｅscⅿ", "escm"),
        ("straße ﬁn", "strasse fin"),
        ("١٢٣", "123"),
    ],
)
def test_writing_styles_fold_to_plain_letters(written: str, term: str) -> None:
    assert fold(written) == fold(term)


@pytest.mark.parametrize(
    "innocent",
    [
        "CSSный файл",
        "VPNом пользуюсь",
        "в 3 часа",
        "м2 или м3",
        "10x быстрее",
        "A, B, C и D",
        "x y z t координаты",
        "й ё Й Ё",
        "и/или",
    ],
)
def test_ordinary_writing_is_no_evasion(starter: Screen, innocent: str) -> None:
    (verdict,) = starter.screen([Item("1", innocent)])
    assert dict(verdict.signals) == {}


def test_look_alike_words_of_another_language_are_left_alone(write_policy: Write) -> None:
    soup = SIGNAL.replace("greeting", "soup").replace("[привет]", "[сор]").replace("[пока]", "[cop]")
    screen = load_screen(write_policy({}, signals_soup=soup))
    verdicts = screen.screen([Item("1", "a cop car"), Item("2", "сор из избы"), Item("3", "cop")])
    assert [dict(verdict.signals) for verdict in verdicts] == [{}, {"soup": 1}, {}]


def test_a_word_that_goes_on_is_another_word(starter: Screen) -> None:
    verdicts = starter.screen([Item("1", "казиношный"), Item("2", "неказино"), Item("3", "крипторынок")])
    assert ["gambling" in verdict.signals for verdict in verdicts] == [False, False, False]
    assert "crypto" in verdicts[2].signals


anything = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet=st.sampled_from("кkаaзиuно0 3.\u200b\u0336\ud800\U000e0041ﬁ\ufdfaß💰@t.me/+\x01\n"), max_size=60
)


@settings(max_examples=300, deadline=None)
@given(st.lists(anything, max_size=6))
def test_any_text_folds_alone_as_in_company_and_every_place_leads_back(texts: list[str]) -> None:
    batch = Batch(texts)
    folded = batch.folded
    for number, text in enumerate(texts):
        assert folded.text(number) == fold(text)
        first, last = folded.starts[number], folded.starts[number + 1] - 1
        places = folded.places[first:last] - batch.starts[number]
        assert all(0 <= place < len(text) for place in places)
        assert sorted(places) == list(places)


@settings(max_examples=300, deadline=None)
@given(text=anything)
def test_any_text_gets_a_verdict_with_spans_inside_it(starter: Screen, text: str) -> None:
    (verdict,) = starter.screen([Item("1", text)])
    assert all(0 <= span.start < span.end <= len(text) for span in verdict.spans)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)
