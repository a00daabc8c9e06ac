"""One matter of misuse: whose, what was counted and by whom, until when. Everything personal in it is sealed."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.decisions.models import Decision
from steelyard.misuse.states import RUNNING, MisuseKind, MisuseState
from steelyard.notices.models import Notice
from steelyard.people.partners import Partner
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey


class Misuse(Referenced):
    kind = models.CharField(max_length=12, choices=[(k, k) for k in MisuseKind])
    account = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="misuses")
    sender = models.CharField(max_length=64, default="", blank=True, db_index=True)
    """The mark of whoever sends notices (`notices.actions.sender_mark`), where it is about that"""
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="misuses")
    state = models.CharField(max_length=12, choices=[(s, s) for s in MisuseState], default=MisuseState.WARNED)
    harm = models.CharField(max_length=32)
    """The gravest that the counted items are about"""
    language = models.CharField(max_length=8)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    sealed_whom = models.BinaryField()
    """Where we write to them, and the secret of their link"""
    token = models.CharField(max_length=64, unique=True)
    """Fingerprint of that secret"""
    sealed_warning = models.BinaryField()
    """The assessment behind the warning: `Assessment`"""
    sealed_suspension = models.BinaryField(null=True)
    """The assessment behind the suspension"""
    warned_by = models.CharField(max_length=26)
    warned_at = models.DateTimeField(null=True)
    """When they were told; None while they may not be told yet (DSA Art. 18)"""
    asked_by = models.CharField(max_length=26, default="", blank=True)
    approval = models.CharField(max_length=26, default="", blank=True)
    days = models.PositiveSmallIntegerField(default=0)
    """For how long, once it is signed"""
    signed_by = models.CharField(max_length=26, default="", blank=True)
    suspended_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    decision = models.OneToOneField(Decision, null=True, on_delete=models.PROTECT, related_name="misuse")
    """With which an account was stopped from posting"""
    sealed_objection = models.BinaryField(null=True)
    """What they say against it"""
    objected_at = models.DateTimeField(null=True)
    sealed_answer = models.BinaryField(null=True)
    answered_by = models.CharField(max_length=26, default="", blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["kind", "account", "sender", "partner"], nulls_distinct=False,
                condition=models.Q(state__in=[str(s) for s in RUNNING]), name="one_misuse_runs",
            ),
        )  # fmt: skip


class HeldNotice(Referenced):
    """A notice that arrived while the processing of its sender's notices was suspended. Taken up afterwards."""

    misuse = models.ForeignKey(Misuse, on_delete=models.PROTECT, related_name="held")
    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="held")
    taken_up_at = models.DateTimeField(null=True)
