"""Calls on their way to the services that ring people: several at once, and none waits for another.

Whatever a service does, a call that it has not taken within `PATIENCE` counts as not taken; its thread is left to
the service's own time limits. Nothing here asks the database.
"""

from collections.abc import Iterator
from contextvars import copy_context
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic

from steelyard.base.errors import Unreachable
from steelyard.oncall.channels import send
from steelyard.oncall.models import Call

PATIENCE = 10.0
"""Seconds that a service has to take a call"""
MOST = 32
"""Calls on their way at once"""


@dataclass(frozen=True)
class Came:
    """What came of one call: None when the service took it."""

    row: Call
    fault: Exception | None


class Outgoing:
    """The calls that one process has on their way."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._under_way: dict[tuple[int, int], tuple[Call, float]] = {}
        self._done: SimpleQueue[Came] = SimpleQueue()

    def __len__(self) -> int:
        return len(self._under_way)

    @property
    def free(self) -> int:
        return MOST - len(self)

    def start(self, row: Call, address: str, title: str, text: str) -> None:
        """Send it in a thread of its own; `came` says what came of it."""
        self._under_way[row.pk, row.fence] = (row, monotonic() + self._patience)
        Thread(target=copy_context().run, args=(self._send, row, address, title, text), daemon=True).start()

    def came(self, *, seconds: float) -> Iterator[Came]:
        """What is over, waiting at most this long for the first."""
        wait = min([seconds, *(until - monotonic() for _row, until in self._under_way.values())])
        while self._under_way:
            try:
                one = self._done.get(timeout=max(0.0, wait))
            except Empty:
                break
            if self._under_way.pop((one.row.pk, one.row.fence), None):
                yield one
            wait = 0.0
        for key, (row, until) in list(self._under_way.items()):
            if until <= monotonic():
                del self._under_way[key]
                yield Came(row, Unreachable("The channel did not answer in time.", do="It is tried again."))

    def _send(self, row: Call, address: str, title: str, text: str) -> None:
        try:
            send(address, title=title, text=text)
            self._done.put(Came(row, None))
        except Exception as fault:  # told to the thread that keeps the rows
            self._done.put(Came(row, fault))
