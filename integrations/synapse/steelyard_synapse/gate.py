# SPDX-License-Identifier: AGPL-3.0-or-later
"""One pipelined connection to the gate: JSON lines over a Unix socket, a budget, a breaker, counters.

Recovery is found by pings of our own and never by holding somebody's post.
"""

import json
import logging
from typing import Any

from synapse.logging.context import PreserveLoggingContext, make_deferred_yieldable
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.protocol import ClientFactory, connectionDone
from twisted.protocols.basic import LineOnlyReceiver
from twisted.python.failure import Failure

from steelyard_synapse.breaker import Breaker
from steelyard_synapse.refusals import Refusals

logger = logging.getLogger(__name__)

PATIENCE = 0.05
"""Seconds any question may wait; beyond it a send counts as held, and only three may be."""
BUDGET = 0.25
"""Seconds a held send waits in all."""
PROBE_EVERY = 5.0
RECONNECT_AFTER = 1.0

Answer = dict[str, Any]


class _Line(LineOnlyReceiver):
    delimiter = b"\n"
    MAX_LENGTH = 64 * 1024 * 1024  # the refusals arrive as one line

    def __init__(self, gate: "Gate") -> None:
        self.gate = gate

    def connectionMade(self) -> None:
        self.gate.on_connected(self)

    def lineReceived(self, line: bytes) -> None:
        self.gate.on_line(line)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.gate.on_lost(self)


class _Lines(ClientFactory):
    noisy = False

    def __init__(self, gate: "Gate") -> None:
        self.gate = gate

    def buildProtocol(self, addr: Any) -> _Line:
        return _Line(self.gate)

    def clientConnectionFailed(self, connector: Any, reason: Failure) -> None:
        self.gate.reconnect()


class Gate:
    def __init__(self, reactor: Any, socket: str, refusals: Refusals) -> None:
        self.reactor, self.socket, self.refusals = reactor, socket, refusals
        self.breaker = Breaker(reactor.seconds)
        self.line: _Line | None = None
        self.counters = dict.fromkeys(
            ("asked", "answered", "refused", "held", "timed_out", "released", "passed_unasked", "opened",
             "connections"), 0,
        )  # fmt: skip
        self._number = 0
        self._waiting: dict[int, tuple[Deferred[Answer | None], IDelayedCall, bool]] = {}
        self._probe: IDelayedCall | None = None

    def connect(self) -> None:
        with PreserveLoggingContext():
            self.reactor.connectUNIX(self.socket, _Lines(self), timeout=2)

    def reconnect(self) -> None:
        self.reactor.callLater(RECONNECT_AFTER, self.connect)

    async def ask(self, question: Answer) -> Answer | None:
        """The gate's answer, or None when the post should pass because nobody answers in time."""
        if self.breaker.open or self.line is None:
            self.counters["passed_unasked"] += 1
            return None
        self.counters["asked"] += 1
        self._number += 1
        waiting: Deferred[Answer | None] = Deferred()
        timer = self.reactor.callLater(PATIENCE, self._impatient, self._number)
        self._waiting[self._number] = (waiting, timer, False)
        self._send({**question, "id": self._number})
        return await make_deferred_yieldable(waiting)

    def status(self) -> Answer:
        return {
            "connected": self.line is not None,
            "breaker": "open" if self.breaker.open else "closed",
            "waiting": len(self._waiting),
            **self.counters,
            "refusals": self.refusals.counts(),
        }

    def _impatient(self, number: int) -> None:
        waiting, _, _ = self._waiting[number]
        if not self.breaker.may_hold():
            self.counters["released"] += 1
            self._finish(number, None)
            return
        self.breaker.held()
        self.counters["held"] += 1
        timer = self.reactor.callLater(BUDGET - PATIENCE, self._late, number)
        self._waiting[number] = (waiting, timer, True)

    def _late(self, number: int) -> None:
        self.counters["timed_out"] += 1
        waiting, timer, _ = self._waiting[number]
        self._waiting[number] = (waiting, timer, False)
        opens = self.breaker.failed()
        self._finish(number, None)
        if opens:
            self._opened("the gate did not answer three sends")

    def _opened(self, why: str) -> None:
        self.counters["opened"] += 1
        logger.warning("Steelyard's gate is left out: %s. Posts pass unasked until it answers.", why)
        for number in list(self._waiting):
            self._finish(number, None)
        self._probe_later(PROBE_EVERY)

    def _finish(self, number: int, answer: Answer | None) -> None:
        waiting, timer, held = self._waiting.pop(number)
        if timer.active():
            timer.cancel()
        if held:
            self.breaker.answered()
        with PreserveLoggingContext():
            waiting.callback(answer)

    # What the connection tells us.

    def on_connected(self, line: _Line) -> None:
        self.line = line
        self.counters["connections"] += 1
        self._probe_now()

    def on_line(self, raw: bytes) -> None:
        try:
            said = json.loads(raw)
        except ValueError:
            logger.warning("Steelyard's gate sent a line that is not JSON.")
            return
        if "refusals" in said:
            self.refusals.replace(said["refusals"])
        elif "files" in said:
            self.refusals.replace_files(said["files"])
        elif "pong" in said:
            self._recovered()
        elif said.get("id") in self._waiting:
            self.counters["answered"] += 1
            self.counters["refused"] += 1 if said.get("refuse") else 0
            self._finish(said["id"], said)

    def on_lost(self, line: _Line) -> None:
        if self.line is not line:
            return
        self.line = None
        was_open = self.breaker.open
        self.breaker.lost()
        if not was_open:
            self._opened("the connection was lost")
        self.reconnect()

    def _recovered(self) -> None:
        if self.breaker.open:
            logger.info("Steelyard's gate answers again.")
        self.breaker.recovered()

    def _probe_later(self, seconds: float) -> None:
        if self._probe is None or not self._probe.active():
            self._probe = self.reactor.callLater(seconds, self._probe_now)

    def _probe_now(self) -> None:
        if self.line is not None and self.breaker.open:
            self._send({"ping": True})
            self._probe_later(PROBE_EVERY)

    def _send(self, said: Answer) -> None:
        if self.line is not None:
            self.line.sendLine(json.dumps(said, separators=(",", ":")).encode())
