"""The ledger's rows. All but `Head`, `SealedKey` and `SealedBlock` are append-only, by trigger and by rights."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Cast

from steelyard.base.clock import now
from steelyard.base.models import Referenced
from steelyard.vault.models import DataKey


class Entry(Referenced):
    """One public leaf, staged in the transaction of the change it speaks of. Its `ref` is the leaf's id."""

    verb = models.CharField(max_length=100)
    """What happened: the leaf's type, for example `cases:case:closed`."""
    leaf = models.BinaryField()
    """The leaf's canonical bytes (RFC 8785), exactly as the log publishes and hashes them."""
    xact = models.BigIntegerField(
        db_default=Cast(
            Cast(models.Func(function="pg_current_xact_id"), models.TextField()), models.BigIntegerField()
        ),
        editable=False,
        db_index=True,
    )
    """The transaction that wrote it: ids commit out of order, so the sequencer keeps its horizon by this."""

    class Meta:
        indexes = (BrinIndex(fields=["created_at"], autosummarize=True, name="ledger_entry_day"),)


class Record(models.Model):
    """The private half: who did what to what, and why, sealed under a key that can be destroyed."""

    entry = models.OneToOneField(Entry, models.PROTECT, primary_key=True)
    about_type = models.CharField(max_length=60)
    about_ref = models.CharField(max_length=26, db_index=True)
    key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    """{actor, about, ref, at, verb, before, after, because} and the salt of the leaf's commitments."""


class SealedKey(models.Model):
    """A matter whose existence may not be told: what is recorded under its key goes into the sealed log."""

    key = models.OneToOneField(DataKey, models.PROTECT, primary_key=True, related_name="+")
    since = models.DateTimeField(default=now)


class SealedEntry(Referenced):
    """A leaf that the public log must not show, and its private half. A table apart: no public count, size,
    search or export can meet it by mistake. When the matter may be told, it is copied to `Entry` unchanged."""

    verb = models.CharField(max_length=100)
    leaf = models.BinaryField()
    about_type = models.CharField(max_length=60)
    about_ref = models.CharField(max_length=26, db_index=True)
    key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")
    sealed = models.BinaryField()


class SealedBlock(Referenced):
    """256 leaves of the sealed log, one block an hour, however much or little of it is real."""

    number = models.BigIntegerField(primary_key=True)
    hour = models.DateTimeField(unique=True)
    root = models.BinaryField(default=bytes)
    note = models.TextField(default="")
    """The signed checkpoint after this block; empty until it is signed"""


class SealedPosition(models.Model):
    """The place of a sealed entry: a random one in its block. Every other place of the block is padding."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(SealedEntry, models.PROTECT, related_name="position")


class Disclosed(models.Model):
    """A sealed entry that may be told now: since then its leaf stands in the public log too."""

    entry = models.OneToOneField(SealedEntry, models.PROTECT, primary_key=True, related_name="disclosed")
    at = models.DateTimeField(default=now, db_index=True)


class RoomKey(models.Model):
    """The ledger's own data key of one month, for records whose subject has none."""

    month = models.CharField(max_length=7, primary_key=True)
    key = models.ForeignKey(DataKey, models.PROTECT, related_name="+")


class Position(models.Model):
    """The place of an entry in the log. Once committed, the tree up to that size is decided for good."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT)


class Checkpoint(models.Model):
    """Every state of the log ever published. Without its note: two a second, they would fill the disk."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField()
    epoch = models.BigIntegerField()
    created_at = models.DateTimeField(default=now)


class Head(models.Model):
    """Where the log stands; one row. It moves forward only, for the sequencer whose epoch it bears."""

    only = models.BooleanField(primary_key=True, default=True)
    origin = models.CharField(max_length=200)
    epoch = models.BigIntegerField(default=0)
    assigned = models.BigIntegerField(default=0)
    """Positions given out; at least `size`."""
    size = models.BigIntegerField(default=0)
    root = models.BinaryField()
    note = models.TextField(default="")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(only=True), name="ledger_one_head"),)
