"""The quick way through a batch finds what the thorough search finds, whatever the texts hold."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.screening.engine import Item, Screen, load_screen
from steelyard.screening.engine.findings import Finder, Finding
from steelyard.screening.engine.folding import Batch
from steelyard.screening.engine.sieve import sift
from tests.screening.engine.conftest import Write
from tests.screening.engine.test_folding import DISGUISES
from tests.screening.engine.test_hostile import HOSTILE

WORDS = """\
signal: listed
about: Words of many scripts, some with signs, and an open end.
terms:
  - {languages: [ru], words: [казино, "заработ*", легкие деньги, "п/у"]}
  - {languages: [en], words: [casino, easy money, "$100", "24/7", "C++", straße]}
  - {languages: [ar], words: [كازينو]}
  - {languages: [el], words: [καζίνο]}
  - {languages: [zh], words: [赌博]}
  - {languages: [hi], words: [जुआ]}
  - {languages: [], words: ["№1", "3"]}
patterns:
  - {languages: [ru], expressions: ['доход\\w{0,3} от \\d{2,6}', 'я+ \\d[.,]\\d']}
links: [t.me, casino.example]
examples:
  match: [казино]
"""


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Finder:
    folder = tmp_path_factory.mktemp("policy")
    (folder / "signals").mkdir()
    (folder / "policy.yaml").write_text("policy: words\nowner: Ada\n")
    (folder / "signals" / "listed.yaml").write_text(WORDS)
    return load_screen(folder)._finder


def plain(found: dict[int, Finding]) -> dict[int, object]:
    return {
        number: (finding.hits, finding.scores, finding.spans, finding.notes, finding.counts)
        for number, finding in found.items()
    }


def same(finder: Finder, texts: list[str | bytes]) -> None:
    assert plain(finder.find(texts)) == plain(finder.search(texts))


SPICE = (  # noqa: SIM905 (reads better as one string)
    "казино КАЗИНО заработок п/у $100 24/7 C++ straße strasse كازينو καζίνο 赌博 赌casino जुआ №1 3 м3 доходы от 500 "
    "easy money легкие деньги t.me/x @nobody a.b a@b 1.2 … ß ﬁ ﷺ ½ ™ 💰 😀 🅲🅰🆂 𝓬𝓪𝓼 \ud83d \ude00 \ud800 "
    "\u200b \ufe0f \u0336 \u0301 \u0345 \u064b \u05b0 \u0640 \u00ad \x01 \x02 A \x00 \n \t \r \u00a0 \u3000 "
    "\U000e0041 \U00020000 \U0010ffff кa3ин0 к.а.з.и.н.о к а з и н о CSSный "
    "аa κа ο0о 0 3 4 $ @ . , - _ / ' ´ ` ’ ك ک ى Ⅷ ① ㎏ ｆｕｌｌ ｗｉｄｅ ไทย かな"
).split(" ")
texts = st.lists(
    st.lists(st.sampled_from(SPICE) | st.characters() | st.just(" "), max_size=14).map("".join),
    min_size=1,
    max_size=7,
)


@settings(max_examples=150, deadline=None)
@given(texts=texts)
def test_the_sieve_folds_as_the_thorough_search_does(texts: list[str]) -> None:
    quick, thorough = sift(texts), Batch(texts).folded
    assert len(quick.edges) == len(texts) + 1
    for number in np.flatnonzero(~quick.doubtful).tolist():
        first, last = int(thorough.starts[number]), int(thorough.starts[number + 1]) - 1
        assert quick.data[quick.edges[number] + 1 : quick.edges[number + 1]] == thorough.data[first:last]


@settings(max_examples=150, deadline=None)
@given(texts=texts)
def test_no_finding_is_lost_in_the_sieve(finder: Finder, texts: list[str]) -> None:
    same(finder, list(texts))


@settings(max_examples=100, deadline=None)
@given(
    texts=st.lists(
        st.binary(max_size=40)
        | st.lists(st.sampled_from(SPICE), max_size=5).map(
            lambda words: " ".join(words).encode("utf-8", "surrogatepass")
        ),
        max_size=5,
    )
)
def test_bytes_are_sifted_as_they_are_searched(finder: Finder, texts: list[bytes]) -> None:
    same(finder, list(texts))


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=80))
def test_any_text_at_all_is_sifted_as_it_is_searched(finder: Finder, text: str) -> None:
    same(finder, [text, "казино", text.encode("utf-16", "surrogatepass")])


def test_two_halves_that_do_not_belong_together_hide_nothing(finder: Finder) -> None:
    """Python keeps them apart, UTF-16 would read them as one emoji that parts the word."""
    found = finder.find(["нет", "кази\ud83d\ude00но"])
    assert found[1].hits["listed"] == 1
    same(finder, ["кази\ud83d\ude00но", "казино 😀", "кази\ude00\ud83dно"])


def test_nothing_is_sifted_to_nothing(finder: Finder) -> None:
    assert len(sift([]).doubtful) == 0
    assert finder.find([]) == {}


def test_every_disguise_in_a_crowd_is_found(finder: Finder) -> None:
    chance = random.Random(7)
    ordinary = [" ".join(chance.choices(("слово", "other", "ещё,", "раз\n"), k=20)) for _ in range(2500)]
    for place, (written, _) in enumerate(DISGUISES.values()):
        ordinary[place * 170] += f" {written} "
    found = finder.find(ordinary)
    assert [place for place in range(len(DISGUISES)) if "listed" in found[place * 170].hits] == list(
        range(len(DISGUISES))
    )
    assert plain(found) == plain(finder.search(ordinary))


def test_hostile_texts_are_sifted_within_bounds(finder: Finder) -> None:
    for text in HOSTILE.values():
        short = text[:4_000]
        same(finder, ["казино", short])
    huge = ["казино", *(HOSTILE[name] for name in ("ten megabytes", "separators", "astral")), "казино"]
    assert {0, len(huge) - 1} <= finder.find(huge).keys()


def test_a_line_break_or_a_vowel_sign_is_no_disguise(starter: Screen) -> None:
    poem = "первая строка\nвторая строка\nтретья строка\nчетвёртая строка"
    vocalised = "بِسْمِ اللَّهِ الرَّحْمٰنِ الرَّحِيمِ"
    verdicts = starter.screen([Item("1", poem), Item("2", vocalised), Item("3", "שָׁלוֹם לְכֻלָּם וּבְרָכָה")])
    assert [dict(verdict.signals) for verdict in verdicts] == [{}, {}, {}]


def test_a_policy_without_terms_sieves_too(write_policy: Write) -> None:
    folder = write_policy()
    (folder / "signals" / "greeting.yaml").unlink()
    (verdict,) = load_screen(folder).screen([Item("1", "see t.me/+abc")])
    assert dict(verdict.signals) == {"link": 1}


def test_what_was_noticed_in_texts_is_what_items_are_told(starter: Screen) -> None:
    texts = ["hello", "казино @some_bot", "строка\n" * 3, "t.me/+AbCdEf", ""] * 900
    told = starter.screen([Item(str(number), text) for number, text in enumerate(texts)])
    noticed = {number: verdict for number, verdict in enumerate(told) if verdict.signals}
    assert starter.noticed(texts) == noticed
    assert starter.noticed([text.encode() for text in texts]) == noticed
