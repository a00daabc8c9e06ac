"""One row for each thing that was talked about. A post that nobody and nothing found fault with has none."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.subjects.states import Kind, SubjectState
from steelyard.vault.models import DataKey


class Subject(Referenced):
    kind = models.CharField(max_length=8, choices=[(k, k) for k in Kind])
    connector = models.CharField(max_length=40)
    native_id = models.CharField(max_length=255)
    """The platform's own identifier: event, room or user."""
    name = models.CharField(max_length=255, default="", blank=True)
    """A channel's public name. Empty for posts and accounts: people are not filed by name."""
    surface = models.CharField(max_length=32, default="public_channel")
    language = models.CharField(max_length=8, default="", blank=True)
    channel = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="posts_in", db_index=True
    )
    author = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="posts_by", db_index=True
    )
    """Who wrote a post; who owns a channel, where the platform knows; nobody for an account"""
    posted_at = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in SubjectState], default=SubjectState.VISIBLE
    )
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    """Everything personal about this subject is sealed under it; erasing the subject destroys it."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["connector", "kind", "native_id"], name="one_row_a_subject"),
        )
