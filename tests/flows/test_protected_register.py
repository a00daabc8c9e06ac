"""The protected register: sealed, never listed, each look written down, and it puts the brake on."""

import json

import pytest
from django.core.management import call_command
from django.db import connection

from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.flows import guard
from steelyard.flows.assess_order import assessment_of, contents_of
from steelyard.flows.consider_speech import is_braked
from steelyard.ledger.queries import entries, history_of
from steelyard.orders import guarded
from steelyard.orders.models import Guarded, Order
from steelyard.subjects.models import Subject
from tests.cast import member, present
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
        "take_off",
        "stands_there",
    }
    assert public == {"enter", "look_up", "take_off", "stands_there"}
    assert guarded.stands_there([]) is False
    call_command("dumpdata", "orders.Guarded", "subjects.Subject", output=str(tmp_path / "dump"), verbosity=0)
    assert "uma" not in (tmp_path / "dump").read_text()
    assert not Subject.objects.exists(), "an entry or a look leaves no row about the person"
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(g::text, '') FROM orders_guarded g")
        assert "uma" not in cursor.fetchone()[0]
    assert "uma" not in json.dumps(list(entries(None)), default=str)


def test_whoever_wishes_it_no_longer_is_taken_off_and_the_entry_is_destroyed(platform, entered):
    assert guard.take_off(present("lena"), UMA, because="She wrote again.")
    entered.key.refresh_from_db()
    assert (entered.key.wrapped, Guarded.objects.count()) == (None, 0)
    assert guard.take_off(present("lena"), UMA, because="Again.") is False
    assert told()[-1] == "orders:register:looked", "an answer is a look, whichever button was pressed"
    assert member("lena").roles == ["legal"]
