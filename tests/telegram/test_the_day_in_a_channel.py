"""The day's report and a promise that moved, in the operator's own channel on Telegram, through the real bot."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.config import config
from steelyard.flows.publish_day import announcement, publish_day
from steelyard.rulebook.queries import daily_harms
from steelyard.transparency.queries import day
from tests.flows.stories import delivered
from tests.ledger.parts import running_signer

pytestmark = pytest.mark.django_db


@pytest.fixture
def daily(telegram):
    """A channel of the operator's on Telegram, named in the settings file."""
    file = Path(os.environ["STEELYARD_HOME"], "steelyard.toml")
    file.write_text('[telegram]\nannouncements = "@our_daily_reports"\n')
    config.cache_clear()
    telegram.api.group(-1001007, "Daily reports", username="our_daily_reports", type_="channel")
    try:
        with running_signer():
            yield telegram
    finally:
        file.unlink()
        config.cache_clear()


def test_the_day_and_the_promises_that_moved_are_posted_there_once_in_three_languages(daily):
    yesterday = now().date() - timedelta(days=1)
    with set_clock(now().replace(hour=0, minute=5)):
        publish_day(yesterday)
    delivered()
    publish_day(yesterday)
    delivered()
    sent = [call for name, call in daily.api.calls if name == "sendMessage"]
    assert {call["chat_id"] for call in sent} == {"@our_daily_reports"}
    texts = [call["text"] for call in sent]
    for language in ("en", "fr", "ru"):
        assert texts.count(announcement(day(yesterday), language)) == 1, language
    assert len([text for text in texts if "/harms/" in text]) == 3 * len(daily_harms())
    assert len([text for text in texts if text.endswith("/promises")]) == 3
