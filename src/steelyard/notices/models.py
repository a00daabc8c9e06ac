"""A notice under DSA Art. 16, or a report under the terms. What was written is sealed under its own key."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.vault.models import DataKey


class Notice(Referenced):
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    door = models.CharField(max_length=20)
    harm = models.CharField(max_length=32)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField()
    """links, explanation, name, e-mail, as given"""
    follow_token = models.CharField(max_length=64, unique=True, null=True)
    """fingerprint of the secret in the notifier's link"""
    platform_event = models.CharField(max_length=255, null=True, unique=True)
    """The platform's own identifier of a report made inside it: sent twice, it counts once."""
