"""A message as it came in, sealed; where it lies now."""

from django.db import models

from steelyard.base.models import Dispatch
from steelyard.vault.models import DataKey


class Desk(models.TextChoices):
    ORDERS = "orders"
    NOTICES = "notices"
    COMPLAINTS = "complaints"
    EMERGENCY = "emergency"
    SUPPORT = "support"
    UNSORTED = "unsorted"
    CASE = "case"
    """An answer in a matter that is already with us"""


class Arrival(Dispatch):
    """`state` says how far our reading of it is: queued, sending (being read), confirmed (on its desk)."""

    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    door = models.CharField(max_length=20)
    """mail, notice, contact, order, complaint, api ..."""
    role = models.CharField(max_length=20)
    """What the address or the form is for."""
    arrived_at = models.DateTimeField()
    sealed = models.BinaryField()
    """The bytes and their envelope, with the salt of the commitment."""
    commitment = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    sender = models.CharField(max_length=64, db_index=True)
    """Keyed hash of the sender's address, the envelope's until it was read: how much one sender sends can be counted
    without a name."""
    read = models.BinaryField(null=True)
    """What was read in it and what the checks found, sealed."""
    kind = models.CharField(max_length=12, default="")
    """What it was recognised as."""
    desk = models.CharField(max_length=12, choices=Desk, default="", blank=True)
    about_type = models.CharField(max_length=32, default="")
    about = models.CharField(max_length=26, default="", db_index=True)
    """The order, notice or case it became or belongs to."""
    language = models.CharField(max_length=8, default="")
    by = models.CharField(max_length=26, default="")
    """Who put it there: a member's reference, or steelyard."""
    acknowledged_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    """When a person said that nothing is left to do."""

    class Meta:
        indexes = (models.Index(fields=["desk", "arrived_at"], name="arrivals_on_a_desk"),)
