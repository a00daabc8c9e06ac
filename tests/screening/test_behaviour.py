"""What everybody does is counted in sliding windows, approximately where it must be, and survives a restart."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from steelyard.base.clock import set_clock
from steelyard.screening.behaviour import Behaviour, Post
from steelyard.screening.engine.windows import MOST, Window

START = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
TEXT = "Come to our new channel and earn money every single day without leaving home, ask {}"


@pytest.fixture
def counters(tmp_path: Path) -> Behaviour:
    with set_clock(START):
        return Behaviour(tmp_path / "behaviour", b"k" * 32)


def post(n: int, author: str = "uma", channel: str = "market", text: str = "") -> Post:
    return Post(f"p{n}", author, channel, text or f"something else entirely, for the {n}th time today")


def seen(counters: Behaviour, *posts: Post, at: timedelta = timedelta(0)) -> dict[str, object]:
    """The facts of the last post."""
    with set_clock(START + at):
        return dict(counters.observe("memory", posts)[-1])


def test_an_authors_posts_count_for_an_hour_and_for_a_day(counters: Behaviour) -> None:
    seen(counters, post(1), post(2, channel="other"))
    assert seen(counters, post(3))["author_posts_1h"] == 3
    assert seen(counters, post(3))["author_channels_1h"] == 2
    later = seen(counters, post(4), at=timedelta(hours=2))
    assert (later["author_posts_1h"], later["author_posts_24h"]) == (1, 4)
    assert seen(counters, post(5), at=timedelta(hours=27))["author_posts_24h"] == 1


def test_what_is_delivered_twice_counts_once(counters: Behaviour) -> None:
    for _ in range(3):
        facts = seen(counters, post(1))
    assert facts["author_posts_1h"] == 1


def test_near_copies_by_many_accounts_in_many_channels_are_counted_together(counters: Behaviour) -> None:
    for n in range(12):
        facts = seen(counters, post(n, f"spammer{n}", f"room{n % 3}", TEXT.format(f"Max{n} 😀")))
    assert (facts["same_text_authors_24h"], facts["same_text_channels_24h"]) == (12, 3)
    assert seen(counters, post(99))["same_text_authors_24h"] == 1
    late = seen(counters, post(100, "late", text=TEXT.format("Ada")), at=timedelta(hours=25))
    assert late["same_text_authors_24h"] == 1


def test_who_was_never_heard_is_said_only_after_a_day_of_listening(counters: Behaviour) -> None:
    assert "first_message" not in seen(counters, post(1))
    assert seen(counters, post(2, "newcomer"), at=timedelta(hours=25))["first_message"] is True
    assert seen(counters, post(3, "newcomer"), at=timedelta(hours=26))["first_message"] is False
    assert seen(counters, post(4), at=timedelta(hours=30))["first_message"] is False


def test_everybody_who_joins_is_counted_once_an_hour(counters: Behaviour) -> None:
    with set_clock(START):
        counters.joined("memory", [("market", f"bot{n}") for n in range(20)] + [("market", "bot1")])
    assert seen(counters, post(1))["channel_joins_1h"] == 20
    assert seen(counters, post(2), at=timedelta(hours=2))["channel_joins_1h"] == 0


def test_a_restart_forgets_nothing_that_was_saved_and_the_file_holds_no_names(
    counters: Behaviour, tmp_path: Path
) -> None:
    seen(counters, *(post(n, "uma", "market", TEXT.format("Max")) for n in range(3)))
    with set_clock(START):
        counters.save()
        kept = (tmp_path / "behaviour").read_bytes()
        again = Behaviour(tmp_path / "behaviour", b"k" * 32)
    assert not any(word in kept for word in (b"uma", b"market", b"channel and earn"))
    assert seen(again, post(4))["author_posts_1h"] == 4
    assert "first_message" in seen(again, post(5), at=timedelta(hours=25))


def test_a_damaged_file_is_as_if_there_were_none(tmp_path: Path) -> None:
    (tmp_path / "behaviour").write_bytes(b"\xc1 not ours")
    assert seen(Behaviour(tmp_path / "behaviour", b"k" * 32), post(1))["author_posts_1h"] == 1


def test_facts_that_no_rule_asks_for_are_not_counted(counters: Behaviour) -> None:
    with set_clock(START):
        assert counters.observe("memory", [post(1)], frozenset({"language"})) == [{}]


@pytest.mark.parametrize("true", [10, MOST - 1, 500, 20_000])
def test_large_counts_are_estimated_within_bounds(true: int) -> None:
    window, chance = Window(3600), random.Random(1)
    for _ in range(true):
        window.add(1, chance.getrandbits(64), 100)
    assert window.count(1, 100) == pytest.approx(true, rel=0 if true < MOST else 0.4)


def test_memory_is_bounded_by_keys_and_members() -> None:
    window, chance = Window(3600, keys=100), random.Random(1)
    for n in range(10_000):
        window.add(n % 1000, chance.getrandbits(64), n)
    dumped = window.dump(10_000)
    assert len(dumped) == 100
    assert all(len(members) <= MOST for _, members in dumped)
