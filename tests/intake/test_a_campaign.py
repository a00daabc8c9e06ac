"""Five hundred posts of one campaign on a real Synapse: gone at once, and back as they were (-s prints)."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import transaction

from steelyard.decisions.models import Decision
from steelyard.enforcement.connector import forget_connectors, register
from steelyard.enforcement.models import Measure
from steelyard.flows.deliver import deliver_measures
from steelyard.flows.lift import lift
from steelyard.flows.screen_posts import screen_posts
from tests.flows.stories import SCAM_RU
from tests.homeserver import Homeserver, own_homeserver

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]
POSTS, WRITERS = 500, 4
SECONDS = 2.0


@pytest.fixture
def town() -> Iterator[Homeserver]:
    """Its own: nothing that waits for an intake is left to others."""
    with own_homeserver() as server:
        register("matrix", server.connected)
        yield server
        forget_connectors()


class Member:
    """Somebody who looks at the channel all the time, and when they last saw as many posts as there are to be."""

    def __init__(self, town: Homeserver, room: str, name: str) -> None:
        self._town, self._room, self._who = town, room, town.person(name)

    def reads(self) -> list[dict[str, object]]:
        return self._town.messages(self._who, self._room, limit=1000)

    def until(self, posts: int) -> float:
        """Seconds from now until the member reads so many; given two minutes."""
        begun = time.monotonic()
        while len(self.reads()) != posts:
            assert time.monotonic() - begun < 120
        return time.monotonic() - begun


def worked(town: Homeserver) -> float:
    """Seconds of processor that we and Synapse have used: what a busy machine does not stretch."""
    assert town.process
    ticks = Path(f"/proc/{town.process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def carried_out(member: Member, posts: int, town: Homeserver) -> tuple[float, float]:
    """The worker goes round while the member looks. Returns the seconds until they read so many posts, and the
    processor's seconds until then, the member's own looking included."""
    took: list[tuple[float, float]] = []
    begun = worked(town)
    looking = threading.Thread(target=lambda: took.append((member.until(posts), worked(town) - begun)))
    looking.start()
    while deliver_measures():
        pass
    looking.join()
    return took[0]


def test_a_campaign_of_five_hundred_posts_is_contained_at_once_and_comes_back_unchanged(
    town: Homeserver,
) -> None:
    writers = [town.person(f"writer-{number}") for number in range(WRITERS)]
    room = town.channel(*writers, town.person("rhea"))
    member = Member(town, room, "rhea")
    with ThreadPoolExecutor(WRITERS) as pool:
        ids = list(pool.map(lambda n: town.say(writers[n % WRITERS], room, SCAM_RU), range(POSTS)))
    before = member.reads()
    assert len(before) == POSTS
    seen = town.connector.look_up(ids)
    screen_posts("matrix", seen, "campaign")
    assert Measure.objects.count() == POSTS

    contained, work = carried_out(member, 0, town)
    assert set(Measure.objects.values_list("state", flat=True)) == {"confirmed"}

    with transaction.atomic():
        for decision in Decision.objects.all():
            lift([decision], "steelyard", because="We allow this advertisement.", case=None, copies=False)
    restored, work_back = carried_out(member, POSTS, town)
    assert member.reads() == before
    said = f"{POSTS} posts: contained {contained:.2f} s ({work:.2f} s of processor), back {restored:.2f} s"
    said += f" ({work_back:.2f} s); load {os.getloadavg()[0]:.1f}"
    print("\n" + said)  # noqa: T201
    assert contained < SECONDS
