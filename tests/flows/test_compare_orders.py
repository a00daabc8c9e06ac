"""Orders that were decided, asked again with one thing swapped; and the gate as others read it."""

import json
from datetime import date

import pytest

from steelyard.flows.compare_orders import compare_decided
from steelyard.rulebook.gate import gate_on
from steelyard.rulebook.law import law_on
from tests.flows.stories import SCAM, decided, ordered

pytestmark = pytest.mark.django_db
LAW = law_on(date(2026, 11, 16))


def test_a_decided_order_is_asked_again_from_every_state_and_no_difference_is_ours(platform):
    platform.publish("$1", SCAM)
    ordered("$1", issuer="court", written_in="fr")
    without = compare_decided(LAW)
    decided("lena", outcome="none", words="It names no provision.")
    report = compare_decided(LAW)
    assert report.orders > without.orders, "the open order is not among them, the decided one is"
    assert report.biased == ()


def test_an_order_under_secrecy_is_not_among_those_compared(platform):
    platform.publish("$1", SCAM)
    before = compare_decided(LAW).orders
    from tests.cast import member

    member("lena")
    ordered("$1", secrecy="Enquête.")
    decided("lena", outcome="none", words="No.")
    assert compare_decided(LAW).orders == before


def test_the_gate_says_what_was_found_by_whom_and_since_when(client):
    found = gate_on(date(2026, 11, 16))
    russia = next(line for line in found.in_force if (line.kind, line.about) == ("finding", "RU"))
    assert "Podchasov" in russia.source
    assert not [line for line in gate_on(date(2024, 2, 12)).in_force if line.about == "RU"]
    page = client.get("/en/gate").content.decode()
    assert "Podchasov v. Russia" in page
    assert "World Justice Project: Rule of Law Index" in page
    file = json.loads(client.get("/gate.json").content)
    assert file["type"] == "steelyard-gate/v1"
    assert [one["day"] for one in file["changes"]] == sorted(
        (one["day"] for one in file["changes"]), reverse=True
    )
