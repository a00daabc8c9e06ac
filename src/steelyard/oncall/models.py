"""The rota, how each person is reached, and every ring with every attempt to reach somebody."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from steelyard.base.models import Dispatch, Referenced
from steelyard.oncall.states import RingState, Urgency, Verdict
from steelyard.people.models import Member
from steelyard.vault.models import DataKey


class Turn(Referenced):
    """A place in the rota that comes back each week, in the person's own time zone."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="turns")
    rank = models.PositiveSmallIntegerField(default=1)
    """1 is rung first, 2 when the first is silent, and so on."""
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    """Days on which the turn begins; Monday is 0."""
    begins = models.TimeField()
    ends = models.TimeField()
    """Not after `begins`: it ends on the next day."""
    zone = models.CharField(max_length=64)
    first_day = models.DateField()
    last_day = models.DateField(null=True)


class Override(Referenced):
    """Somebody stands in, between two moments, in place of everybody whom the rota has at that rank."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="overrides")
    rank = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)


class Reach(Referenced):
    """How one person is reached. The addresses are sealed under the person's own key."""

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="reach")
    sealed = models.BinaryField()
    """JSON list of two Apprise addresses."""
    zone = models.CharField(max_length=64, default="UTC")
    lead = models.BooleanField(default=False)
    """Rung when nobody on call answers."""


class Ring(Referenced):
    """Somebody has to come. `about` is spoken of by its reference only; nothing of it goes into a message."""

    about_type = models.CharField(max_length=60)
    about_ref = models.CharField(max_length=26, db_index=True)
    reason = models.CharField(max_length=120)
    urgency = models.CharField(max_length=16, choices=[(u, u) for u in Urgency])
    key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")
    """The key of the matter, where it has one: a matter that may not be told of is known by it."""
    sealed = models.BooleanField(default=False)
    drill = models.BooleanField(default=False)
    state = models.CharField(max_length=14, choices=[(s, s) for s in RingState], default=RingState.RINGING)
    rung_at = models.DateTimeField()
    round = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    """When the next person is rung, unless somebody answers before."""
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    by_link = models.BooleanField(default=False)

    class Meta:
        indexes = (models.Index(fields=["next_at"], condition=Q(state="ringing"), name="oncall_ring_next"),)
        constraints = (
            models.UniqueConstraint(
                fields=["about_ref", "reason"], condition=Q(state="ringing"), name="oncall_one_open_ring"
            ),
        )


class Call(Dispatch):
    """One person rung in one round by one of their channels: the outbox row."""

    ring = models.ForeignKey(Ring, on_delete=models.PROTECT, related_name="calls")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    channel = models.PositiveSmallIntegerField()
    rung_at = models.DateTimeField()
    missed_at = models.DateTimeField(null=True)
    """The time to answer was over and nobody had."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ring", "round", "member", "channel"], name="oncall_call_once"),
        )
        verbose_name_plural = "calls to people on call"


class Link(models.Model):
    """The one-use link of a message. Only its fingerprint is kept."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="links")
    fingerprint = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)


class Heartbeat(Referenced):
    """A process that keeps time says here that it lives; another one watches."""

    name = models.CharField(max_length=24, unique=True)
    at = models.DateTimeField()
    skew = models.FloatField(default=0)
    """Seconds by which the clock of its machine was off the database's."""
    missed_at = models.DateTimeField(null=True)
    """Since when it has been found silent; null while it lives."""


class Emergency(Referenced):
    """Somebody said that a life is in danger. What they said is sealed."""

    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    door = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField()
    """{said, where, number, name}"""
    arrived_at = models.DateTimeField()
    case = models.CharField(max_length=26, default="", blank=True, db_index=True)
    """Reference of its case."""
    drill = models.CharField(max_length=8, default="", blank=True)
    """"" when it is none; real or forged: what we played."""
    drill_month = models.CharField(max_length=7, default="", blank=True)
    verdict = models.CharField(max_length=12, choices=[(v, v) for v in Verdict], default="", blank=True)
    verdict_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["drill_month", "drill"], condition=~Q(drill=""), name="oncall_drill_once_a_month"
            ),
        )


class CallBack(Referenced):
    """A person called back, or tried to."""

    emergency = models.ForeignKey(Emergency, on_delete=models.PROTECT, related_name="call_backs")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reached = models.BooleanField()
    own_number = models.BooleanField()
    """Called on a number that we found ourselves, not on the one that came with the message."""
    sealed = models.BinaryField()
    """What was said, under the emergency's key."""
