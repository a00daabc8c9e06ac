"""Every clock an instrument names runs, stands still for lawful reasons only, and ends where the law says."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from steelyard.base.clock import database_now, set_clock
from steelyard.base.errors import Refused
from steelyard.cases.actions import pause_clock, pauses_allowed, resume_clock, start_clocks_of
from steelyard.cases.models import Case, Deadline
from steelyard.ledger.models import Entry
from steelyard.orders.models import Order
from steelyard.rulebook.queries import clock_of
from tests.cast import member
from tests.flows.stories import decided, noticed, ordered

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _attached(platform):
    platform.publish("p1", "Earn $500 a day from home.")


def clocks(instrument, at=MONDAY):
    with set_clock(at):
        ordered("p1", instrument=instrument, reference=f"{instrument}-{at}")
    return {row.fact: row for row in Deadline.objects.filter(case=Case.objects.latest("pk"))}


def later(minutes, at=MONDAY):
    return set_clock(at + timedelta(minutes=minutes))


def test_every_clock_that_starts_with_the_receipt_runs_from_the_receipt():
    found = clocks("epoc_pr")
    assert set(found) == {"house.order_answered", "eevidence.preserved"}
    assert found["house.order_answered"].ends_at == MONDAY + timedelta(days=3)
    kept = found["eevidence.preserved"]
    assert kept.keeps
    assert kept.ends_at == kept.legal_ends_at > MONDAY + timedelta(days=60)


def test_the_clock_that_starts_with_the_execution_starts_then_and_once():
    clocks("tco_removal")
    case, order = Case.objects.latest("pk"), Order.objects.latest("pk")
    for _ in range(2):
        with later(50):
            start_clocks_of(case, order, clock_of("tco_removal", MONDAY.date()), event="execution")
    kept = Deadline.objects.get(case=case, fact="tco.content_preserved")
    assert kept.starts_at == MONDAY + timedelta(minutes=50)
    assert kept.keeps


def test_what_is_asked_stops_the_hour_and_it_goes_on_with_what_was_left():
    hour = clocks("tco_removal")["tco.removal_order_executed"]
    lena = member("lena").ref
    with later(20):
        pause = pause_clock(hour, "unclear", lena)
    assert (pause.reason, pause.source) == ("unclear", "Art. 3(8)")
    assert hour.paused_at == MONDAY + timedelta(minutes=20)
    with later(80):
        resume_clock(hour, "The authority named the post.", lena)
    assert hour.paused_at is None
    assert hour.ends_at == MONDAY + 2 * HOUR  # 20 minutes had run, 40 were left
    assert hour.legal_ends_at == MONDAY + timedelta(minutes=140)  # the law gives the hour again
    assert hour.wall_ends_at == MONDAY + HOUR
    assert list(Entry.objects.filter(verb__startswith="cases:clock").values_list("verb", flat=True)) == [
        "cases:clock:paused", "cases:clock:resumed",
    ]  # fmt: skip


def test_two_pauses_add_up():
    hour = clocks("epoc_emergency")["eevidence.produced_in_emergency"]
    for start, end in ((10, 40), (60, 70)):
        with later(start):
            pause_clock(hour, "unclear", "x")
        with later(end):
            resume_clock(hour, "clear", "x")
    assert hour.ends_at == MONDAY + 8 * HOUR + timedelta(minutes=40)


def test_no_reason_that_the_law_does_not_name_stops_a_clock():
    hour = clocks("tco_removal")["tco.removal_order_executed"]
    with later(1), pytest.raises(Refused):
        pause_clock(hour, "nobody_is_awake", "x")
    assert not hour.pauses.exists()
    kept = clocks("epoc_pr")["eevidence.preserved"]
    assert pauses_allowed(kept) == ()


def test_a_promise_of_our_own_waits_while_we_ask():
    promise = clocks("dsa_9")["house.order_answered"]
    assert [pause.when for pause in pauses_allowed(promise)] == ["unclear"]


def test_a_clock_stands_still_once_and_not_after_it_was_met():
    hour = clocks("tco_removal")["tco.removal_order_executed"]
    with later(1):
        pause_clock(hour, "unclear", "x")
        with pytest.raises(Refused):
            pause_clock(hour, "unclear", "x")
        resume_clock(hour, "clear", "x")
        with pytest.raises(Refused):
            resume_clock(hour, "clear", "x")


def test_ten_days_paused_over_the_end_of_summer_time_end_where_the_regulation_says(settings):
    arrived = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
    days = clocks("epoc", arrived)["eevidence.produced"]
    with later(0, arrived):
        pause_clock(days, "unclear", "x")
    with later(2 * 24 * 60, arrived):
        resume_clock(days, "clear", "x")
    assert days.ends_at == arrived + timedelta(days=12)
    assert days.legal_ends_at == datetime(2026, 10, 28, tzinfo=ZoneInfo("UTC"))


def test_a_decided_case_has_met_its_clock():
    noticed("p1")
    case = Case.objects.get()
    decided("ada", case)
    assert not case.deadlines.filter(met_at=None).exists()


def test_deadlines_are_written_by_the_databases_clock():
    """No clock is set here: the two agree because this machine is the database's."""
    before = database_now()
    noticed("p1")
    assert before <= Deadline.objects.get().starts_at <= database_now()
