"""What an authority sent. The text is sealed; country and instrument are facts that are counted in public."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.orders.states import OrderState
from steelyard.vault.models import DataKey


class Order(Referenced):
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    instrument = models.CharField(max_length=32)
    country = models.CharField(max_length=2)
    """Country of the issuing authority, ISO 3166-1 alpha-2, as claimed."""
    door = models.CharField(max_length=20)
    harm = models.CharField(max_length=32)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField()
    identity = models.CharField(max_length=64)
    """Keyed hash of authority and reference: twins through other doors are recognised by it."""
    missing = models.JSONField(default=list)
    """Mandatory elements that were not given, by id."""
    state = models.CharField(max_length=12, choices=[(s, s) for s in OrderState], default=OrderState.RECEIVED)
    follow_token = models.CharField(max_length=64, unique=True, null=True)
    answered_at = models.DateTimeField(null=True)
