"""One row per data key. Destroying the wrapped key makes everything sealed under it unreadable."""

from django.db import models

from steelyard.base.models import Referenced


class DataKey(Referenced):
    wrapped = models.BinaryField(null=True)
    """AES-256-GCM under the key-encryption key; null once destroyed."""
    destroyed_at = models.DateTimeField(null=True)
    ring = models.CharField(max_length=8, default="", blank=True)
    """Which of the installation's own keys wraps it: the ordinary one, or `sealed`, for matters under secrecy."""
