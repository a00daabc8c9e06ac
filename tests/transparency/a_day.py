"""One Monday, played and published: what two files of tests look at from inside and from outside."""

from datetime import UTC, date, datetime

import pytest

from steelyard.base.clock import set_clock
from steelyard.flows.publish_day import publish_day
from steelyard.transparency.queries import day
from tests.flows.stories import HARMLESS, SCAM, SCAM_RU, decided, delivered, noticed, screened

MONDAY, TUESDAY, WEDNESDAY = date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 2)


def on(when, hour=12):
    return set_clock(datetime(when.year, when.month, when.day, hour, tzinfo=UTC))


@pytest.fixture
def monday(platform):
    """A rule hides one post, a person another after a notice; one post is harmless."""
    with on(MONDAY):
        screened(platform, "$rule", SCAM_RU)
        screened(platform, "$clean", HARMLESS)
        platform.publish("$notice", SCAM)
        noticed("$notice")
        decided("ada")
        delivered()
    return platform


def published(when, on_day=WEDNESDAY):
    with on(on_day):
        publish_day(when)
        return day(when)
