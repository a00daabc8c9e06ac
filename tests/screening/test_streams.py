"""What was put into a stream is not lost, whichever stream the operator chose and whoever dies."""

import asyncio
import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.config import Stream as Settings
from steelyard.base.errors import Broken, Unreachable
from steelyard.flows.screen_arrivals import act_on, parcels
from steelyard.screening.models import Finding
from steelyard.screening.streams import LEASE, Parcel, Stream, Taken, stream_of
from tests.flows.stories import SCAM_RU
from tests.platform import attached
from tests.screening.cluster import Cluster


def some(number: int, first: int = 0) -> list[Parcel]:
    return [
        Parcel(hashlib.sha256(str(n).encode()).hexdigest(), f"sealed {n}".encode())
        for n in range(first, first + number)
    ]


async def patiently_put(stream: Stream, parcel: Parcel) -> None:
    """As the door does for a platform that sends again: until it is acknowledged."""
    for _ in range(300):
        try:
            return await stream.put([parcel])
        except Unreachable:
            await asyncio.sleep(0.1)
    raise AssertionError("the stream never took it")


async def patiently_taken(stream: Stream, wanted: int, tries: int = 300) -> list[bytes]:
    found: dict[str, bytes] = {}
    for _ in range(tries):
        try:
            taken = list(await stream.take(50))
            await stream.done(taken)
        except Unreachable:
            await asyncio.sleep(0.1)
            continue
        found |= {each.parcel.once: each.parcel.sealed for each in taken}
        if len(found) >= wanted:
            break
    return list(found.values())


async def drained(stream: Stream) -> bool:
    """A cluster confirms that a parcel is done before each of its servers has dropped it: the count follows."""
    for _ in range(300):
        if not await stream.waiting():
            return True
        await asyncio.sleep(0.1)
    return False


@pytest.mark.django_db(transaction=True)
def test_rows_are_given_in_order_once_and_again_when_whoever_took_them_died() -> None:
    stream = stream_of(Settings())

    async def story() -> tuple[list[Taken], list[Taken], list[Taken], int]:
        await stream.put(some(3))
        await stream.put(some(3))  # the same again: a platform that heard no answer
        first = list(await stream.take(2))
        second = list(await stream.take(10))
        await stream.done(second)
        with set_clock(now() + timedelta(seconds=LEASE + 1)):
            again = list(await stream.take(10))
        left = await stream.waiting()
        await stream.close()
        return first, second, again, left

    first, second, again, left = asyncio.run(story())
    assert [each.parcel for each in first] == some(2)
    assert [each.parcel for each in second] == some(1, 2)
    assert [each.parcel for each in again] == some(2)
    assert left == 2


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    found = Cluster(tmp_path)
    yield found
    found.stop()


def test_a_server_of_three_is_killed_and_nothing_acknowledged_is_lost(cluster: Cluster) -> None:
    wanted = some(300)

    async def story() -> list[bytes]:
        stream = stream_of(Settings(nats=cluster.addresses))
        reader = stream_of(Settings(nats=cluster.addresses[::-1]))
        try:
            for number, parcel in enumerate(wanted):
                if number == 150:  # the one that the writer speaks to dies in the middle
                    cluster.kill(0)
                await patiently_put(stream, parcel)
            found = await patiently_taken(reader, len(wanted))
            assert await drained(reader)
            return found
        finally:
            await stream.close()
            await reader.close()

    assert sorted(asyncio.run(story())) == sorted(parcel.sealed for parcel in wanted)


def test_a_cluster_that_lost_its_majority_says_so_instead_of_forgetting(cluster: Cluster) -> None:
    async def story() -> None:
        stream = stream_of(Settings(nats=cluster.addresses))
        try:
            await patiently_put(stream, some(1)[0])
            cluster.kill(1)
            cluster.kill(2)
            with pytest.raises(Unreachable):
                await stream.put(some(1, 1))
        finally:
            await stream.close()

    asyncio.run(story())


@pytest.mark.django_db
def test_a_parcel_is_acted_on_once_however_often_it_comes_and_only_if_it_is_ours() -> None:
    with attached() as platform:
        (parcel,) = parcels("memory", [platform.publish("$scam", SCAM_RU)], once="one")
        assert SCAM_RU.encode() not in parcel.sealed
        assert act_on(parcel).contained == 1
        before = Finding.objects.count()
        assert act_on(parcel).screened == 0
        assert Finding.objects.count() == before
        with pytest.raises(Broken):
            act_on(Parcel("two", parcel.sealed[:-1] + bytes([parcel.sealed[-1] ^ 1])))
