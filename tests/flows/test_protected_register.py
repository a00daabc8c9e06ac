"""The protected register: sealed, never listed, each look written down, and it puts the brake on."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.enforcement.connector import MemberSession
from steelyard.flows import guard
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.flows.consider_speech import is_braked
from steelyard.ledger.queries import entries, history_of
from steelyard.orders import guarded
from steelyard.orders.guarded import take_off_due
from steelyard.orders.models import Guarded, Order
from steelyard.people.models import Approval
from steelyard.subjects.models import Subject
from tests.cast import present
from tests.flows.stories import SCAM, ordered

pytestmark = pytest.mark.django_db
UMA = "memory:@uma:home"


@pytest.fixture
def entered(platform):
    platform.publish("$1", SCAM)
    return guard.enter(present("lena"), UMA, basis="opt_in", known_from="She asked us in writing.")


def told():
    return [leaf["type"] for leaf in entries(None) if leaf["type"].startswith("orders:register")]


def test_an_order_about_somebody_on_the_register_has_the_brake_on_whatever_its_words(platform, entered):
    ordered("$1")  # she wrote it; not a word of it is about anything protected
    order = Order.objects.get()
    found = assessment_of(order, contents_of(order))
    check = found.check("protected_speech")
    assert (check.result, "protected register" in check.found, is_braked(found)) == ("person", True, True)
    assert found.proposal.two_people_because == (
        "It touches protected speech: two people, one of them legal.",
    )


def test_an_order_about_somebody_else_has_it_off(platform, entered):
    platform.publish("$2", SCAM, author="@omar:home")
    ordered("$2")
    assert not is_braked(assessment_of(Order.objects.get()))


def test_each_look_is_written_down_whatever_the_answer(platform, entered):
    row, what = guard.look_up(present("lena"), UMA, because="An order names her.")
    assert (row, what.known_from) == (entered, "She asked us in writing.")
    assert guard.look_up(present("lena"), "memory:@omar:home", because="An order names him.") is None
    assert told() == ["orders:register:entered", "orders:register:looked", "orders:register:looked"]
    assert history_of(entered)[-1].because == "An order names her."


def test_a_look_without_a_reason_and_an_entry_without_its_source_are_refused(platform):
    with pytest.raises(BadInput):
        guard.look_up(present("lena"), UMA, because=" ")
    with pytest.raises(BadInput):
        guard.enter(present("lena"), UMA, basis="opt_in", known_from="")
    with pytest.raises(BadInput):
        guard.enter(present("lena"), "memory:$1", basis="opt_in", known_from="A post is nobody.")
    assert not Guarded.objects.exists()


def test_whoever_may_not_keep_it_learns_nothing(platform, entered):
    for handle in ("ada", "ben", "ines", "adam"):
        with pytest.raises(NoSuchThing):
            guard.look_up(present(handle), UMA, because="Curious.")
    assert told() == ["orders:register:entered"]


def test_nobody_can_list_it(platform, entered, tmp_path):
    """No function hands out more than one, and neither the tables nor a dump of them name anybody."""
    public = {name for name in vars(guarded) if not name.startswith("_")} & {
        "enter",
        "look_up",
        "ask_take_off",
        "stands_there",
    }
    assert public == {"enter", "look_up", "ask_take_off", "stands_there"}
    assert guarded.stands_there([]) is False
    call_command("dumpdata", "orders.Guarded", "subjects.Subject", output=str(tmp_path / "dump"), verbosity=0)
    assert "uma" not in (tmp_path / "dump").read_text()
    assert not Subject.objects.exists(), "an entry or a look leaves no row about the person"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(g::text, '') FROM orders_guarded g")
        assert "uma" not in cursor.fetchone()[0]
    assert "uma" not in json.dumps(list(entries(None)), default=str)


def test_two_people_take_somebody_off_and_the_entry_is_destroyed(platform, entered):
    lena = present("lena")
    asked = guard.ask_take_off(lena, UMA, because="She wrote again.")
    assert Guarded.objects.count() == 1, "one person alone takes nobody off"
    with pytest.raises(Refused):
        guarded.agree_take_off(lena, asked.ref, entered.ref, because="Me again.")
    with pytest.raises(NoSuchThing):
        guarded.agree_take_off(present("ada"), asked.ref, entered.ref, because="Yes.")
    assert guarded.shown_to_second(present("lev"), entered.ref).thing.native_id == "@uma:home"
    guarded.agree_take_off(present("lev"), asked.ref, entered.ref, because="Yes.")
    entered.key.refresh_from_db()
    assert (entered.key.wrapped, Guarded.objects.count()) == (None, 0)
    assert told()[-3:] == ["orders:register:looked", "orders:register:looked", "orders:register:taken_off"]
    assert "uma" not in json.dumps(list(Approval.objects.values("because", "about", "verb")), default=str)


def test_asking_about_somebody_who_is_not_there_is_a_look_and_asks_nobody(platform):
    assert guard.ask_take_off(present("lena"), UMA, because="She wrote.") is None
    assert (told(), Approval.objects.count()) == (["orders:register:looked"], 0)


def owner(name="uma"):
    return MemberSession(f"@{name}:home", "a token", "a device")


def test_a_member_asks_for_their_own_account_and_an_order_about_them_has_the_brake_on(platform):
    platform.publish("$1", SCAM)
    assert guard.enter_own("memory", owner()) is True
    assert guard.enter_own("memory", owner()) is False
    ordered("$1")
    assert is_braked(assessment_of(Order.objects.get()))
    row, what = guard.look_up(present("lena"), UMA, because="An order names her.")
    assert (row.by, row.basis, "recognised by the platform" in what.known_from) == ("owner", "opt_in", True)
    assert told() == ["orders:register:entered", "orders:register:looked", "orders:register:looked"]


def test_a_member_who_wishes_to_leave_goes_after_the_days_that_protect_a_stolen_account(platform):
    guard.enter_own("memory", owner())
    at = guard.wish_off("memory", owner())
    assert timedelta(days=6) < at - now() <= timedelta(days=7)
    assert guard.wish_off("memory", owner()) == at, "asking again makes it no later and no sooner"
    assert (take_off_due(), Guarded.objects.count()) == (0, 1)
    with set_clock(at + timedelta(minutes=1)):
        assert (take_off_due(), take_off_due()) == (1, 0)
    assert not Guarded.objects.exists()
    assert guard.wish_off("memory", owner()) is None


def test_whoever_asks_for_it_again_meanwhile_stays(platform):
    guard.enter_own("memory", owner())
    at = guard.wish_off("memory", owner())
    assert guard.enter_own("memory", owner()) is False
    with set_clock(at + timedelta(minutes=1)):
        assert take_off_due() == 0
    assert told() == ["orders:register:entered", "orders:register:off_wished", "orders:register:kept"]
