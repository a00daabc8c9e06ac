"""The homeserver is killed in the middle of what people say: every post is screened once, and none is lost."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from steelyard.screening.models import Tally
from tests.homeserver import STARTS_WITHIN, Homeserver, wait_until
from tests.intake.conftest import Intake

WRITERS = 8


@pytest.fixture
def catching_up(homeserver: Homeserver, intake: Intake) -> Iterator[Intake]:
    """The process as it runs in a house: it asks for what a killed homeserver forgot to push, from now on."""
    cursor = homeserver.home / "intake" / "matrix-posts-cursor"
    before = intake.env["STEELYARD_CATCH_UP_SECONDS"]
    intake.kill()
    cursor.unlink(missing_ok=True)
    intake.env["STEELYARD_CATCH_UP_SECONDS"] = "1"
    intake.start()
    wait_until(cursor.exists, seconds=STARTS_WITHIN)
    yield intake
    intake.kill()
    intake.env["STEELYARD_CATCH_UP_SECONDS"] = before


def screened() -> int:
    return sum(Tally.objects.values_list("screened", flat=True))


def many(homeserver: Homeserver, room: str, count: int, word: str) -> None:
    uma = homeserver.person("uma")
    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(lambda number: homeserver.say(uma, room, f"{word} {number}"), range(count)))


def survives(homeserver: Homeserver, *, posts: int, down: float) -> float:
    """Half before the kill, half after it. Returns the seconds from the last post until all were screened."""
    room = homeserver.channel(homeserver.person("uma"))
    many(homeserver, room, posts // 2, "Before")
    assert homeserver.process
    homeserver.process.kill()
    homeserver.process.wait()
    time.sleep(down)  # the length of the outage is what is tried
    homeserver.start()
    many(homeserver, room, posts - posts // 2, "After")
    begun = time.monotonic()
    wait_until(lambda: screened() >= posts, seconds=600)
    assert screened() == posts, "each of them once"
    return time.monotonic() - begun


def test_a_homeserver_that_is_killed_loses_no_post(homeserver: Homeserver, catching_up: Intake) -> None:
    survives(homeserver, posts=60, down=0)


@pytest.mark.soak
def test_a_homeserver_that_is_down_for_a_minute_loses_none_of_two_thousand(
    homeserver: Homeserver, catching_up: Intake
) -> None:
    waited = survives(homeserver, posts=2000, down=60)
    load = os.getloadavg()[0]
    print(f"\n2,000 of 2,000, the last {waited:.1f} s after it was sent; load {load:.1f}")  # noqa: T201


@pytest.mark.soak
def test_two_thousand_posts_sent_while_we_are_down_all_arrive(homeserver: Homeserver, intake: Intake) -> None:
    room = homeserver.channel(homeserver.person("uma"))
    intake.kill()
    many(homeserver, room, 2000, "Unheard")
    assert screened() == 0
    intake.start()
    begun = time.monotonic()
    wait_until(lambda: screened() >= 2000, seconds=900)
    assert screened() == 2000
    load = os.getloadavg()[0]
    print(f"\n2,000 of 2,000, {time.monotonic() - begun:.1f} s after our return; load {load:.1f}")  # noqa: T201
