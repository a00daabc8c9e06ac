"""Published days, and statements of reasons on their way to the Union's database.

A correction of a day is a new version; nothing published is changed.
"""

from django.db import models

from steelyard.base.identifiers import new_ref
from steelyard.base.models import Dispatch, Referenced
from steelyard.decisions.models import Statement


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


class Submission(Dispatch):
    """One statement for the DSA Transparency Database, queued in its decision's transaction. Never deleted:
    these rows are our own ledger of the identifiers we used, which that database forgets."""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="submission")
    puid = models.CharField(max_length=26, unique=True, default=new_ref, editable=False)
    """Published there as platform_uid: random, and found nowhere else of ours"""
    mode = models.CharField(max_length=12)
    """sandbox or production: what it was queued for"""
    payload = models.JSONField()
    """Exactly what is sent: no personal data is in it, so it is not sealed"""
    their_ref = models.CharField(max_length=64, default="", blank=True)
    """The database's own uuid, where its answer reached us"""

    class Meta:
        verbose_name_plural = "statements for the Transparency Database"
