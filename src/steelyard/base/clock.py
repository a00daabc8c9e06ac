"""The one clock. Code asks `now()`; tests and drills set it; nobody reads the machine's clock directly."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_reads: ContextVar[Callable[[], datetime] | None] = ContextVar("steelyard_clock", default=None)


def now() -> datetime:
    """The current time, in UTC, with microseconds."""
    read = _reads.get()
    return read() if read else datetime.now(UTC)


def database_now() -> datetime:
    """The time a deadline is written and read by: the database's, one for all machines; tests set it too.

    A machine whose clock stepped changes no deadline. Costs a round trip, so only clocks that bind ask it.
    """
    read = _reads.get()
    return read() if read else database_time()


def database_time() -> datetime:
    """What the database's clock says this moment, even inside a long transaction."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    assert row  # noqa: S101 - a SELECT without FROM has one row
    moment: datetime = row[0]
    return moment.astimezone(UTC)


@contextmanager
def set_clock(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` (timezone-aware) for tests and drills."""
    if moment.tzinfo is None:
        raise ValueError("A moment without a time zone means a different time in each country.")
    held = moment.astimezone(UTC)
    token = _reads.set(lambda: held)
    try:
        yield
    finally:
        _reads.reset(token)


@contextmanager
def run_clock(moment: datetime, *, speed: float, since: float | None = None) -> Iterator[None]:
    """Let the clock run from `moment`, `speed` times as fast, for drills. `since`: `time.monotonic()` at `moment`."""
    begun = time.monotonic() if since is None else since
    token = _reads.set(lambda: moment + timedelta(seconds=(time.monotonic() - begun) * speed))
    try:
        yield
    finally:
        _reads.reset(token)
