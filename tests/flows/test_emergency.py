"""Danger to life: anyone is heard, somebody is rung at once, a person calls back; and it is practised each month."""

from datetime import UTC, datetime, timedelta

import pytest

from steelyard.base.clock import set_clock
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.flows.emergency import (
    EmergencyGiven,
    call_back,
    conclude_emergency,
    play_drill,
    read_emergency,
    receive_emergency,
)
from steelyard.ledger.models import Entry
from steelyard.oncall.models import Emergency, Ring
from steelyard.oncall.queries import figures, scorecards
from tests.cast import member, present

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def at(minutes):
    return set_clock(NOON + timedelta(minutes=minutes))


def called(minutes=0, *, crowded=False, **more):
    with at(minutes):
        return receive_emergency(
            EmergencyGiven(**{"said": "He is on the roof.", "number": "+990 555 01", **more}), crowded=crowded
        ).row


def test_what_is_said_is_a_case_before_all_others_and_rings_at_once():
    row = called()
    case = Case.objects.get()
    assert (case.kind, case.severity, case.ref) == ("emergency", 4, row.case)
    assert case.deadlines.get().ends_at == NOON + timedelta(minutes=15)
    ring = Ring.objects.get()
    assert (ring.about_ref, ring.urgency, ring.drill) == (row.ref, "danger_to_life", False)
    assert b"roof" not in bytes(row.sealed)


def test_a_person_calls_back_and_says_what_it_was():
    row = called()
    ada = present("ada")
    with at(4):
        claim_case(ada.member, row.case)
        call_back(ada, row.case, reached=True, own_number=False, words="The fire brigade is there.")
        conclude_emergency(ada, row.case, verdict="handed_on", words="They have him.")
        view = read_emergency(ada, row.case)
    assert view.said.said == "He is on the roof."
    assert [words for _, words in view.call_backs] == ["The fire brigade is there."]
    assert (view.case.state, view.emergency.verdict) == ("decided", "handed_on")


def test_nobody_concludes_what_somebody_else_has():
    row = called()
    with at(1):
        claim_case(member("ada"), row.case)
        with pytest.raises(Refused):
            conclude_emergency(present("ben"), row.case, verdict="no_danger", words="x")


def test_somebody_without_the_permission_cannot_tell_that_it_exists():
    row = called()
    with at(1), pytest.raises(NoSuchThing):
        read_emergency(present("otto"), row.case)


def test_under_a_flood_everybody_is_heard_and_it_rings_together():
    for number in range(40):
        called(number / 60, said=f"call {number}")
    assert Case.objects.filter(kind="emergency").count() == 40
    reasons = list(Ring.objects.values_list("reason", flat=True))
    assert reasons.count("emergency") == 5
    assert reasons.count("emergencies") == 1
    called(12, said="a true one after the flood")
    assert Ring.objects.filter(reason="emergency").count() == 6


def test_who_sends_very_much_is_heard_and_rings_with_others():
    for number in range(3):
        called(number, crowded=True)
    assert Emergency.objects.count() == 3
    assert list(Ring.objects.values_list("reason", flat=True)) == ["emergencies"]


def test_whatever_is_too_long_is_cut_and_heard():
    row = called(said="x" * 20_000, number="1" * 300)
    with at(1):
        assert len(read_emergency(present("ada"), row.case).said.said) == 5000


def test_each_month_a_real_and_a_forged_emergency_are_played_once_at_an_hour_nobody_knows():
    played = []
    for hour in range(31 * 24):
        moment = NOON.replace(hour=0) + timedelta(hours=hour)
        with set_clock(moment):
            played += [(moment, row.drill) for row in play_drill(moment)]
    assert sorted(kind for _, kind in played) == ["forged", "real"]
    assert len({moment for moment, _ in played}) == 1


def test_a_drill_is_marked_everywhere_and_counts_nowhere_else():
    end = NOON.replace(day=29)
    with set_clock(end):
        real = next(row for row in play_drill(end) if row.drill == "real")
        claim_case(member("ada"), real.case)
        call_back(present("ada"), real.case, reached=False, own_number=True, words="I would call the police.")
        conclude_emergency(present("ada"), real.case, verdict="handed_on", words="Drill.")
    assert Case.objects.get(ref=real.case).kind == "drill"
    assert figures(end.date()).rings == 0
    assert figures(end.date(), drill=True).rings == 2
    assert not Entry.objects.filter(verb__contains="emergency").exists()
    assert not Entry.objects.filter(verb__startswith="oncall:ring").exists()


def test_the_scorecard_says_who_saw_through_it():
    end = NOON.replace(day=29)
    with set_clock(end):
        for row in play_drill(end):
            claim_case(member("ada"), row.case)
            conclude_emergency(present("ada"), row.case, verdict="handed_on", words="I believed it.")
    assert {one.played: one.right for one in scorecards()} == {"real": True, "forged": False}


def rung(*handles):
    """These are on call from now on, with addresses."""
    from steelyard.oncall.models import Call

    ring = Ring.objects.latest("pk")
    Call.objects.filter(ring=ring).delete()
    for handle in handles:
        Call.objects.create(
            ring=ring,
            member=member(handle),
            round=0,
            channel=0,
            rung_at=ring.rung_at,
            not_before=ring.rung_at,
        )
    return ring


def test_an_administrator_who_is_rung_opens_that_emergency_and_no_other():
    from steelyard.oncall.actions import acknowledge

    other, row = called(), called(1)
    adam = present("adam")
    ring = rung("adam")
    with at(2):
        acknowledge(adam.member, ring.ref)
        claim_case(adam.member, row.case)
        assert read_emergency(adam, row.case).said.said == "He is on the roof."
        call_back(adam, row.case, reached=True, own_number=True, words="The police are there.")
        conclude_emergency(adam, row.case, verdict="handed_on", words="They have him.")
        assert read_emergency(adam, row.case).emergency.verdict == "handed_on"
        with pytest.raises(NoSuchThing):
            read_emergency(adam, other.case)
        with pytest.raises(NoSuchThing):
            claim_case(adam.member, other.case)


def test_an_administrator_who_was_not_rung_opens_none():
    row = called()
    rung("ada")
    with at(1), pytest.raises(NoSuchThing):
        read_emergency(present("adam"), row.case)


def test_who_was_rung_in_vain_can_open_it_until_somebody_has_concluded_it():
    row = called()
    ada, adam = present("ada"), present("adam")
    rung("adam", "ada")
    with at(1):
        assert read_emergency(adam, row.case)
        claim_case(ada.member, row.case)
        conclude_emergency(ada, row.case, verdict="no_danger", words="A film set.")
        with pytest.raises(NoSuchThing):
            read_emergency(adam, row.case)


def test_a_ring_about_a_partners_batch_leads_to_its_case(platform):
    from steelyard.flows.emergency import matter_of
    from steelyard.flows.take_up_lines import take_up_lines
    from steelyard.oncall.queries import rings_now
    from tests.flows.stories import SCAM
    from tests.partners import nour, sent

    platform.publish("$1", SCAM)
    sent(nour(), "memory:$1", imminent=True)
    while take_up_lines():
        pass
    (ring,) = rings_now(member("ada"))
    assert matter_of(member("ada"), ring) == Case.objects.get().ref
