from datetime import timedelta
from threading import Event, Thread

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.models import DispatchState
from steelyard.base.outbox import claim, still_mine
from steelyard.enforcement.models import Measure
from steelyard.flows.deliver import deliver_measures, run
from tests.flows.stories import SCAM_RU, screened


@pytest.mark.django_db(transaction=True)
def test_the_worker_hears_of_a_measure_and_carries_it_out(platform):
    stop, hidden = Event(), Event()
    worker = Thread(target=run, args=[stop])
    worker.start()
    screened(platform, "$1", SCAM_RU)
    for _ in range(100):
        if Measure.objects.get().state == DispatchState.CONFIRMED:
            hidden.set()
            break
        stop.wait(0.05)
    stop.set()
    worker.join(10)
    assert hidden.is_set()
    assert platform.hidden == {"$1"}


@pytest.mark.django_db
def test_a_worker_that_died_loses_its_claim_to_the_next(platform):
    screened(platform, "$1", SCAM_RU)
    (dead,) = claim(Measure, limit=10, lease=timedelta(seconds=60))
    assert deliver_measures() == 0
    with set_clock(now() + timedelta(seconds=61)):
        assert deliver_measures() == 1
        assert not still_mine(dead)
    assert Measure.objects.get().state == DispatchState.CONFIRMED
    assert [operation for operation, _ in platform.calls] == ["contain_item"]


@pytest.mark.django_db
def test_what_the_platform_undid_behind_our_back_is_not_taken_for_done(platform, monkeypatch):
    monkeypatch.setattr(platform, "_do", lambda *_: None)  # it says yes and does nothing
    screened(platform, "$1", SCAM_RU)
    deliver_measures()
    measure = Measure.objects.get()
    assert measure.state == DispatchState.QUEUED
    assert "still sees it" in measure.last_error
