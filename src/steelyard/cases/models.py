"""Work for a person, with what it is about and until when."""

from django.db import models

from steelyard.base.clock import now
from steelyard.base.models import Referenced
from steelyard.cases.states import CaseKind, CaseState
from steelyard.notices.models import Notice
from steelyard.orders.models import Order
from steelyard.screening.models import Finding
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey


class Case(Referenced):
    kind = models.CharField(max_length=12, choices=[(k, k) for k in CaseKind])
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="cases")
    """Null while nobody has found on the platform what a notice or an order points at."""
    harm = models.CharField(max_length=32)
    severity = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8, default="", blank=True)
    state = models.CharField(max_length=16, choices=[(s, s) for s in CaseState], default=CaseState.OPEN)
    claimed_by = models.CharField(max_length=26, default="", blank=True)
    claimed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    """What people told us in this case is sealed under it."""

    class Meta:
        indexes = (models.Index(fields=["state", "kind", "-severity", "created_at"]),)


class Deadline(Referenced):
    """A clock with its legal source. It ends when the duty is met, never when somebody stops looking."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    fact = models.CharField(max_length=80)
    source = models.CharField(max_length=255)
    status = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True)


class Basis(models.Model):
    """What a case rests on: findings, notices, an order. Many reports on one thing make one case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bases")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="bases")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="bases")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="bases")
    added_at = models.DateTimeField(default=now)
