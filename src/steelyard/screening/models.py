"""What the machine found. A clean post leaves no row: it is counted in the day's tally and forgotten."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.subjects.models import Subject


class Batch(models.Model):
    """A transaction of the platform that was dealt with. Sent again, it changes nothing."""

    connector = models.CharField(max_length=40)
    transaction = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["connector", "transaction"], name="a_batch_counts_once"),
        )


class Tally(models.Model):
    """How many posts were screened on a day, and how many gave a finding."""

    day = models.DateField()
    connector = models.CharField(max_length=40)
    screened = models.PositiveBigIntegerField(default=0)
    with_findings = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "connector"], name="one_tally_a_day"),)


class Finding(Referenced):
    """One rule that matched one version of one post. Spans are offsets; the words stay in the evidence."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="findings")
    rule = models.CharField(max_length=80)
    rule_version = models.CharField(max_length=80)
    rule_state = models.CharField(max_length=12)
    action = models.CharField(max_length=12)
    harm = models.CharField(max_length=32)
    policy_ref = models.CharField(max_length=80)
    signals = models.JSONField(default=list)
    spans = models.JSONField(default=list)
