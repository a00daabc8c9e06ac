"""A verified order of one hour, and nobody to sign: whoever is on call may hide alone from minute 40, reversibly."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from steelyard.base.clock import set_clock
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.cases.actions import claim_case, pause_clock
from steelyard.cases.models import Case, Deadline
from steelyard.decisions.models import Decision, Review
from steelyard.decisions.queries import alone_on
from steelyard.decisions.states import Outcome
from steelyard.flows.contain_alone import contain_alone, decide_review, offered
from steelyard.flows.decide_case import countersign_decision
from steelyard.ledger.models import Entry
from steelyard.oncall.actions import set_turn
from steelyard.oncall.models import Turn
from steelyard.orders.models import Order
from steelyard.orders.verification.actions import call_back
from steelyard.subjects.models import Subject
from tests.cast import member, present
from tests.directory import SWITCHBOARD, agency, enrolled, entry
from tests.flows.stories import decided, ordered

pytestmark = pytest.mark.django_db
START = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)


def at(minutes):
    return set_clock(START + timedelta(minutes=minutes))


@pytest.fixture
def hour(platform):
    """A verified removal order; Lena, who is on call, proposed to hide the post in minute 10."""
    platform.publish("p1", "x")
    with at(-60):
        desk = entry(enrolled(agency()), "number", SWITCHBOARD)
        set_turn(
            member("adam"), member_ref=member("lena").ref, rank=1, weekdays=tuple(range(7)), begins=time(0),
            ends=time(0), zone="UTC", first_day=date(2026, 11, 1),
        )  # fmt: skip
    with at(0):
        ordered("p1", instrument="tco_removal")
    with at(5):
        verified(desk)
    with at(10):
        return decided("lena", outcome=Outcome.CONTAIN, ground="law.tco_removal")


def verified(desk):
    order = Order.objects.get()
    call_back(present("lev"), order.ref, desk.ref, spoke_with="the duty judge", because="It is theirs.")


def alone(handle="lena", minutes=41):
    with at(minutes):
        return contain_alone(present(handle), Decision.objects.latest("pk").ref, because="Nobody answers.")


def test_from_minute_40_the_person_on_call_hides_it_alone(hour, platform):
    made = alone()
    assert (made.state, made.outcome, made.second) == ("made", "contain", "")
    assert Subject.objects.get(native_id="p1").state == "contained"
    assert Entry.objects.filter(verb="decisions:decision:alone").count() == 1
    assert Deadline.objects.get(fact="tco.content_preserved").starts_at == START + timedelta(minutes=41)


def test_before_minute_40_nobody_acts_alone(hour):
    with pytest.raises(Refused):
        alone(minutes=39)
    with at(39):
        assert offered(member("lena"), Case.objects.get()) is None
    with at(40):
        assert offered(member("lena"), Case.objects.get()).after == timedelta(minutes=40)


def test_a_second_person_who_comes_in_time_signs_as_ever(hour):
    with at(20):
        countersign_decision(present("lev"), hour.ref)
    with pytest.raises(Refused):
        alone()
    assert not Review.objects.exists()


def test_whoever_is_not_on_call_does_not_act_alone(hour):
    Turn.objects.all().delete()
    with pytest.raises(Refused):
        alone()


def test_nobody_else_acts_on_a_proposal_that_is_not_theirs(hour):
    with at(-1):
        set_turn(
            member("adam"), member_ref=member("lev").ref, rank=2, weekdays=tuple(range(7)), begins=time(0),
            ends=time(0), zone="UTC", first_day=date(2026, 11, 1),
        )  # fmt: skip
    with pytest.raises(Refused):
        alone("lev")
    with pytest.raises(NoSuchThing):
        alone("ada")


def test_an_order_that_nobody_verified_gives_no_such_power(hour):
    Order.objects.get().verifications.all().delete()
    with pytest.raises(Refused):
        alone()


def test_a_clock_that_stands_still_gives_no_such_power(hour):
    with at(30):
        pause_clock(Deadline.objects.get(fact="tco.removal_order_executed"), "unclear", "x")
    with pytest.raises(Refused):
        alone()


def test_what_was_done_alone_is_reviewed_by_somebody_else_within_a_day(hour):
    alone()
    case = Case.objects.get(kind="review")
    assert case.deadlines.get().ends_at == START + timedelta(minutes=41) + timedelta(days=1)
    with at(60):
        claim_case(member("lena"), case.ref)
        with pytest.raises(Refused):
            decide_review(present("lena"), case.ref, keep=True, because="I was right.")


@pytest.mark.parametrize("keep", [True, False])
def test_the_review_keeps_it_or_brings_it_back(hour, keep):
    alone()
    case = Case.objects.get(kind="review")
    with at(60):
        claim_case(member("lev"), case.ref)
        decide_review(present("lev"), case.ref, keep=keep, because="I looked.")
    assert Subject.objects.get(native_id="p1").state == ("contained" if keep else "visible")
    assert Review.objects.get().state == ("upheld" if keep else "reversed")


def test_how_late_it_was_is_published(hour):
    alone(minutes=55)
    with at(56):
        found = alone_on(START.date(), START + timedelta(days=2))
    assert (found.done, found.latest_minutes, found.reviewed, found.reviewed_late) == (1, 55, 0, 1)


def test_removing_alone_is_not_possible(platform, hour):
    Decision.objects.update(outcome="remove")
    with pytest.raises(Refused):
        alone()
