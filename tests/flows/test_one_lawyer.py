"""A house with one lawyer: the second person is a colleague of another role, and nobody is both."""

import pytest

from steelyard.base.errors import NoSuchThing, Refused
from steelyard.cases.models import Case
from steelyard.decisions.states import Outcome
from steelyard.flows.consider_speech import agree_to_consider, ask_to_consider
from steelyard.flows.decide_case import countersign_decision
from steelyard.orders.models import Order
from steelyard.people.models import Approval
from steelyard.people.queries import approvals_waiting
from tests.cast import member, present
from tests.flows.stories import confirmed, decided, ordered

pytestmark = pytest.mark.django_db
MARCH = "Join the peaceful march against the government on Saturday."


@pytest.fixture
def order(platform):
    platform.publish("$1", MARCH)
    ordered("$1", harm="other", demand="Remove the call to march.", reasons="An unauthorised demonstration.")
    return Order.objects.get()


def colleague():
    """Ben, who is no lawyer: he reads orders and signs as a second."""
    ben = member("ben")
    ben.roles = ["senior_moderator", "hotline"]
    ben.save(update_fields=["roles"])
    return present("ben")


def test_with_nobody_else_it_says_so_at_once_and_names_the_way_out(order):
    for handle in ("ben", "ada"):
        member(handle)
    with pytest.raises(Refused) as told:
        ask_to_consider(present("lena"), order.ref, "Which law, which aim, nothing milder.")
    assert "Nobody here can be the second person" in str(told.value)
    assert "senior moderator and hotline" in str(told.value)
    assert Approval.objects.count() == 0, "nothing waits for somebody who does not exist"


def test_refusing_needs_nobody_else(order):
    confirmed("lena", Case.objects.get())
    decided("lena", outcome=Outcome.NONE, ground="", words="Peaceful speech.")
    order.refresh_from_db()
    assert order.state == "refused"


def test_one_lawyer_and_a_colleague_of_another_role_go_the_whole_way_and_sign_apart(order):
    ben, lena = colleague(), present("lena")
    member("ada")
    asked = ask_to_consider(lena, order.ref, "Which law, which aim, nothing milder.")
    assert [each.ref for each in approvals_waiting(ben)] == [asked.ref]
    with pytest.raises(Refused):
        agree_to_consider(lena, asked.ref, order.ref, because="Me again.")
    with pytest.raises(NoSuchThing):
        agree_to_consider(present("ada"), asked.ref, order.ref, because="Yes.")
    agree_to_consider(ben, asked.ref, order.ref, because="I read it; the narrowest measure first.")
    decision = decided("lena", ground="terms.violence", words="One sentence of it.")
    assert decision.state == "proposed"
    with pytest.raises((Refused, NoSuchThing)):
        countersign_decision(present("lena"), decision.ref)
    countersign_decision(present("ben"), decision.ref)
    order.refresh_from_db()
    assert order.state in ("executed", "partly")


def test_a_colleague_who_may_not_read_orders_is_not_even_asked(order):
    ben = present("ben")
    assert member("ben").roles == ["senior_moderator"]
    member("lev")
    ask_to_consider(present("lena"), order.ref, "Which law, which aim, nothing milder.")
    assert approvals_waiting(ben) == []
