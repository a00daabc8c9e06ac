"""The stream as NATS JetStream, for a fleet: replicated files on several servers, one of which may die."""

import asyncio
from collections.abc import Sequence

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import ConsumerConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from steelyard.base.config import Stream as Settings
from steelyard.base.errors import Unreachable
from steelyard.screening.streams import LEASE, Parcel, Taken

NAME, SUBJECT, READER = "STEELYARD_ITEMS", "steelyard.items", "screening"
REMEMBERED = 2 * 60.0
"""Seconds in which a parcel that is put twice is kept once; later, whoever acts on it still does it once."""
PATIENCE = 5.0


class JetStream:
    """Connects on first use, and again by itself when a server dies."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Client | None = None
        self._there = False
        self._reader: JetStreamContext.PullSubscription | None = None

    async def put(self, parcels: Sequence[Parcel]) -> None:
        """Each is acknowledged by a majority of the servers before this returns."""
        try:
            stream = await self._stream()
            await asyncio.gather(*(self._publish(stream, parcel) for parcel in parcels))
        except (NatsError, OSError, TimeoutError) as fault:
            raise _silent(fault) from fault

    async def _publish(self, stream: JetStreamContext, parcel: Parcel) -> None:
        headers = {"Nats-Msg-Id": parcel.once}
        await stream.publish(SUBJECT, parcel.sealed, headers=headers, timeout=PATIENCE)

    async def take(self, most: int) -> Sequence[Taken]:
        try:
            if self._reader is None:
                settings = ConsumerConfig(ack_wait=LEASE, max_ack_pending=10_000)
                self._reader = await (await self._stream()).pull_subscribe(SUBJECT, READER, NAME, settings)
            found = await self._reader.fetch(most, timeout=0.5)
        except TimeoutError:  # there is nothing to do, which is no trouble
            return []
        except (NatsError, OSError) as fault:
            self._reader = None
            raise _silent(fault) from fault
        return [Taken(Parcel((each.headers or {}).get("Nats-Msg-Id", ""), each.data), each) for each in found]

    async def done(self, taken: Sequence[Taken]) -> None:
        try:
            for each in taken:
                await each.mark.ack_sync(timeout=PATIENCE)
        except (NatsError, OSError, TimeoutError) as fault:
            raise _silent(fault) from fault  # they come again, and are recognised

    async def waiting(self) -> int:
        try:
            told = await (await self._stream()).stream_info(NAME)
        except (NatsError, OSError, TimeoutError) as fault:
            raise _silent(fault) from fault
        return told.state.messages

    async def close(self) -> None:
        if self._client:
            await self._client.close()
            self._client = self._reader = None

    async def _stream(self) -> JetStreamContext:
        if self._client is None:
            # Once connected it tries for ever; a first connection that nobody answers would never come back.
            try:
                self._client = await asyncio.wait_for(self._connected(), PATIENCE)
            except TimeoutError as fault:
                raise _silent(fault) from fault
        stream = self._client.jetstream(timeout=PATIENCE)
        if not self._there:
            try:
                await stream.stream_info(NAME)
            except NotFoundError:
                await stream.add_stream(self._config())
            self._there = True
        return stream

    async def _connected(self) -> Client:
        return await nats.connect(
            list(self._settings.nats), connect_timeout=PATIENCE, max_reconnect_attempts=-1,
            reconnect_time_wait=0.2, user_credentials=self._settings.credentials or None,
            error_cb=_quiet,
        )  # fmt: skip

    def _config(self) -> StreamConfig:
        return StreamConfig(
            name=NAME, subjects=[SUBJECT], num_replicas=self._settings.replicas, storage=StorageType.FILE,
            retention=RetentionPolicy.WORK_QUEUE, duplicate_window=REMEMBERED,
        )  # fmt: skip


async def _quiet(_fault: Exception) -> None:
    """A server that dies is no news: the client goes to the next one, and what fails is raised where it matters."""


def _silent(fault: BaseException) -> Unreachable:
    return Unreachable("The stream does not answer at the moment.", type(fault).__name__)
