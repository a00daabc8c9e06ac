"""Somebody is rung for real, stays silent, and the next one is; every ring, answer and miss is timed."""

from datetime import UTC, date, datetime, time, timedelta
from time import monotonic

import pytest
from django.db import transaction

from steelyard.base.clock import set_clock
from steelyard.base.errors import NoSuchThing
from steelyard.ledger.actions import seal_off
from steelyard.ledger.models import Entry, SealedEntry
from steelyard.oncall.actions import (
    acknowledge,
    acknowledge_by_link,
    advance_rings,
    ring,
    set_lead,
    set_reach,
    set_turn,
)
from steelyard.oncall.models import Call, Link, Reach
from steelyard.oncall.outgoing import Outgoing
from steelyard.oncall.queries import figures, rings_now
from steelyard.oncall.tasks import deliver_calls
from steelyard.people.models import Member
from tests.cast import member
from tests.oncall.receivers import Silent, reachable

pytestmark = pytest.mark.django_db
NIGHT = datetime(2026, 11, 17, 2, 0, tzinfo=UTC)


@pytest.fixture
def rota(telephone, mailbox):
    """Lena first, Lev second, all week; Ben leads; Ada can answer too."""
    with set_clock(NIGHT - timedelta(days=1)):
        for rank, handle in enumerate(("lena", "lev"), start=1):
            set_turn(
                member("adam"), member_ref=reachable(handle, telephone, mailbox).ref, rank=rank,
                weekdays=tuple(range(7)), begins=time(0), ends=time(0), zone="Europe/Berlin",
                first_day=date(2026, 11, 1),
            )  # fmt: skip
        for handle in ("ben", "ada"):
            reachable(handle, telephone)
        set_lead(member("adam"), member("ben").ref, True)


def at(minutes):
    return set_clock(NIGHT + timedelta(minutes=minutes))


def started(about=None, **more):
    with transaction.atomic():
        return ring(about or member("otto"), **{"reason": "test", "urgency": "danger_to_life", **more})


def worked(minutes):
    """The worker's round at that minute."""
    with at(minutes):
        advance_rings()
        while deliver_calls():
            pass


@pytest.mark.usefixtures("rota")
def test_the_first_on_call_is_rung_by_two_channels(telephone, mailbox):
    with at(0):
        started()
    worked(0)
    assert telephone.rung() == ["lena"]
    assert [to for to, _ in mailbox.letters] == ["lena@example.org"]


@pytest.mark.usefixtures("rota")
def test_silence_rings_the_next_then_the_lead_then_everybody_and_never_ends(telephone):
    with at(0):
        row = started()
    for minute in (0, 4, 5, 9, 10, 14, 15, 29, 30, 44):
        worked(minute)
    rung = [who for who in telephone.rung() if "-second" not in who]
    everybody = ["ada", "ben", "lena", "lev"]  # at once, in no order
    assert (rung[:3], sorted(rung[3:7]), sorted(rung[7:])) == (["lena", "lev", "ben"], everybody, everybody)
    row.refresh_from_db()
    assert row.state == "ringing"
    assert row.next_at == NIGHT + timedelta(minutes=45)


@pytest.mark.usefixtures("rota")
def test_a_service_that_says_nothing_keeps_no_other_call_waiting_and_is_tried_again(telephone, monkeypatch):
    monkeypatch.setattr("steelyard.oncall.tasks._calls", Outgoing(patience=3600))
    silent = Silent()
    set_reach(member("lena"), addresses=(silent.of("lena"), telephone.of("lena")), zone="UTC")
    hung = Call.objects.filter(channel=0)
    with at(0):
        for number, reason in enumerate(("one", "another"), start=1):
            started(reason=reason)
            until = monotonic() + 60
            while len(telephone.rung()) < number and monotonic() < until:
                deliver_calls()
            assert len(telephone.rung()) == number, "her other service rings, and the next ring as well"
            assert [row.state for row in hung.all()] == ["sending"] * number, (
                "the silent service still has the first"
            )
        monkeypatch.setattr("steelyard.oncall.outgoing.monotonic", lambda: monotonic() + 7200)
        while deliver_calls():
            pass
        assert [row.state for row in hung.all()] == ["queued", "queued"]
    assert all("did not answer in time" in row.last_error for row in hung.all())
    silent.let_go()


@pytest.mark.usefixtures("rota")
def test_four_minutes_and_59_seconds_of_silence_ring_nobody_else(telephone):
    with at(0):
        started()
    worked(4 + 59 / 60)
    assert telephone.rung() == ["lena"]
    worked(5)
    assert telephone.rung() == ["lena", "lev"]


@pytest.mark.usefixtures("rota")
def test_who_has_it_ends_the_ringing(telephone):
    with at(0):
        row = started()
    worked(0)
    with at(3):
        acknowledge(member("lena"), row.ref)
    worked(30)
    assert telephone.rung() == ["lena"]
    row.refresh_from_db()
    assert (row.state, row.acknowledged_at) == ("acknowledged", NIGHT + timedelta(minutes=3))


@pytest.mark.usefixtures("rota")
def test_the_link_in_the_message_answers_once_and_is_kept_nowhere(telephone):
    with at(0):
        row = started()
    worked(0)
    token = telephone.link()
    assert not Link.objects.filter(fingerprint__contains=token).exists()
    with at(1):
        assert acknowledge_by_link(token).pk == row.pk
        with pytest.raises(NoSuchThing):
            acknowledge_by_link(token)
    row.refresh_from_db()
    assert (row.acknowledged_by, row.by_link) == (member("lena"), True)


@pytest.mark.usefixtures("rota")
def test_a_message_says_nothing_of_the_matter(telephone, mailbox):
    about = member("otto")
    with at(0):
        started(about, reason="clock:tco.removal_order_executed:75", urgency="clock")
    worked(0)
    sent = str(telephone.rings) + str(mailbox.letters)
    assert about.ref not in sent
    assert "tco" not in sent


@pytest.mark.usefixtures("rota")
def test_one_silent_receiver_does_not_keep_the_other_from_ringing(telephone, mailbox):
    telephone.refuses = True
    with at(0):
        started()
    worked(0)
    assert len(mailbox.letters) == 1
    telephone.refuses = False
    worked(1)  # tried again by itself
    assert telephone.rung() == ["lena"]


@pytest.mark.usefixtures("rota")
def test_a_receiver_that_is_down_for_good_rings_the_next_on_time(telephone, mailbox):
    telephone.refuses = True
    mailbox.stop()
    with at(0):
        started()
    worked(0)
    telephone.refuses = False
    worked(5)
    assert "lev" in telephone.rung()


@pytest.mark.usefixtures("rota")
def test_ringing_twice_about_the_same_thing_is_one_ring(telephone):
    with at(0):
        assert started().pk == started().pk
        assert started(reason="other").pk != started().pk


@pytest.mark.usefixtures("rota")
def test_a_gap_in_the_rota_rings_the_lead_at_once(telephone):
    Member.objects.filter(handle__in=["lena", "lev"]).update(state="suspended")
    with at(0):
        started()
    worked(0)
    # Both of his addresses are rung at once; which is heard first is chance.
    assert {address.removesuffix("-second") for address in telephone.rung()} == {"ben"}


@pytest.mark.usefixtures("rota")
def test_who_gave_no_address_is_passed_over_without_waiting(telephone):
    Reach.objects.filter(member=member("lena")).delete()
    with at(0):
        started()
    worked(0)
    assert telephone.rung() == ["lev"]


@pytest.mark.usefixtures("rota")
def test_a_worker_killed_after_ringing_changes_nothing(telephone):
    """Its claim runs out, another worker takes it up; the ring itself is a row and waits for nobody."""
    with at(0):
        started()
        Call.objects.update(state="sending", fence=1, lease_until=NIGHT + timedelta(minutes=1))
    worked(0)
    assert telephone.rung() == []
    worked(2)
    assert telephone.rung() == ["lena"]
    worked(5)
    assert telephone.rung() == ["lena", "lev"]


@pytest.mark.usefixtures("rota")
def test_every_ring_answer_and_miss_is_counted_and_sealed_ones_are_not(telephone):
    with at(0):
        row, hidden, played = started(), started(reason="s", sealed=True), started(reason="d", drill=True)
    for minute in range(8):
        worked(minute)
    with at(8):
        acknowledge(member("lev"), row.ref)
        acknowledge(member("lev"), hidden.ref)
    found = figures(NIGHT.date())
    assert (found.rings, found.acknowledged, found.in_time, found.missed) == (1, 1, 0, 1)
    assert found.median_seconds == found.slowest_seconds == 480
    assert figures(NIGHT.date(), drill=True).rings == 1
    assert played.drill


@pytest.mark.usefixtures("rota")
def test_a_ring_about_a_sealed_matter_leaves_nothing_in_public(platform):
    from steelyard.cases.models import Case
    from tests.flows.stories import ordered

    platform.publish("p1", "x")
    with at(0):
        ordered("p1")
        case = Case.objects.get()
        with transaction.atomic():
            seal_off(case.key, actor="x", about=case)
        before = Entry.objects.count()
        row = started(case)
    assert row.sealed
    assert Entry.objects.count() == before
    assert SealedEntry.objects.filter(verb="oncall:ring:rung").count() == 1
    assert figures(NIGHT.date()).rings == 0
    with at(0):
        assert [line.ref for line in rings_now(member("lena"))] == [row.ref]
        assert rings_now(member("ada")) == []
        with pytest.raises(NoSuchThing):
            acknowledge(member("ada"), row.ref)


@pytest.mark.usefixtures("rota")
def test_somebody_without_the_permission_cannot_answer():
    with at(0):
        row = started()
        with pytest.raises(NoSuchThing):
            acknowledge(member("otto"), row.ref)


def test_addresses_are_sealed(telephone):
    reachable("lena", telephone)
    row = Reach.objects.get()
    assert b"127.0.0.1" not in bytes(row.sealed)
