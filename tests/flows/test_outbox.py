from datetime import timedelta
from threading import Event, Thread

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.models import DispatchState
from steelyard.base.outbox import claim, still_mine
from steelyard.decisions.models import Decision
from steelyard.enforcement.actions import retry_measure
from steelyard.enforcement.models import Measure
from steelyard.flows.decide_case import countersign_decision, undo_decision
from steelyard.flows.deliver import deliver_letters, deliver_measures, run
from steelyard.flows.read_outbox import letters_on_their_way, measures_on_their_way
from steelyard.ledger.models import Entry
from steelyard.letters.actions import retry_letter
from tests.cast import member, present
from tests.flows.stories import SCAM_RU, decided, delivered, ordered, screened


@pytest.mark.django_db(transaction=True)
def test_the_worker_hears_of_a_measure_and_carries_it_out(platform):
    stop, hidden = Event(), Event()
    worker = Thread(target=run, args=[stop])
    worker.start()
    screened(platform, "$1", SCAM_RU)
    for _ in range(1200):
        if Measure.objects.get().state == DispatchState.CONFIRMED:
            hidden.set()
            break
        stop.wait(0.05)
    stop.set()
    worker.join(60)
    assert hidden.is_set()
    assert platform.hidden == {"$1"}


@pytest.mark.django_db
def test_what_a_machine_whose_clock_is_ahead_wrote_goes_out_at_once(platform):
    with set_clock(now() + timedelta(hours=2)):
        screened(platform, "$1", SCAM_RU)
    assert claim(Measure, limit=1, lease=timedelta(seconds=30))
    Measure.objects.update(state=DispatchState.QUEUED, attempts=1)
    assert not claim(Measure, limit=1, lease=timedelta(seconds=30)), "put off is put off"


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


@pytest.mark.django_db
def test_hiding_that_was_late_never_undoes_bringing_back(platform):
    screened(platform, "$1", SCAM_RU)
    platform.down = True
    delivered()
    undo_decision(present("ben"), Decision.objects.get().ref, because="Wrong.")
    platform.down = False
    delivered()
    assert platform.hidden == set(), "bringing back waits for the hiding that was decided first"
    with set_clock(now() + timedelta(seconds=30)):
        delivered()
        delivered()
    posts = [operation for operation, _ in platform.calls if operation != "notify_account"]
    assert posts == ["contain_item", "restore_item"]
    assert platform.hidden == set()


@pytest.fixture
def refused(platform, monkeypatch):
    """The platform refused to hide the post, for good."""

    def refuse(*_):
        raise Refused("The messenger refused this.", "It is in maintenance.")

    with monkeypatch.context() as patched:
        patched.setattr(platform, "_do", refuse)
        screened(platform, "$1", SCAM_RU)
        deliver_measures()
    return Measure.objects.get()


@pytest.mark.django_db
def test_a_refused_measure_is_tried_again_when_somebody_says_so_and_the_ledger_knows_who(platform, refused):
    assert refused.state == DispatchState.FAILED
    (line,) = measures_on_their_way(member("adam"))
    assert (line.what, line.state, line.decision) == ("contain_item", "failed", "")
    assert "It is in maintenance." in line.error
    retry_measure(member("adam"), refused.ref)
    assert Entry.objects.latest("pk").verb == "enforcement:measure:retried"
    delivered()
    assert platform.hidden == {"$1"}
    assert measures_on_their_way(member("adam")) == []


@pytest.mark.django_db
def test_a_refused_hiding_is_not_tried_again_after_the_decision_was_undone(platform, refused):
    undo_decision(present("ben"), Decision.objects.get().ref, because="Wrong.")
    with pytest.raises(Refused):
        retry_measure(member("adam"), refused.ref)
    delivered()
    assert platform.hidden == set()


@pytest.mark.django_db
def test_only_whoever_may_have_measures_tried_again_can(platform, refused):
    with pytest.raises(NoSuchThing):
        retry_measure(member("ada"), refused.ref)
    with pytest.raises(NoSuchThing):
        measures_on_their_way(member("otto"))
    assert Measure.objects.get().state == DispatchState.FAILED


@pytest.mark.django_db
def test_a_moderator_does_not_learn_of_an_order_from_the_outbox(platform):
    platform.publish("$1", SCAM_RU)
    ordered("$1")
    proposed = decided("lena", ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)
    assert measures_on_their_way(member("ada")) == []
    assert len(measures_on_their_way(member("lena"))) == 1
    assert [line.decision for line in measures_on_their_way(member("adam"))] == [""]


@pytest.mark.django_db
def test_a_letter_that_was_refused_is_sent_when_somebody_says_so(platform, monkeypatch):
    screened(platform, "$1", SCAM_RU)
    with monkeypatch.context() as patched:
        patched.setattr(platform, "act", lambda *_, **__: (_ for _ in ()).throw(Refused("No such account.")))
        deliver_letters()
    (line,) = letters_on_their_way(member("ben"))
    assert (line.what, line.state, line.error) == ("statement_of_reasons", "failed", "No such account.")
    with pytest.raises(NoSuchThing):
        letters_on_their_way(member("adam"))
    retry_letter(member("ben"), line.ref)
    delivered()
    assert len(platform.letters) == 1
