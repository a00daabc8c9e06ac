"""The same order by several doors at the same instant: really at once, each door with its own connection."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

import pytest
from django.db import connection

from steelyard.cases.models import Case, Deadline
from steelyard.letters.models import Receipt
from steelyard.orders import actions
from steelyard.orders.models import Order
from tests.flows.stories import SCAM, ordered

pytestmark = pytest.mark.django_db(transaction=True)
DOORS = ("portal", "api", "mail", "hotline")


@pytest.fixture
def together(monkeypatch):
    """Every door has looked for its twin's identity before any of them goes on."""
    gate, identity = Barrier(len(DOORS), timeout=60), actions._identity

    def waited(*given):
        gate.wait()
        return identity(*given)

    monkeypatch.setattr(actions, "_identity", waited)


def by(door, **more):
    try:
        return ordered("$1", door=door, **more)
    finally:
        connection.close()


def all_at_once(**more):
    with ThreadPoolExecutor(len(DOORS)) as pool:
        at_work = [pool.submit(copy_context().run, lambda door=door: by(door, **more)) for door in DOORS]
        return [one.result(120) for one in at_work]


def test_one_order_by_four_doors_at_once_is_one_order_one_case_and_one_clock(platform, together):
    platform.publish("$1", SCAM)
    receipts = all_at_once()
    order = Order.objects.get()
    assert len(receipts) == len(DOORS)
    assert Receipt.objects.filter(about=order.ref).count() == len(DOORS)
    clocks = Deadline.objects.filter(case__bases__order=order).exclude(duty="keep")
    assert (Case.objects.count(), order.bases.count(), clocks.count()) == (1, 1, 1)


def test_orders_without_a_reference_wait_for_nobody_and_stay_apart(platform, together):
    platform.publish("$1", SCAM)
    all_at_once(reference="")
    assert Order.objects.count() == len(DOORS)
