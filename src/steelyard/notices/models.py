"""A notice under DSA Art. 16, or a report under the terms; and what partners send in batches. All of it sealed."""

from django.db import models

from steelyard.base.models import Dispatch, Referenced
from steelyard.people.partners import Partner
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
    sealed_receipt = models.BinaryField(null=True)
    """The receipt of a report made inside a platform, for whoever opens their link; shredded with the key."""
    platform_event = models.CharField(max_length=255, null=True, unique=True)
    """The platform's own identifier of a report made inside it: sent twice, it counts once."""
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="notices")
    """The organisation it came from; null for everybody else."""
    sender = models.CharField(max_length=64, default="", blank=True, db_index=True)
    """Keyed hash of the mail address or of the platform account: the same person again, and nobody can list whose it
    is. "" without one"""


class NoticeBatch(Referenced):
    """What a partner sent at once: up to 500 lines, one receipt."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="batches")
    sent_by = models.CharField(max_length=26)
    """The partner's person or the API key"""
    door = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    imminent = models.BooleanField(default=False)
    """They say that somebody is about to be harmed: a person was rung."""
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    sealed = models.BinaryField()
    """The explanation for all lines"""
    idempotency_key = models.CharField(max_length=120, null=True)
    digest = models.CharField(max_length=64)
    """Keyed hash of what was sent: the same key with something else is refused."""
    sealed_receipt = models.BinaryField(null=True)
    """The receipt file, so that the same request gets the same answer; shredded with the key."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["partner", "idempotency_key"], name="a_batch_is_sent_once"),
        )


class BatchLine(Dispatch):
    """One link, identifier or hash of a batch, on its way to becoming a notice; an outbox row until it is one."""

    batch = models.ForeignKey(NoticeBatch, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    code = models.CharField(max_length=40, default="", blank=True)
    """Their own category"""
    harm = models.CharField(max_length=32)
    """Ours, as their mapping or their choice says"""
    urgency = models.CharField(max_length=8, default="", blank=True)
    """low, medium, high, critical, as they say; shown to whoever decides, never the order of a queue"""
    sealed = models.BinaryField()
    """What it points at and their remark, under the batch's key"""
    notice = models.OneToOneField(Notice, null=True, on_delete=models.PROTECT, related_name="line")
    told_outcome = models.CharField(max_length=16, default="", blank=True)
    """The last outcome that the partner was told of"""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "place"], name="a_line_has_one_place"),)
        ordering = ("batch", "place")


class LineMessage(Referenced):
    """One message of the thread about a line: a question of ours, an answer or a disagreement of theirs."""

    line = models.ForeignKey(BatchLine, on_delete=models.PROTECT, related_name="messages")
    theirs = models.BooleanField()
    asks = models.BooleanField(default=False)
    """A question of ours: the line waits for them"""
    author = models.CharField(max_length=26)
    sealed = models.BinaryField()
