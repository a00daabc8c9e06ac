"""Pushed instead of asked for: only with the secret, and kept before Telegram hears yes."""

import pytest

from steelyard.enforcement.connector import forget_connectors, register
from tests.flows.stories import HARMLESS
from tests.homeserver import wait_until
from tests.ports import free_port
from tests.telegram.conftest import Town

SECRET = "only-telegram-knows"


@pytest.fixture
def pushed(tmp_path):
    port = free_port()
    town = Town(tmp_path, webhook=f"http://127.0.0.1:{port}/", webhook_port=port, secret=SECRET)
    register("telegram", lambda: town.connector)
    try:
        wait_until(lambda: town.api.hook[0])
        yield town
    finally:
        forget_connectors()
        town.close()


def test_an_update_is_taken_with_the_secret_and_refused_without(pushed):
    market = pushed.api.group(-1001001, "Market", username="market_square")
    pushed.api.say(market, HARMLESS)
    assert len(pushed.store.waiting(10)) == 2
    forged = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": market.shown, "text": "forged"}}
    assert pushed.api.push(forged, secret="guess") == 403
    assert pushed.api.push(forged, secret="") == 403
    assert pushed.api.push({"update_id": "none"}, secret=SECRET) == 400
    assert len(pushed.store.waiting(10)) == 2
    seen = pushed.connector.translate(pushed.connector.waiting(10))
    assert [post.text for post in seen.posts] == [HARMLESS]
