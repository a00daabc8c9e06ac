"""A decision with its ground; what its author is told; what they answer."""

from django.db import models

from steelyard.base.models import Referenced
from steelyard.cases.models import Case
from steelyard.decisions.states import ComplaintState, DecisionState, DisputeState, Outcome, ReviewState
from steelyard.notices.models import Notice
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey


class Decision(Referenced):
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="decisions")
    """Null when a Live rule contained a single post by itself."""
    subject = models.ForeignKey(Subject, null=True, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=12, choices=[(o, o) for o in Outcome])
    measure = models.CharField(max_length=24, default="", blank=True)
    """Which restriction, where a channel or an account can have several; "" is the usual one"""
    harm = models.CharField(max_length=32)
    ground = models.CharField(max_length=80)
    """A rule of the terms (terms.spam) or an instrument of law (law.dsa_9)."""
    ground_version = models.CharField(max_length=255)
    source = models.CharField(max_length=12)
    """rule, notice, order, complaint: what led to it"""
    found_by_machine = models.BooleanField()
    decided_by_machine = models.BooleanField()
    decided_by = models.CharField(max_length=26, default="", blank=True)
    second = models.CharField(max_length=26, default="", blank=True)
    approval = models.CharField(max_length=26, default="", blank=True)
    """The act of two persons that carries the second signature"""
    moderators_of = models.ForeignKey(
        Subject, null=True, on_delete=models.PROTECT, related_name="decided_in_it"
    )
    """The channel whose own moderator decided it, under `decided_by`; null where we did"""
    label = models.CharField(max_length=16, default="", blank=True)
    """Which label, of an outcome that labels"""
    rule = models.CharField(max_length=80, default="", blank=True)
    territory = models.JSONField(default=list)
    """Countries, ISO 3166-1 alpha-2; empty: everywhere the service runs"""
    instrument = models.CharField(max_length=32, default="", blank=True)
    authority_country = models.CharField(max_length=2, default="", blank=True)
    sealed_facts = models.BinaryField()
    """What was seen and why it falls under the ground, in the decider's words"""
    state = models.CharField(max_length=12, choices=[(s, s) for s in DecisionState])
    made_at = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    """When it ends by itself; null: when somebody reverses it"""
    reverses = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="reversed_by")


class Statement(Referenced):
    """The statement of reasons (DSA Art. 17), in the author's language, with the link to contest it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="statement")
    language = models.CharField(max_length=8)
    sealed = models.BinaryField()
    token = models.CharField(max_length=64, unique=True)
    """fingerprint of the secret in the link"""
    contest_until = models.DateTimeField()


class Complaint(Referenced):
    """A complaint under DSA Art. 20: by the author of what was restricted, or by whoever sent a notice."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="complaints")
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="complaints")
    """Set when whoever sent this notice complains; null for the author"""
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="complaint")
    language = models.CharField(max_length=8)
    points = models.JSONField(default=list)
    """What the author says we got wrong, by id"""
    sealed = models.BinaryField()
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in ComplaintState], default=ComplaintState.RECEIVED
    )
    decided_by = models.CharField(max_length=26, default="", blank=True)
    decided_at = models.DateTimeField(null=True)
    sealed_answer = models.BinaryField(null=True)


class Attachment(Referenced):
    """A file that came with a complaint. Sealed; whoever opens it is written down."""

    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="attachments")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    """Name and content"""


class Dispute(Referenced):
    """A dispute before a certified body (DSA Art. 21), what it decided and whether that was carried out."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="disputes")
    body = models.CharField(max_length=160)
    their_reference = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=[(s, s) for s in DisputeState], default=DisputeState.OPEN)
    noted_by = models.CharField(max_length=26)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    sealed_outcome = models.BinaryField(null=True)
    decided_on = models.DateField(null=True)


class Review(Referenced):
    """What one person contained alone, because nobody else answered in time, and what another says of it."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="review")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="review")
    after = models.DurationField()
    """How long the order's clock had run when it was done."""
    due_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=[(s, s) for s in ReviewState], default=ReviewState.OPEN)
    reviewed_by = models.CharField(max_length=26, default="", blank=True)
    reviewed_at = models.DateTimeField(null=True)
