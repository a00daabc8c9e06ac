"""Each step of each clock is told exactly once, to a person, and never lost."""

from datetime import UTC, datetime, timedelta

import pytest

from steelyard.base.clock import set_clock
from steelyard.cases.actions import pause_clock, resume_clock
from steelyard.cases.escalation import escalate
from steelyard.cases.models import Deadline, Escalation
from steelyard.ledger.models import Entry
from steelyard.oncall.models import Ring
from tests.flows.stories import decided, noticed, ordered

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _posts(platform):
    platform.publish("p1", "x")
    platform.publish("p2", "x")


def at(minutes):
    return set_clock(START + timedelta(minutes=minutes))


def kept(*minutes):
    for minute in minutes:
        with at(minute):
            escalate()


def steps():
    return list(Escalation.objects.order_by("pk").values_list("step", flat=True))


def reasons():
    return list(Ring.objects.order_by("pk").values_list("reason", flat=True))


def hour(*posts):
    with at(0):
        return ordered("p1", instrument="tco_removal", targets=tuple(f"memory:{p}" for p in posts or ("p1",)))


def test_the_hour_is_told_at_each_quarter_near_its_end_and_at_its_end():
    hour()
    kept(*range(70))
    due = Escalation.objects.order_by("pk").values_list("due_at", flat=True)
    assert [(when - START) / timedelta(minutes=1) for when in due] == [15, 30, 45, 54, 60]
    assert reasons() == [f"clock:tco.removal_order_executed:{n}" for n in (25, 50, 75, 90, 100)]
    assert Entry.objects.filter(verb="cases:clock:passed").count() == 1


def test_an_order_about_two_posts_rings_once_for_each_step():
    hour("p1", "p2")
    kept(16, 31)
    assert steps() == [25, 25, 50, 50]
    assert len(reasons()) == 2


def test_steps_that_fell_due_while_nobody_kept_the_clocks_are_late_and_not_lost():
    hour()
    kept(50)
    assert steps() == [25, 50, 75]
    assert reasons() == ["clock:tco.removal_order_executed:75"]
    kept(50, 51)
    assert len(steps()) == 3


def test_a_clock_that_stands_still_rings_nobody_and_rings_later_by_its_pause():
    hour()
    row = Deadline.objects.get()
    with at(10):
        pause_clock(row, "unclear", "x")
    kept(60)
    assert steps() == []
    with at(70):
        resume_clock(row, "clear", "x")
    kept(74)
    assert steps() == []
    kept(75)
    assert steps() == [25]


def test_what_is_done_rings_nobody_any_more():
    with at(0):
        noticed("p1")
        decided("ada")
    kept(24 * 60 + 1)
    assert steps() == []


def test_a_thousand_late_notices_ring_once(platform):
    with at(0):
        for number in range(5):
            platform.publish(f"n{number}", "x")
            noticed(f"n{number}")
    kept(24 * 60 + 1, 24 * 60 + 2)
    assert steps().count(100) == 5
    assert reasons() == ["clocks:notice"]


def test_what_must_be_kept_for_months_rings_nobody():
    with at(0):
        ordered("p1", instrument="epoc_pr")
    kept(70 * 24 * 60)
    assert set(Escalation.objects.values_list("deadline__fact", flat=True)) == {"house.order_answered"}


def test_a_machines_clock_that_steps_moves_no_deadline(monkeypatch):
    """Only the database's time is asked: a machine two hours ahead finds nothing due."""
    from steelyard.base import clock

    noticed("p1")
    Deadline.objects.update(next_step_at=clock.database_now() + timedelta(hours=1))
    monkeypatch.setattr(clock, "datetime", _Ahead)
    assert clock.now() - clock.database_now() > timedelta(minutes=119)
    assert escalate() == 0


class _Ahead(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=2)
