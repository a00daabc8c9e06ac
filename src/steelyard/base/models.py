"""Database mixins that every room uses."""

from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models

from steelyard.base.clock import now
from steelyard.base.identifiers import LENGTH, new_ref


class Referenced(models.Model):
    """A row that is spoken of outside: by its unguessable reference, never by its number."""

    ref = models.CharField(max_length=LENGTH, unique=True, default=new_ref, editable=False)
    created_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} {self.ref}"


class DispatchState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class Dispatch(Referenced):
    """An effect outside our database, written in the transaction that decided it (the outbox).

    A worker claims it with a lease and a fence, acts with `ref` as the idempotency key, and writes the
    result only while its fence still holds: at-least-once, towards an idempotent receiver.
    """

    state = models.CharField(
        max_length=12, choices=[(s, s) for s in DispatchState], default=DispatchState.QUEUED
    )
    attempts = models.PositiveIntegerField(default=0)
    fence = models.PositiveBigIntegerField(default=0)
    not_before = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta:
        abstract = True

    def retry_at(self, moment: datetime) -> datetime:
        """When to try again: 2 s, 4 s, 8 s ... at most 10 minutes apart."""
        return moment + timedelta(seconds=min(2 ** min(self.attempts, 10), 600))
