"""A reader asks for a translation, and only then does anything leave."""

import os
from pathlib import Path

import pytest

from steelyard.base.config import config
from tests.messenger.translator import Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def service():
    found = Service()
    file = Path(os.environ["STEELYARD_HOME"], "steelyard.toml")
    file.write_text(f'[translation]\nurl = "http://127.0.0.1:{found.server_port}/"\nper_hour = 3\n')
    config.cache_clear()
    yield found
    file.unlink()
    config.cache_clear()
    found.stop()


def asked(client, text, to="fr", address="192.0.2.7"):
    body = {"text": text, "to": to}
    return client.post("/chat/translate", body, "application/json", REMOTE_ADDR=address)


def test_a_text_comes_back_in_the_readers_language_and_no_more_than_the_operator_allows(client, service):
    assert asked(client, "Good morning").json() == {"text": "[fr] Good morning"}
    whole = {"q": "Good morning", "source": "auto", "target": "fr", "format": "text"}
    assert service.asked == [("/translate", whole)]
    assert asked(client, "untranslatable").status_code == 503
    assert asked(client, "x", to="tlh").status_code == 400
    assert asked(client, "x" * 6000).status_code == 400
    assert asked(client, "Good evening").status_code == 200
    assert asked(client, "Once more").status_code == 429
    assert len(service.asked) == 3


def test_without_an_operators_choice_there_is_no_such_door(client):
    assert asked(client, "Good morning").status_code == 404
