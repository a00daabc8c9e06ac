"""uvicorn's protocol with an end to its patience: a request's headers arrive in time and are of a bounded size.

Whoever opens a connection and never says what they want is let go of. Bodies have their own limits (`__main__`).
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SLOWEST = 60.0
"""Seconds that headers, and afterwards a body, may take to arrive."""
LARGEST_HEAD = 64 * 1024
"""Bytes of headers that are read before it is looked at how many there are already."""


class Bounded(HttpToolsProtocol):
    _clock: asyncio.TimerHandle | None = None
    _head = 0
    """Bytes of unfinished headers"""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._start()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._start()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._clock is not None:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self.transport.close()

    def on_headers_complete(self) -> None:
        self._stop()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _start(self) -> None:
        self._stop()
        self._head, self._clock = 0, self.loop.call_later(SLOWEST, self.transport.close)

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
