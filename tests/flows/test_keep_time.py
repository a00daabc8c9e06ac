"""When whoever keeps the clocks is silent, another process rings; without the database it rings all the same."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import OperationalError

from steelyard.base.clock import set_clock
from steelyard.flows import keep_time
from steelyard.flows.keep_time import Watch, keep_round
from steelyard.oncall.actions import set_lead, set_turn
from steelyard.oncall.models import Heartbeat, Ring
from steelyard.oncall.tasks import tell_of_gaps
from tests.cast import member
from tests.oncall.receivers import Telephone, reachable

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


@pytest.fixture
def telephone():
    with Telephone() as one:
        lena = reachable("lena", one)
        set_turn(
            member("adam"), member_ref=lena.ref, rank=1, weekdays=tuple(range(7)), begins=time(0), ends=time(0),
            zone="UTC", first_day=date(2026, 11, 1),
        )  # fmt: skip
        yield one


def after(seconds):
    return set_clock(NOON + timedelta(seconds=seconds))


def test_a_keeper_that_lives_rings_nobody(telephone):
    with after(0):
        keep_round()
    with after(29):
        Watch().look()
    assert telephone.rings == []


def test_a_silent_keeper_is_rung_about_within_thirty_seconds_and_once(telephone):
    watch = Watch()
    with after(0):
        keep_round()
    for seconds in (5, 31, 36, 41):
        with after(seconds):
            watch.look()
    assert telephone.rung() == ["lena", "lena-second"]
    assert Ring.objects.get().reason == "keeper_silent"


def test_the_next_silence_rings_again(telephone):
    watch = Watch()
    for beats, looks in ((0, 40), (60, 70), (80, 120)):
        with after(beats):
            keep_round()
            watch.look()
        with after(looks):
            watch.look()
    with after(121):
        Ring.objects.update(state="acknowledged")
        keep_round()
        watch.look()
    with after(160):
        watch.look()
    assert Ring.objects.count() == 2


def test_the_watch_rings_the_next_while_nobody_else_can(telephone):
    reachable("ben", telephone)
    set_lead(member("adam"), member("ben").ref, True)
    with after(0):
        keep_round()
    for seconds in (40, 341):
        with after(seconds):
            Watch().look()
    assert "ben" in telephone.rung()


def test_a_database_that_does_not_answer_is_rung_about_without_it(telephone, monkeypatch):
    watch = Watch()
    with after(0):
        keep_round()
        watch.look()
    monkeypatch.setattr(keep_time.tasks, "watch", _away)
    monkeypatch.setattr(keep_time.connection, "close", lambda: None)
    for seconds in (5, 20, 36, 60):
        with after(seconds):
            watch.look()
    assert telephone.rung() == ["lena", "lena-second"]
    assert "12:00:05" in telephone.rings[0][1]["message"]


def _away(name):
    raise OperationalError


def test_a_machine_whose_clock_is_off_is_noticed(telephone, monkeypatch):
    monkeypatch.setattr("steelyard.oncall.tasks.now", lambda: datetime.now(UTC) + timedelta(hours=2))
    keep_round()
    assert Heartbeat.objects.get().skew > 7000
    assert Ring.objects.get().reason == "clock_skew"


def test_a_gap_in_the_rota_is_told_before_it_begins(telephone):
    reachable("ben", telephone)
    with after(0):
        assert not tell_of_gaps()
        from steelyard.oncall.models import Turn

        Turn.objects.update(last_day=NOON.date())
        assert tell_of_gaps()
        assert tell_of_gaps()
    assert [row.reason for row in Ring.objects.all()] == ["rota_gap:2026-11-18"]
