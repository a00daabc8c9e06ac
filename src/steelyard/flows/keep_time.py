"""Clocks are kept, people are rung, and somebody else watches that this happens.

The worker runs `run`: each second every clock that has come to a step tells its person, every ring that nobody
answered goes on, and the heartbeat says so. Another process runs `watch`: when the heartbeat stops it rings by itself;
when the database does not answer it rings whoever was on call when it last did.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread

from django.db import DatabaseError, connection

from steelyard.base.clock import now
from steelyard.base.outbox import listen, wait_for_ring
from steelyard.cases.escalation import escalate
from steelyard.oncall import tasks
from steelyard.oncall.actions import advance_rings
from steelyard.rulebook.queries import fact

_log = logging.getLogger(__name__)
KEEPER = "clocks"
EVERY = 1.0  # seconds
LOOK_EVERY = 5.0


def run(stop: Event) -> None:
    """Until `stop`: clocks in this thread, calls in another, so that a slow channel delays no clock."""
    calls = Thread(target=_rounds, args=[stop, deliver_round, wait_for_call], name="calls", daemon=True)
    calls.start()
    _rounds(stop, keep_round, lambda: stop.wait(EVERY))
    calls.join(10)


def keep_round() -> None:
    """One round of the clocks. The heartbeat comes last: a round that fails is a silent keeper."""
    while escalate():
        pass
    while advance_rings():
        pass
    tasks.beat(KEEPER)


def deliver_round() -> None:
    listen()
    while tasks.deliver_calls():
        pass


def wait_for_call() -> None:
    wait_for_ring(seconds=EVERY)


def _rounds(stop: Event, work: Callable[[], object], wait: Callable[[], object]) -> None:
    while not stop.is_set():
        try:
            work()
            wait()
        except DatabaseError as trouble:  # everything is in the database: come back when it does
            _log.warning("%s: the database is away (%s).", work.__name__, type(trouble).__name__)
            connection.close()
            stop.wait(EVERY)
        except Exception:  # one clock that we cannot deal with must not stop the thread that keeps the others
            _log.exception("%s failed.", work.__name__)
            stop.wait(EVERY)
    connection.close()


class Watch:
    """The independent watch: it needs neither the keeper nor, once it has looked, the database."""

    def __init__(self) -> None:
        self.people: list[tuple[str, list[str]]] = []
        self.away_since: datetime | None = None
        self.cried_at: datetime | None = None

    def look(self) -> None:
        """Once every few seconds."""
        try:
            self._ask()
        except DatabaseError:
            connection.close()
            self._without_database(now())

    def _ask(self) -> None:
        alive = tasks.watch(KEEPER)
        self.people, self.away_since, self.cried_at = tasks.remembered(), None, None
        if not alive:  # nobody else does now
            while advance_rings():
                pass
            while tasks.deliver_calls():
                pass

    def _without_database(self, moment: datetime) -> None:
        """The machine's own clock, because there is no other: it measures a wait and dates nothing."""
        self.away_since = self.away_since or moment
        waited = moment - self.away_since
        again = fact("house.ring_everybody_again", moment.date()).period()
        if waited < fact("house.keeper_silent", moment.date()).period():
            return
        if self.cried_at is None or moment - self.cried_at >= again:
            self.cried_at = moment
            reached = tasks.cry_out(self.people, self.away_since)
            _log.critical("The database does not answer. %d channels took the call.", reached)


def watch(stop: Event) -> None:
    """Until `stop`, in a thread of a process that keeps no clocks itself."""
    looking = Watch()
    while not stop.wait(LOOK_EVERY):
        try:
            looking.look()
        except Exception:
            _log.exception("The watch over the clocks failed.")
    connection.close()
