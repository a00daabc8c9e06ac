"""The stream as rows of our own PostgreSQL: what every house has."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.db import OperationalError, close_old_connections, connection, transaction
from django.db.models import Q

from steelyard.base.clock import now
from steelyard.base.errors import Unreachable
from steelyard.screening.models import Arrival
from steelyard.screening.streams import LEASE, Parcel, Taken

Got = TypeVar("Got")


class Rows:
    async def put(self, parcels: Sequence[Parcel]) -> None:
        await _in_thread(lambda: _put(parcels))

    async def take(self, most: int) -> Sequence[Taken]:
        return await _in_thread(lambda: _take(most))

    async def done(self, taken: Sequence[Taken]) -> None:
        await _in_thread(lambda: Arrival.objects.filter(pk__in=[each.mark for each in taken]).delete())

    async def waiting(self) -> int:
        return await _in_thread(Arrival.objects.count)

    async def close(self) -> None:
        await sync_to_async(lambda: connection.close(), thread_sensitive=True)()  # noqa: PLW0108 - that thread's own


async def _in_thread(work: Callable[[], Got]) -> Got:
    """In the one thread kept for the database, with a connection that is alive."""

    def fresh() -> Got:
        if not transaction.get_connection().in_atomic_block:
            close_old_connections()
        try:
            return work()
        except OperationalError as fault:
            raise Unreachable("The database does not answer at the moment.", type(fault).__name__) from fault

    return await sync_to_async(fresh, thread_sensitive=True)()


def _put(parcels: Sequence[Parcel]) -> None:
    Arrival.objects.bulk_create(
        [Arrival(sealed=parcel.sealed, once=parcel.once) for parcel in parcels], ignore_conflicts=True
    )


@transaction.atomic
def _take(most: int) -> list[Taken]:
    moment = now()
    free = Q(lease_until=None) | Q(lease_until__lt=moment)
    rows = list(Arrival.objects.select_for_update(skip_locked=True).filter(free).order_by("pk")[:most])
    Arrival.objects.filter(pk__in=[row.pk for row in rows]).update(
        lease_until=moment + timedelta(seconds=LEASE)
    )
    return [Taken(Parcel(row.once, bytes(row.sealed)), row.pk) for row in rows]
