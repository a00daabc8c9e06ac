"""The outbox: claim what is due, act outside any transaction, write the result only while the fence holds."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event
from typing import TypeVar

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q

from steelyard.base.clock import database_now
from steelyard.base.errors import Refused, SteelyardError, Unreachable, gettext_noop
from steelyard.base.models import Dispatch, DispatchState

_log = logging.getLogger(__name__)
CHANNEL = "steelyard_outbox"
Row = TypeVar("Row", bound=Dispatch)


def ring() -> None:
    """Wake the worker when this transaction commits. The sweep finds the rows even if nobody hears it."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def listen() -> None:
    """Hear the bell on this thread's connection."""
    with connection.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")


def wait_for_ring(*, seconds: float) -> None:
    """Until somebody rings, at most this long."""
    for _ in connection.connection.notifies(timeout=seconds, stop_after=1):
        return


def keep_delivering(stop: Event, deliver: Callable[[], int]) -> None:
    """Until `stop`: deliver what is due whenever a transaction rings, and every two seconds what was put off."""
    while not stop.is_set():
        try:
            listen()
            while not stop.is_set():
                while deliver():
                    pass
                wait_for_ring(seconds=2)
        except DatabaseError as trouble:  # the database went away: the rows are safe in it, so come back
            _log.warning("%s waits for the database: %s", deliver.__name__, type(trouble).__name__)
            connection.close()
            stop.wait(1)
    connection.close()


def claim(model: type[Row], *, limit: int, lease: timedelta) -> list[Row]:
    """Take up to `limit` due rows for the length of `lease`; other workers pass them by.

    A row whose lease ran out belongs to a worker that died: it is taken again, with a higher fence.
    """
    moment = database_now()
    # A row that asked for no delay is due whatever the clock of the machine that wrote it says.
    at_once = Q(not_before__lte=moment) | Q(
        attempts=0, not_before__lte=F("created_at") + timedelta(seconds=1)
    )
    due = Q(at_once, state=DispatchState.QUEUED) | Q(state=DispatchState.SENDING, lease_until__lt=moment)
    with transaction.atomic():
        rows: Sequence[Row] = list(
            model._default_manager.select_for_update(skip_locked=True, of=("self",))
            .filter(due)
            .order_by("pk")[:limit]
        )
        for row in rows:
            row.state, row.fence, row.attempts = DispatchState.SENDING, row.fence + 1, row.attempts + 1
            row.lease_until = moment + lease
        model._default_manager.bulk_update(rows, ["state", "fence", "attempts", "lease_until"])
    return list(rows)


def still_mine(row: Row) -> bool:
    """Lock the row and say whether our claim holds. Call it in the transaction that writes the result."""
    return (
        type(row)._default_manager.select_for_update(of=("self",)).filter(pk=row.pk, fence=row.fence).exists()
    )


def try_later(row: Dispatch, error: str) -> None:
    """Back to the queue, at growing distance. It stays visible until confirmed."""
    type(row)._default_manager.filter(pk=row.pk, fence=row.fence).update(
        state=DispatchState.QUEUED, not_before=row.retry_at(database_now()), last_error=error[:500]
    )


@contextmanager
def attempt(
    *rows: Dispatch,
    later: Callable[[Dispatch, str], None] | None = None,
    refused: Callable[[Dispatch, str], None] | None = None,
) -> Iterator[None]:
    """What goes wrong inside is written on `rows`, and the others go on: out of reach or a fault of ours is tried
    `later`, what the other side has `refused` is given up. A database that is away stops the round."""
    put_off, end = later or try_later, refused or give_up
    try:
        yield
        return
    except Unreachable as trouble:
        settle, error = put_off, trouble.lines()
    except SteelyardError as trouble:
        settle, error = end, trouble.lines()
    except DatabaseError:
        raise
    except Exception as fault:  # whatever is wrong with one of them must not stop the others
        _log.warning("%s: a fault of ours: %s", type(rows[0]).__name__, type(fault).__name__)
        settle, error = put_off, f"A fault of ours: {type(fault).__name__}."
    for row in rows:
        settle(row, error)


def confirm(row: Dispatch) -> bool:
    """It has arrived. False, and nothing is written, when another worker has the row by now.

    Call it in the transaction that writes what follows from it.
    """
    mine = still_mine(row)
    if mine:
        row.state, row.confirmed_at = DispatchState.CONFIRMED, database_now()
        row.save(update_fields=["state", "confirmed_at"])
    return mine


def wait_for(row: Dispatch, before: Dispatch) -> None:
    """Back to the queue until `before`, which goes out first, has had its turn."""
    turns = {DispatchState.QUEUED: before.not_before, DispatchState.SENDING: before.lease_until}
    turn = turns.get(DispatchState(before.state)) or database_now()
    type(row)._default_manager.filter(pk=row.pk, fence=row.fence).update(
        state=DispatchState.QUEUED, not_before=turn
    )


def give_up(row: Dispatch, error: str) -> None:
    """The other side refused for good: a person has to look."""
    type(row)._default_manager.filter(pk=row.pk, fence=row.fence).update(
        state=DispatchState.FAILED, last_error=error[:500]
    )


def send_again(row: Dispatch) -> None:
    """A person has looked: what was given up goes back to the queue at once. Raises Refused otherwise."""
    if row.state != DispatchState.FAILED:
        raise Refused(
            gettext_noop("This is on its way already, or done."), do=gettext_noop("Load the page again.")
        )
    row.state, row.not_before, row.attempts = DispatchState.QUEUED, database_now(), 0
    row.save(update_fields=["state", "not_before", "attempts"])


def outboxes() -> list[type[Dispatch]]:
    """Every table of effects that have to reach somebody outside."""
    return [model for model in apps.get_models() if issubclass(model, Dispatch)]


def backlog(model: type[Dispatch]) -> dict[str, int]:
    """How many rows wait, are under way, or failed."""
    states = (DispatchState.QUEUED, DispatchState.SENDING, DispatchState.FAILED)
    return {state: model._default_manager.filter(state=state).count() for state in states}
