"""A decision on its way to the platform: queued in the decision's transaction, visible until confirmed."""

from datetime import datetime

from django.db import models

from steelyard.base.models import Dispatch
from steelyard.decisions.models import Decision
from steelyard.enforcement.connector import Operation
from steelyard.subjects.models import Subject


class Measure(Dispatch):
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="measures")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="measures")
    operation = models.CharField(max_length=24, choices=[(o, o) for o in Operation])
    sealed = models.BinaryField(null=True)
    """What the platform tells whoever it refuses from now on: why, which case, where to contest it"""
    receipt = models.JSONField(default=dict)
    """What the platform answered, and what an ordinary member saw afterwards"""

    @property
    def elsewhere(self) -> dict[str, datetime | None]:
        """Other people's servers that were handed the post, each with when it acknowledged the removal."""
        known = self.receipt.get("elsewhere", {})
        return {server: datetime.fromisoformat(at) if at else None for server, at in sorted(known.items())}
