"""Sealed copies of what was seen, and a line for every look."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey


class Exhibit(Referenced):
    """What a subject looked like at a moment, sealed under the subject's key."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="exhibits")
    key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT)
    """Its own beside the subject's, so that the copy can be erased and what was decided about it stays"""
    sealed = models.BinaryField()
    commitment = models.CharField(max_length=64)
    """HMAC-SHA256 with a salt inside the sealed record: proves the content later, tells nothing today."""
    media_type = models.CharField(max_length=80, default="text/plain")
    origin = models.CharField(max_length=40)
    """How it reached us: stream, platform, notice."""
    erased_at = models.DateTimeField(null=True)
    """When its key was destroyed and its bytes were deleted"""


class Look(Referenced):
    exhibit = models.ForeignKey(Exhibit, on_delete=models.PROTECT, related_name="looks")
    member = models.CharField(max_length=26)
    because = models.CharField(max_length=200)


class PutAway(Referenced):
    """What we hold of this subject is closed: nobody sees it without the right and a reason."""

    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="put_away")
    harm = models.CharField(max_length=32)
    erased_at = models.DateTimeField(null=True)
    """When the period of the law was over and what we held was erased; what it can be recognised by stays"""


class Mark(models.Model):
    """What a known thing can be recognised by. Of a text only a keyed hash: nobody can try guesses against it."""

    subject = models.ForeignKey(Subject, on_delete=models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=8)
    """text, sha256, md5, pdq"""
    value = models.CharField(max_length=64)
    """Hexadecimal"""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["subject", "kind", "value"], name="a_mark_once_a_subject"),
        )
        indexes = (models.Index(fields=["kind", "value"], name="who_bears_this_mark"),)
