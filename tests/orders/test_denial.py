"""The authority is called and says that the order is not theirs: nothing else counts, and what is like it is shown."""

import pytest

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.flows.assess_order import assessment_of
from steelyard.flows.forgeries import hands, same_hand
from steelyard.ledger.models import Entry
from steelyard.orders.access import may_disclose, still_bears
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.verification import actions as ladder
from tests.cast import member, present
from tests.directory import DUTY_DESK, SWITCHBOARD, agency, entry
from tests.flows.stories import ordered
from tests.orders.test_ladder import called, data_order

pytestmark = pytest.mark.django_db
PAPER = (
    "Dans le cadre de l’enquête ouverte contre inconnu, nous vous ordonnons de communiquer sans délai tout ce qui "
    "identifie le compte, ses adresses et ses horaires, selon les articles que cite la réquisition jointe."
)


@pytest.fixture
def line(platform):
    return entry(agency(), "number", SWITCHBOARD)


def denied(order, line, who="lena", also=()):
    return ladder.deny(
        present(who), order.ref, line.ref, spoke_with="Mme Duval, greffe", because="She knows of no such order.",
        also=also,
    )  # fmt: skip


def paper(number, contact, **more):
    ordered("$1", reference=f"F/{number}", demand=PAPER, contact=contact, **more)
    return Order.objects.latest("pk")


def test_whoever_answers_another_line_afterwards_opens_nothing(line):
    order = data_order()
    called(order, line)
    ladder.release(present("lev"), order.ref, because="It is clear.")
    denied(order, line)
    assert (level_of(order).level, level_of(order).called_back) == (0, False)
    with pytest.raises(Refused, match="not theirs"):
        may_disclose(order)
    other = entry(agency(), "number", DUTY_DESK)
    with pytest.raises(Refused, match="has said that this order is not theirs"):
        called(order, other, who="lev")
    assert "orders:sender:denied" in Entry.objects.values_list("verb", flat=True)


def test_what_was_handed_over_is_fetched_no_more(line):
    order = data_order()
    called(order, line)
    ladder.release(present("lev"), order.ref, because="It is clear.")
    released = now()
    order.state = "executed"
    assert still_bears(order, released)
    denied(order, line)
    assert not still_bears(order, released)


def test_the_desk_proposes_to_refuse_it_and_says_why(line):
    order = data_order()
    denied(order, line)
    found = assessment_of(order)
    assert found.proposal.step == "refuse"
    (check,) = [one for one in found.checks if one.check == "authenticity"]
    assert "not theirs" in check.words


def test_a_denial_is_taken_back_by_somebody_else_alone(line):
    order = data_order()
    (row,) = denied(order, line)
    with pytest.raises(Refused, match="somebody else"):
        ladder.take_back(present("lena"), order.ref, row.ref, because="I misheard.")
    with pytest.raises(BadInput):
        ladder.take_back(present("lev"), order.ref, row.ref, because=" ")
    ladder.take_back(present("lev"), order.ref, row.ref, because="I called again; it is theirs.")
    called(order, line)
    assert level_of(order).level == 2


def test_nobody_denies_an_order_for_another_authority_or_another_state(line):
    mine, theirs = data_order(), data_order(authority="Parquet de Lyon", reference="L/1")
    with pytest.raises(Refused, match="names another authority"):
        denied(mine, line, also=[theirs.ref])
    with pytest.raises(BadInput, match="another authority"):
        denied(theirs, line)
    abroad = entry(agency("Landgericht Berlin", "DE", "court"), "number", "+49 30 5555 0400")
    with pytest.raises(Refused, match="another State"):
        denied(mine, abroad)
    assert not any(level_of(one).denied for one in (mine, theirs))


def test_one_call_denies_a_whole_campaign_and_what_shares_its_marks_is_shown(line):
    first, second = paper(1, "a@tj-paris-greffe.example"), paper(2, "b@tj-paris-greffe.example")
    other = paper(3, "c@lyon.example", authority="Parquet de Lyon")
    apart = data_order(reference="A/1", contact="x@elsewhere.example")
    shared = {one.order.pk: (one.shares, one.same_authority) for one in same_hand(member("lena"), first)}
    assert shared == {second.pk: (("text", "domain"), True), other.pk: (("text",), False)}
    denied(first, line, also=[second.ref])
    assert [level_of(one).denied for one in (first, second, other, apart)] == [True, True, False, False]
    (hand,) = hands(present("lena"))
    assert ({one.order.pk for one in hand.orders}, hand.open) == ({first.pk, second.pk, other.pk}, 1)
    (sign,) = [one for one in assessment_of(other).unusual if one.sign == "denied_before"]
    assert sign.found == ("its text",)
    assert "denied_before" not in {one.sign for one in assessment_of(apart).unusual}


def test_a_number_that_two_orders_bring_links_them_and_one_of_the_directory_does_not(line):
    ordered(
        "$1", reference="N/1", reasons=f"Greffe {SWITCHBOARD}, mobile 07 55 50 12 34", contact="a@one.example"
    )
    ordered("$2", reference="N/2", reasons="Rappel : +33 (0)7.55.50.12.34", contact="b@two.example")
    ordered("$3", reference="N/3", reasons=f"Greffe {SWITCHBOARD}", contact="c@three.example")
    first, second, _third = Order.objects.order_by("pk")
    assert [(one.order.pk, one.shares) for one in same_hand(member("lena"), first)] == [
        (second.pk, ("number",))
    ]


def test_an_order_that_shares_nothing_with_a_denied_one_stands_alone_there(line):
    order = data_order()
    denied(order, line)
    (hand,) = hands(present("lena"))
    assert ([one.order.pk for one in hand.orders], hand.shares, hand.open) == ([order.pk], (), 0)


def test_who_may_not_read_orders_finds_none_of_them(line):
    order = data_order()
    denied(order, line)
    assert (hands(present("otto")), same_hand(member("otto"), order)) == ((), ())
