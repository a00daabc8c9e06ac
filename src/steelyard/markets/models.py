"""A country that is left, the steps that carry it out, and the matters that a State has going about the service."""

from django.db import models

from steelyard.base.clock import now
from steelyard.base.models import Dispatch, Referenced
from steelyard.markets.states import LeavingState, MatterKind, MatterState, Stance
from steelyard.vault.models import DataKey


class Leaving(Referenced):
    """One time of leaving one country, until the service came back."""

    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(max_length=2)
    """ISO 3166-1 alpha-2"""
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in LeavingState], default=LeavingState.ASKED
    )
    left_at = models.DateTimeField(null=True)
    window_until = models.DateField(null=True)
    """The last day that members were promised for taking their things along."""
    returned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["country"], condition=~models.Q(state="returned"), name="markets_one_open_leaving"
            ),
        )


class Step(Dispatch):
    """One thing that leaving or coming back does on one platform."""

    leaving = models.ForeignKey(Leaving, on_delete=models.PROTECT, related_name="steps")
    connector = models.CharField(max_length=40)
    what = models.CharField(max_length=20)
    """close_registration, open_registration, tell_left, tell_returned"""
    reached = models.PositiveIntegerField(null=True)
    """Accounts that are written to; null while unknown."""


class Matter(Referenced):
    """A proceeding against the service, a court's decision, a fine, a regulator's letter, a consultation."""

    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=[(k, k) for k in MatterKind])
    country = models.CharField(max_length=2)
    """ISO 3166-1 alpha-2; EU for the Union's own bodies"""
    sealed = models.BinaryField()
    """Who, their reference, what it is about, the position asked and taken: JSON under the key."""
    stance = models.CharField(max_length=10, choices=[(s, s) for s in Stance], default=Stance.OPEN)
    state = models.CharField(max_length=10, choices=[(s, s) for s in MatterState], default=MatterState.OPEN)
    answers = models.CharField(max_length=26)
    """Reference of the member who answers."""
    due_at = models.DateTimeField(null=True)
    """By when; null: no day was set."""
    source = models.CharField(max_length=255, default="", blank=True)
    """What sets the day: the letter itself, or an article."""
    next_step = models.PositiveSmallIntegerField(null=True)
    """The share of the time, in percent, at which a person is rung next; null after the last, or without a day."""
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, default="", blank=True)
    """ISO 4217; both only for a fine"""
    published_at = models.DateTimeField(null=True)
    """When a person found that it may be told; null: it stays inside."""


class Paper(Referenced):
    """A document of a matter, sealed as it came or went."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="papers")
    sealed = models.BinaryField()
    name = models.BinaryField()
    digest = models.CharField(max_length=64)
    """SHA-256 of its bytes"""
    media_type = models.CharField(max_length=80, default="application/octet-stream")
    by = models.CharField(max_length=26)
    at = models.DateTimeField(default=now)
    public = models.BooleanField(default=False)
    """Published with its matter"""


class Publication(Referenced):
    """What everybody could read of a matter from one moment on. A change is another one beside it, never a new text
    in its place."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="publications")
    version = models.PositiveSmallIntegerField()
    """From 1; a matter that is taken back and told again goes on counting"""
    at = models.DateTimeField(default=now)
    by = models.CharField(max_length=26)
    """Who chose the words, or moved the matter"""
    told = models.JSONField(null=True)
    """Exactly what was told: `publishing.Told`; null: it was taken back, and may not be told any longer"""
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["matter", "version"], name="markets_publication_once"),
        )


class Clearance(Referenced):
    """Counsel has looked at the listed parties and States that a matter touches: it may go on all the same."""

    matter = models.ForeignKey(Matter, on_delete=models.PROTECT, related_name="clearances")
    by = models.CharField(max_length=26)
    statements = models.JSONField()
    """Each as {fact, source, status}: exactly what was shown when it was cleared."""
