"""The rounds that ask the platform for what it forgot to push, in the memory of an afternoon."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from steelyard.base.errors import Unreachable
from steelyard.enforcement.connector import SeenPost
from steelyard.enforcement.models import Measure
from steelyard.intake.catch_up import catch_up, catch_up_once, set_aside
from tests.flows.stories import SCAM
from tests.platform import MemoryPlatform, attached


class Forgetful(MemoryPlatform):
    """A platform that can be asked about the past, and that has trouble a few times first."""

    troubles: list[Exception]
    asked = 0

    def posts_after(self, cursor: str, **_more: object) -> tuple[tuple[str, ...], str]:
        self.asked += 1
        if self.troubles:
            raise self.troubles.pop()
        ids = tuple(self.posts)
        return ids[int(cursor or 0) :], str(len(ids))

    def look_up(self, ids: list[str]) -> tuple[SeenPost, ...]:
        return tuple(self.posts[each] for each in ids)


@pytest.fixture
def platform(transactional_db: None) -> Iterator[Forgetful]:
    found = Forgetful()
    found.troubles = []
    with attached(found):
        yield found


async def _elsewhere(work: Callable[[], Any]) -> Any:
    def worked() -> Any:
        try:
            return work()
        finally:
            connections.close_all()

    return await asyncio.get_running_loop().run_in_executor(None, worked)


def in_a_loop(work: Callable[[], Any]) -> Any:
    with ThreadPoolExecutor(1) as other:  # a browser test may have left its event loop in this thread
        return other.submit(asyncio.run, work()).result()


def test_the_rounds_go_on_after_trouble_and_nothing_in_between_is_lost(
    platform: Forgetful, tmp_path: Path
) -> None:
    platform.troubles = [Unreachable("gone"), RuntimeError("a fault of ours"), Unreachable("gone")]
    platform.publish("p1", SCAM)

    async def rounds() -> None:
        running = asyncio.create_task(catch_up(tmp_path, _elsewhere, _elsewhere, every=0.01))
        while not (tmp_path / "memory-posts-cursor").exists():
            await asyncio.sleep(0.01)
        platform.publish("p2", SCAM + " Hurry up.")
        while (tmp_path / "memory-posts-cursor").read_text() != "2":
            await asyncio.sleep(0.01)
        seen = platform.asked
        while platform.asked < seen + 3:  # quiet rounds change nothing
            await asyncio.sleep(0.01)
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running

    in_a_loop(lambda: asyncio.wait_for(rounds(), 30))
    assert sorted(Measure.objects.values_list("subject__native_id", flat=True)) == ["p1", "p2"]


def test_what_was_set_aside_is_kept_until_it_was_tried_again(platform: Forgetful, tmp_path: Path) -> None:
    platform.publish("p1", SCAM)
    (tmp_path / "memory-posts-cursor").write_text("1")
    set_aside(tmp_path, "memory", "p1", ValueError())

    def killed(ids: list[str]) -> tuple[SeenPost, ...]:
        raise KeyboardInterrupt

    def once() -> Any:
        return catch_up_once("memory", tmp_path, _elsewhere, _elsewhere, left_over=True)

    whole, platform.look_up = platform.look_up, killed  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        in_a_loop(once)
    platform.look_up = whole  # type: ignore[method-assign]
    assert in_a_loop(once) == 1
    assert Measure.objects.get().subject.native_id == "p1"
    assert in_a_loop(once) == 0
    assert not list(tmp_path.glob("*set-aside*"))
