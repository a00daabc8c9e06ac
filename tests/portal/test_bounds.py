"""One address cannot bury the desk; nobody else, and no authority, is kept out by it."""

import pytest
from django.test import Client

from steelyard.base.config import config
from steelyard.portal import bounds

pytestmark = pytest.mark.django_db
NOTICE = {
    "links": "https://matrix.to/#/!town:home/$1", "harm": "scam", "explanation": "They took my savings.",
    "name": "Rhea", "email": "rhea@example.org", "good_faith": "on",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _two_an_hour(monkeypatch):
    monkeypatch.setenv("STEELYARD_SUBMISSIONS_PER_HOUR", "2")
    config.cache_clear()
    bounds._sent.clear()
    yield
    monkeypatch.undo()
    config.cache_clear()
    bounds._sent.clear()


def send(**headers: str) -> int:
    return Client().post("/en/notice", NOTICE, **headers).status_code


def test_the_third_notice_within_the_hour_keeps_what_was_typed_and_says_why(platform):
    assert [send(), send()] == [302, 302]
    answer = Client().post("/en/notice", NOTICE)
    assert answer.status_code == 429
    assert "They took my savings." in answer.content.decode()
    assert "Very much was sent from your address within an hour." in answer.content.decode()


def test_others_behind_the_same_proxy_are_counted_by_themselves(platform):
    assert [send(HTTP_X_FORWARDED_FOR="198.51.100.7") for _ in range(3)] == [302, 302, 429]
    assert send(HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9") == 302


def test_a_stranger_cannot_claim_another_address(platform):
    claims = [
        send(REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=f"198.51.100.{number}") for number in range(3)
    ]
    assert claims == [302, 302, 429]


def test_one_ipv6_network_is_one_sender(platform):
    sent = [send(REMOTE_ADDR=f"2001:db8:1:2::{number}") for number in range(3)]
    assert (*sent, send(REMOTE_ADDR="2001:db8:1:3::1")) == (302, 302, 429, 302)


def test_an_incomplete_notice_does_not_count(platform):
    assert [Client().post("/en/notice", NOTICE | {"links": ""}).status_code for _ in range(5)] == [422] * 5
    assert send() == 302


def test_a_program_that_saves_a_draft_without_end_is_told_to_wait_and_what_was_typed_stays(monkeypatch):
    monkeypatch.setattr("steelyard.portal.views.draft.SAVES_AN_HOUR", 2)
    begun = Client().post("/en/order/start", {"instrument": "dsa_9", "country": "FR"})
    step = f"{begun['Location'].rstrip('/')}/who"
    saved = [Client().post(step, {"authority": f"Court {n}", "later": "1"}).status_code for n in range(3)]
    assert saved == [204, 204, 429]
    answer = Client().post(step, {"authority": "Court of all"})
    assert answer.status_code == 429
    assert "Court of all" in answer.content.decode()
