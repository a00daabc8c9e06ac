"""What the count keeps, what it forgets, and what can be worked out from it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from steelyard.base.clock import set_clock
from steelyard.readership import counting
from steelyard.readership.actions import forget_old, move
from steelyard.readership.models import PostCount
from steelyard.readership.queries import shown_for
from steelyard.readership.rounding import rounded

NOON = datetime(2026, 5, 4, 12, 10, tzinfo=UTC)
POST = ("town", "$post")


@pytest.fixture(autouse=True)
def _as_when_it_starts():
    counting.forget()
    yield
    counting.forget()


def after_the_hour(opened_by, moment=NOON):
    """What is handed out when these addresses have opened the post and the hour is over."""
    with set_clock(moment):
        counting.due()
        for reader in opened_by:
            counting.count(reader, [POST])
        assert counting.due() == {}, "nothing moves within the hour"
    with set_clock(moment + timedelta(hours=1)):
        return counting.due()


def test_a_connection_counts_once_a_day_for_each_post():
    readers = [f"198.51.100.{number}" for number in range(30)]
    assert after_the_hour(readers * 3)[POST][0] == 30
    with set_clock(NOON + timedelta(days=1)):
        counting.count(readers[0], [POST, ("town", "$other")])
    with set_clock(NOON + timedelta(days=1, hours=1)):
        assert {post: told[0] for post, told in counting.due().items()} == {POST: 1, ("town", "$other"): 1}


def test_no_address_is_anywhere_in_memory_and_the_days_key_goes_with_the_day():
    reader = "198.51.100.77"
    with set_clock(NOON):
        counting.count(reader, [POST])
    day = counting._today
    assert vars(day).keys() == {"day", "_key", "_bits", "_set"}
    assert reader not in repr((day.day, day._key, day._set, counting._waiting))
    assert reader.encode() not in bytes(day._bits)
    with set_clock(NOON + timedelta(days=1)):
        counting.count(reader, [POST])
    assert counting._today is not day
    assert counting._today._key != day._key


def test_the_same_connection_looks_different_at_each_post_and_under_each_key():
    one, other = counting.Day(NOON.date()), counting.Day(NOON.date())
    places = [one._places("198.51.100.7", ("town", f"${number}")) for number in range(50)]
    places.append(other._places("198.51.100.7", ("town", "$0")))
    assert len({place for each in places for place in each}) > 190


def test_a_filter_that_is_full_counts_nobody_more_until_midnight(monkeypatch):
    monkeypatch.setattr(counting, "FULL", 400)
    assert after_the_hour([f"r{number}" for number in range(1000)])[POST][0] == pytest.approx(100, abs=3)


def test_what_is_shown_is_never_more_than_what_was_counted_and_never_exact():
    for opened in range(0, 12_000, 7):
        shown = [rounded(opened, lot / 10) for lot in range(10)]
        step = 10 ** max(1, len(str(opened)) - 2)
        assert all(one == 0 or 10 <= one <= opened for one in shown)
        assert all((one % 10 == 0 and one > opened - 2 * step) or opened < 20 for one in shown)
        if opened < 10:
            assert set(shown) == {0}


def test_nobody_who_fills_a_number_up_knows_where_its_next_step_is():
    steps = {next(n for n in range(10, 30) if rounded(n, lot / 10)) for lot in range(10)}
    assert steps == set(range(10, 20))


@pytest.mark.django_db
def test_a_number_grows_by_the_hour_never_falls_and_says_nothing_of_a_day_or_a_reader():
    with set_clock(NOON):
        move({POST: (12, 0.0)})
        assert shown_for("town", ["$post"]) == {"$post": 10}
        move({POST: (1, 0.9), ("town", "$few"): (9, 0.0)})
        assert shown_for("town", ["$post", "$few", "$none"]) == {"$post": 10}
        move({POST: (100, 0.5)})
        assert shown_for("town", ["$post"]) == {"$post": 100}
        assert shown_for("another", ["$post"]) == {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM readership_postcount WHERE post = '$post'")
        assert cursor.fetchall()[0][1:] == ("town", "$post", 113, 100, NOON.date())


@pytest.mark.django_db
def test_a_number_nobody_added_to_for_a_year_is_forgotten():
    with set_clock(NOON):
        move({POST: (12, 0.0)})
    with set_clock(NOON + timedelta(days=200)):
        move({("town", "$later"): (12, 0.0)})
    with set_clock(NOON + timedelta(days=400)):
        assert forget_old() == 1
    assert [row.post for row in PostCount.objects.all()] == ["$later"]
