"""What goes to public archives of notices: every removal request that is over and may be told of, and nobody's name."""

import json
from datetime import UTC, date, datetime

import pytest

from steelyard.base.clock import set_clock
from steelyard.ledger.actions import disclose, seal_off
from steelyard.orders.models import Order
from steelyard.transparency.archive import archive
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.yearly import orders_report
from steelyard.vault.actions import new_key, seal

pytestmark = pytest.mark.django_db
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))


def order(state, country="FR", instrument="dsa_9"):
    key = new_key()
    return Order.objects.create(
        key=key, instrument=instrument, country=country, door="portal", harm="scam", language="fr", state=state,
        sealed=seal(key, b"\x80", place="orders.order"), identity=f"{state}{country}{instrument}",
        answered_at=datetime(2027, 3, 3, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture
def counted(monkeypatch):
    """The texts of these orders are empty: no place is named in them."""
    monkeypatch.setattr("steelyard.transparency.archive.items_of_order", lambda order: 0)
    monkeypatch.setattr("steelyard.transparency.yearly.items_of_order", lambda order: 0)


def lines():
    return [json.loads(line)["notice"] for line in archive(YEAR).splitlines()]


def test_refused_and_executed_requests_are_in_it_and_open_ones_and_orders_for_data_are_not(counted):
    with set_clock(datetime(2027, 3, 1, tzinfo=UTC)):
        refs = [order(state).ref for state in ("executed", "refused", "partly", "received")]
        order("refused", instrument="dsa_10")
        order("executed", country="TR", instrument="judgment")
    assert [(line["type"], line["jurisdictions"], line["action_taken"]) for line in lines()] == [
        ("GovernmentRequest", ["FR"], "Yes"), ("GovernmentRequest", ["FR"], "No"),
        ("GovernmentRequest", ["FR"], "Partial"), ("CourtOrder", ["TR"], "Yes"),
    ]  # fmt: skip
    assert not any(ref in archive(YEAR).decode() for ref in refs)
    assert {tuple(line["works"][0]["infringing_urls"]) for line in lines()} == {()}


def test_a_sealed_order_is_in_no_report_until_it_may_be_told(counted):
    with set_clock(datetime(2027, 3, 1, tzinfo=UTC)):
        hidden = order("refused")
        seal_off(hidden.key, actor="member:ADA", about=hidden)
    assert (lines(), orders_report(YEAR)) == ([], [])
    disclose(hidden.key, actor="member:ADA", about=hidden)
    assert (len(lines()), len(orders_report(YEAR))) == (1, 1)
