"""Closed orders are found again by what one knows of them; one under secrecy by nobody, not even by its absence."""

from datetime import date, timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.cases.models import Case
from steelyard.decisions.states import Outcome
from steelyard.flows.read_order import find_closed
from steelyard.flows.secrecy import end_secrecy
from steelyard.orders.filing import PAGE, Wanted, file_missing
from steelyard.orders.models import Filed, Order
from tests.cast import member, present
from tests.flows.stories import decided, ordered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


def refused(**more):
    ordered("$1", **more)
    decided("lena", Case.objects.latest("pk"), outcome=Outcome.NONE, ground="", words="Not ours.")
    return Order.objects.latest("pk")


def found(**wanted):
    return [order.pk for order, _authority in find_closed(present("lena"), Wanted(**wanted))]


def test_each_part_that_one_knows_finds_it_and_any_other_value_does_not():
    paris, berlin = (
        refused(),
        refused(reference="B 7", country="DE", authority="Amtsgericht Tiergarten, Berlin"),
    )
    ordered("$1", reference="still open")
    today = now().date()
    assert found() == [berlin.pk, paris.pk]
    assert found(reference=" 24/ 1234 ") == [paris.pk]
    assert found(reference="24/123") == []
    assert found(authority="berlin AMTSGERICHT") == [berlin.pk]
    assert found(authority="Amtsgericht Paris") == []
    assert found(country="FR") == [paris.pk]
    assert found(instrument="tco_removal") == []
    assert found(outcome="refused", closed_from=today, closed_to=today) == [berlin.pk, paris.pk]
    assert found(outcome="executed") == []
    assert found(closed_to=today - timedelta(days=1)) == found(closed_from=date(2099, 1, 1)) == []


def test_pages_go_on_where_the_last_one_ended():
    first = refused()
    for n in range(PAGE):
        Order.objects.create(
            key=first.key, sealed=first.sealed, identity=str(n), instrument="dsa_9", country="FR", door="portal",
            harm="scam", language="fr", state="refused", state_since=now() + timedelta(minutes=n),
        )  # fmt: skip
    page = found()
    last = Order.objects.get(pk=page[-1])
    assert (len(page), found(after=last.ref)) == (PAGE, [first.pk])


def test_an_order_under_secrecy_is_found_by_nobody_until_its_secrecy_ends():
    who = member("lena")
    who.roles = ["legal", "secrecy"]
    who.save(update_fields=["roles"])
    secret = refused(reference="S-1", secrecy="Inquiry.")
    assert found() == found(reference="S-1") == []
    assert not Filed.objects.exists()
    assert file_missing() == 0
    with set_clock(now() + timedelta(days=1)):
        end_secrecy(present("lena"), secret.ref, "The inquiry is over.")
    assert found(reference="S-1") == [secret.pk]


def test_what_came_before_there_was_a_file_is_filed_once():
    order = refused()
    Filed.objects.all().delete()
    assert (file_missing(), file_missing()) == (1, 0)
    assert found(authority="Tribunal judiciaire") == [order.pk]


def test_whoever_may_not_read_orders_finds_none():
    refused()
    assert find_closed(present("ada"), Wanted()) == []
