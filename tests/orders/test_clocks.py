from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from steelyard.orders.assessment.clocks import Seat, legal_end, seat_of, timers
from steelyard.rulebook.law import law_on

BRUSSELS = ZoneInfo("Europe/Brussels")


def clocks(instrument, arrived, seat=None):
    law = law_on(arrived.date())
    return timers(law.instruments[instrument], law, arrived, seat or seat_of("BE"))


def at(*parts, zone=BRUSSELS):
    return datetime(*parts, tzinfo=zone)


def test_one_hour_is_one_hour_when_the_clocks_go_back():
    (hour, _) = clocks("tco_removal", at(2026, 10, 25, 2, 30))  # this half hour comes twice that night
    assert hour.act_by == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    (spring, _) = clocks("tco_removal", at(2026, 3, 29, 1, 30))  # 02:00 to 03:00 does not exist
    assert spring.act_by.astimezone(BRUSSELS) == at(2026, 3, 29, 3, 30)


def test_eight_hours_across_time_zones_are_the_same_moment():
    tokyo = clocks("epoc_emergency", at(2026, 11, 17, 3, 0, zone=ZoneInfo("Asia/Tokyo")))
    brussels = clocks("epoc_emergency", at(2026, 11, 16, 19, 0))
    assert tokyo[0].act_by == brussels[0].act_by == datetime(2026, 11, 17, 2, 0, tzinfo=UTC)


def test_ten_days_end_with_the_tenth_day_at_our_seat():
    (timer,) = clocks("epoc", at(2026, 11, 16, 9, 30))
    assert timer.act_by == at(2026, 11, 26, 9, 30)
    assert timer.legal_end == at(2026, 11, 27, 0, 0)


@pytest.mark.parametrize(
    ("arrived", "end"),
    [
        (at(2026, 11, 11, 9), at(2026, 11, 24, 0)),  # day ten is a Saturday: Monday the 23rd
        (at(2026, 12, 15, 9), at(2026, 12, 29, 0)),  # Christmas, a Saturday, a Sunday: Monday the 28th
        (at(2026, 10, 16, 9), at(2026, 10, 27, 0)),  # across the end of summer time; a Monday
        (at(2026, 8, 20, 0, 30), at(2026, 9, 1, 0)),  # day ten is a Sunday
        (at(2026, 8, 19, 23, 59), at(2026, 9, 1, 0)),  # day ten is a Saturday
    ],
)
def test_a_period_in_days_does_not_end_on_a_day_without_work(arrived, end):
    assert legal_end(arrived, timedelta(days=10), seat_of("BE")) == end


def test_the_holidays_of_the_seat_count_and_not_those_of_the_sender():
    arrived = at(2026, 10, 30, 9)  # day twelve is 11 November: Armistice Day in Belgium and France
    assert legal_end(arrived, timedelta(days=12), seat_of("BE")) == at(2026, 11, 13, 0)
    assert legal_end(arrived, timedelta(days=12), seat_of("DE")) == at(2026, 11, 12, 0)
    assert legal_end(arrived, timedelta(days=12), Seat("", BRUSSELS)) == at(2026, 11, 12, 0)


def test_what_must_be_kept_for_sixty_days_is_kept_until_the_later_moment():
    (do, keep) = clocks("epoc_pr", at(2026, 11, 16, 9, 30))
    assert do.act_by == at(2026, 11, 19, 9, 30)
    assert keep.act_by is None
    assert keep.legal_end == at(2027, 1, 16, 0, 0)  # all of Friday, 15 January
    (_, longer) = clocks("epoc_pr", at(2026, 11, 17, 9, 30))
    assert longer.legal_end == at(2027, 1, 19, 0, 0)  # day sixty is a Saturday: all of Monday


def test_we_never_work_to_a_moment_after_the_law():
    for hour in range(24):
        for day in range(1, 15):
            (timer,) = clocks("epoc", at(2026, 12, day, hour))
            assert timer.act_by <= timer.legal_end


def test_a_rule_that_rests_on_memory_says_so():
    (timer,) = clocks("epoc", at(2026, 11, 16, 9))
    assert "1182/71" in " ".join(cite.source for cite in timer.rests_on if cite.status == "memory")
