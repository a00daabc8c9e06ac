"""Chinese, Japanese and Thai are written without spaces: a term counts wherever it stands."""

import pytest

from steelyard.screening.engine import Item, Screen, load_screen
from tests.screening.engine.conftest import Write

SIGNAL = """\
signal: listed
about: Words in letters that have no byte of their own.
terms:
  - {languages: [zh], words: [赌博, 高薪兼职]}
  - {languages: [ja], words: [カジノ, 闇バイト]}
  - {languages: [th], words: [คาสิโน, เว็บพนัน, ทำเงิน]}
  - {languages: [ko], words: [카지노]}
  - {languages: [en], words: [casino]}
examples: {match: [赌博]}
"""


@pytest.fixture
def screens(write_policy: Write) -> tuple[Screen, ...]:
    folder = write_policy(signals_listed=SIGNAL)
    return load_screen(folder), load_screen(folder, fast=True)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我们提供赌博网站和高薪兼职机会", ["赌博", "高薪兼职"]),
        ("VIP赌博88", ["赌博"]),
        ("（赌博）、「赌博」", ["赌博", "赌博"]),
        ("赌\u200b博", ["赌\u200b博"]),
        ("今夜カジノへ行こう", ["カジノ"]),
        ("ｶｼﾞﾉで闇バイト募集", ["ｶｼﾞﾉ", "闇バイト"]),
        ("เล่นคาสิโนออนไลน์ที่เว็บพนันของเรา", ["คาสิโน", "เว็บพนัน"]),
        ("วิธีทำเงิน และ ท\u0e4d\u0e32เงิน", ["ทำเงิน", "ท\u0e4d\u0e32เงิน"]),
        ("去casino玩", ["casino"]),
        ("ในcasinoไทย", ["casino"]),
        ("온라인 카지노 추천", ["카지노"]),
    ],
)
def test_a_term_is_found_in_running_text(screens: tuple[Screen, ...], text: str, found: list[str]) -> None:
    for screen in screens:
        for sent in (text, text.encode()):
            (verdict,) = screen.noticed([sent]).values()
            assert [text[span.start : span.end] for span in verdict.spans] == found


@pytest.mark.parametrize(
    "text",
    [
        "赌 徒与博士", "赌，博", "赌徒", "闇のバイト", "カジ", "คาสิ โน", "ทเงิน", "카지노장", "온라인카지노",
        "casinos 去", "去acasino玩",
    ],
)  # fmt: skip
def test_its_parts_and_longer_words_of_spaced_scripts_are_not(screens: tuple[Screen, ...], text: str) -> None:
    for screen in screens:
        assert screen.screen([Item("1", text)])[0].signals.get("listed") is None
