# SPDX-License-Identifier: AGPL-3.0-or-later
"""When to stop asking. A send is held by a silent gate at most three times, then not at all."""

from collections import deque
from collections.abc import Callable

HOLDS = 3
WINDOW = 30.0
"""Seconds for which a failure is remembered: a gate that answers now and then must not hold every send."""


class Breaker:
    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.open = True  # until the gate has answered once
        self.holding = 0
        self._failures: deque[float] = deque()

    def may_hold(self) -> bool:
        """May one more send wait out the full budget? The caller then calls `held`."""
        self._forget()
        return not self.open and self.holding + len(self._failures) < HOLDS

    def held(self) -> None:
        self.holding += 1

    def answered(self) -> None:
        """A held send got its answer after all."""
        self.holding -= 1

    def failed(self) -> bool:
        """A held send got none. Returns whether this was the one that opened the breaker."""
        self.holding -= 1
        self._failures.append(self.clock())
        self._forget()
        opens = not self.open and len(self._failures) >= HOLDS
        self.open = self.open or opens
        return opens

    def lost(self) -> None:
        """The connection is gone: nobody to ask."""
        self.open = True

    def recovered(self) -> None:
        self.open = False
        self._failures.clear()

    def _forget(self) -> None:
        while self._failures and self._failures[0] < self.clock() - WINDOW:
            self._failures.popleft()
