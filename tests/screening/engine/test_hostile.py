"""Texts made to hurt get a bounded answer."""

import tracemalloc

import pytest

from steelyard.screening.engine import Item, Screen
from steelyard.screening.engine.findings import MAX_SPANS

MEGA = 1_000_000
HOSTILE = {
    "ten megabytes": "казино " * (10 * MEGA // 13),
    "a million marks": "к" + "\u0336" * MEGA + "азино",
    "a million zero-widths": "ка" + "\u200b" * MEGA + "зино",
    "letters apart": "к " * (MEGA // 2),
    "dots": "a." * (MEGA // 2),
    "one endless word": "а" * MEGA,
    "one endless link": "https://" + "a" * MEGA,
    "hosts without end": "a-" * (MEGA // 4) + ".com",
    "at signs": "@" * MEGA,
    "surrogates": "\ud800" * MEGA,
    "separators": "\x01" * MEGA,
    "mixed letters": "аa" * (MEGA // 2),
    "digits for letters": "а3" * (MEGA // 2),
    "ligatures that grow eighteen times": "\ufdfa" * 200_000,
    "sums": "1$ в день " * (MEGA // 10),
    "stems": "доход " * (MEGA // 6),
    "astral": "\U000e0041\U0010ffff" * (MEGA // 4),
    "numbers": "1" * MEGA,
    "commas in numbers": "1,1.1 " * (MEGA // 6),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_answered_within_bounds(starter: Screen, name: str) -> None:
    text = HOSTILE[name]
    (verdict,) = starter.screen([Item("1", text)])
    assert verdict.id == "1"
    assert len(verdict.spans) <= MAX_SPANS
    assert "cut" in verdict.notes or not verdict.signals


def test_a_huge_text_takes_little_memory(starter: Screen) -> None:
    text = "казино " * MEGA
    tracemalloc.start()
    (verdict,) = starter.screen([Item("1", text)])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert ("gambling" in verdict.signals, verdict.notes) == (True, ("cut",))
    assert most < 60 * MEGA


def test_bytes_that_are_no_utf8_are_read_as_far_as_they_go(starter: Screen) -> None:
    (verdict,) = starter.screen([Item("1", b"\xff\xfe " + "казино".encode() + b" \x80")])  # type: ignore[arg-type]
    assert "gambling" in verdict.signals


def test_a_hostile_neighbour_does_not_hide_a_finding(starter: Screen) -> None:
    verdicts = starter.screen([Item("1", HOSTILE["sums"]), Item("2", "казино @some_bot")])
    assert verdicts[1] == starter.screen([Item("2", "казино @some_bot")])[0]
