"""What carries found items from a door to whoever acts on them. Transport only: the truth is in PostgreSQL.

At least once, never lost after `put` returned; whoever takes them does each once (`flows.screen_arrivals`).
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from steelyard.base.config import Stream as Settings


class Parcel(NamedTuple):
    """One batch. `once` is the same for the same batch, however often it is put."""

    once: str
    sealed: bytes


class Taken(NamedTuple):
    parcel: Parcel
    mark: Any
    """What the stream needs to know when it is done."""


class Stream(Protocol):
    async def put(self, parcels: Sequence[Parcel]) -> None:
        """Durable when this returns. Raises Unreachable: then put the same again."""
        ...

    async def take(self, most: int) -> Sequence[Taken]:
        """Up to `most`, oldest first, lent for a minute; whoever dies over them gives them back. May be none."""
        ...

    async def done(self, taken: Sequence[Taken]) -> None:
        """They were dealt with and need not come again."""
        ...

    async def waiting(self) -> int:
        """How many are not done, for `doctor`; may trail what was just done by a moment."""
        ...

    async def close(self) -> None: ...


LEASE = 60.0
"""Seconds."""


def stream_of(settings: Settings) -> Stream:
    """The stream the operator chose."""
    if settings.nats:
        from steelyard.screening.streams.jetstream import JetStream

        return JetStream(settings)
    from steelyard.screening.streams.rows import Rows

    return Rows()
