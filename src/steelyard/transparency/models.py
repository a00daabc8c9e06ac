"""A published day. A correction is a new version; nothing published is changed."""

from django.db import models

from steelyard.base.models import Referenced


class DayReport(Referenced):
    day = models.DateField()
    version = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """SHA-256 of the published JSON file"""
    report = models.JSONField()
    because = models.TextField(default="", blank=True)
    """Why a later version corrects an earlier one"""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "version"], name="a_version_once"),)
