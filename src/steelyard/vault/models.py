"""One row per data key. Destroying the wrapped key makes everything sealed under it unreadable."""

from django.db import models

from steelyard.base.models import Referenced


class DataKey(Referenced):
    wrapped = models.BinaryField(null=True)
    """AES-256-GCM under the key-encryption key; null once destroyed."""
    destroyed_at = models.DateTimeField(null=True)
