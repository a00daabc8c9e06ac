"""Work for a person, with what it is about and until when."""

from datetime import timedelta

from django.db import models

from steelyard.base.clock import now
from steelyard.base.models import Referenced
from steelyard.cases.states import CaseKind, CaseState, ReferralState
from steelyard.notices.models import Notice
from steelyard.orders.models import Order
from steelyard.screening.models import Finding
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey

KEEP_UNTIL = "keep_until"


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
    behind_until = models.DateTimeField(null=True)
    """Everybody who reported it acts as one with others: until then it waits behind the rest; its clock runs on"""
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    """What people told us in this case is sealed under it."""

    class Meta:
        indexes = (models.Index(fields=["state", "kind", "-severity", "created_at"]),)


class Referral(Referenced):
    """A report that a channel's own moderators see before the desk does, and until when."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="referral")
    channel = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="referrals")
    until = models.DateTimeField()
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in ReferralState], default=ReferralState.WAITING
    )
    ended_by = models.CharField(max_length=26, default="", blank=True)
    """The moderator's account; "" where it ended by itself"""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["until"], condition=models.Q(state="waiting"), name="cases_referral_waits"),
        )


class Deadline(Referenced):
    """A clock with its legal source. It ends when the duty is met, never when somebody stops looking."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deadlines")
    fact = models.CharField(max_length=80)
    source = models.CharField(max_length=255)
    status = models.CharField(max_length=12)
    duty = models.CharField(max_length=40, default="", blank=True)
    """What has to have happened by then, by the rulebook's word; `keep_until`: nothing is let go before."""
    starts_at = models.DateTimeField()
    lasts = models.DurationField()
    """The plain period."""
    calculated = models.CharField(max_length=20, default="", blank=True)
    """How the law counts it, where that differs from the plain period (regulation_1182_71)."""
    wall_ends_at = models.DateTimeField()
    """The plain period from its start, by the clock on the wall: never moved."""
    ends_at = models.DateTimeField(db_index=True)
    """What we work to. Pauses move it; for `keep_until` the later of the two ways to count."""
    legal_ends_at = models.DateTimeField()
    """The end as the law counts it, with its pauses."""
    paused_at = models.DateTimeField(null=True)
    stood_still = models.DurationField(default=timedelta)
    """How long it has stood still in pauses that are over."""
    met_at = models.DateTimeField(null=True)
    next_step = models.PositiveSmallIntegerField(null=True)
    """The share of the period, in percent, at which a person hears of it next; null after the last."""
    next_step_at = models.DateTimeField(null=True)
    """When that is; null while the clock stands still."""

    class Meta:
        indexes = (
            models.Index(
                fields=["next_step_at"], condition=models.Q(met_at=None), name="cases_deadline_next_step"
            ),
            models.Index(
                fields=["ends_at", "id"], condition=models.Q(met_at=None), name="cases_deadline_runs"
            ),
        )

    @property
    def keeps(self) -> bool:
        """A time to keep something, not to do something."""
        return self.duty == KEEP_UNTIL


class Escalation(models.Model):
    """A step of a clock that a person was told of. The row is unique, so no step is ever taken twice."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField()
    """Percent of the period."""
    rang = models.BooleanField(default=False)
    """Whether a person was rung for this step; where several are late at once, for the highest."""
    due_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["deadline", "step"], name="cases_step_once"),)


class Pause(Referenced):
    """A time during which a clock stood still, and why. The open one has no end."""

    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=40)
    """By the rulebook's word (`pauses.when` of the instrument's clock)."""
    until = models.CharField(max_length=40)
    source = models.CharField(max_length=255)
    status = models.CharField(max_length=12)
    starts_anew = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["deadline"], condition=models.Q(ends_at=None), name="cases_one_open_pause"
            ),
        )


class Basis(models.Model):
    """What a case rests on: findings, notices, an order. Many reports on one thing make one case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="bases")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="bases")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="bases")
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="bases")
    added_at = models.DateTimeField(default=now)
