"""A package and who touched it. Its content lies under a key of its own, destroyed when it is over."""

from django.db import models

from steelyard.base.clock import now
from steelyard.base.models import Referenced
from steelyard.cases.models import Case
from steelyard.disclosure.states import PackageState, SuspicionState
from steelyard.orders.models import Order
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey


class Package(Referenced):
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="packages")
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in PackageState], default=PackageState.COLLECTED
    )
    categories = models.JSONField()
    """Categories of data that were granted, by the words of the rulebook."""
    not_held = models.JSONField(default=list)
    """Granted, and not held or not offered by the platform."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the manifest: what two persons release is what goes."""
    sealed = models.BinaryField(null=True)
    """The files with their manifest, under the package's key; null once it is over."""
    recipient = models.TextField(default="", blank=True)
    """The authority's public key."""
    collected_by = models.CharField(max_length=26)
    approval = models.CharField(max_length=26, default="", blank=True)
    released_by = models.CharField(max_length=26, default="", blank=True)
    released_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    encrypted = models.BinaryField(null=True)
    """The age file, for the authority's key only."""
    link = models.CharField(max_length=64, default="", blank=True, db_index=True)
    """Fingerprint of the one download link that works now; each use ends it."""
    link_until = models.DateTimeField(null=True)


class Touch(models.Model):
    """One line of the access log. The authority sees it."""

    package = models.ForeignKey(Package, on_delete=models.PROTECT, related_name="touches")
    at = models.DateTimeField(default=now)
    what = models.CharField(max_length=16)
    """collected, asked, declined, released, linked, downloaded, expired, withdrawn"""
    by = models.CharField(max_length=12)
    """desk, second, authority or steelyard: never who on our side"""


class Suspicion(Referenced):
    """A suspected crime against somebody's life or safety (DSA Art. 18), for the authority concerned."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="suspicions")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="suspicions")
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in SuspicionState], default=SuspicionState.PREPARED
    )
    country = models.CharField(max_length=2, default="", blank=True)
    """The Member State concerned; "" where it cannot be identified with reasonable certainty"""
    addressee = models.CharField(max_length=300)
    recipient = models.TextField(default="", blank=True)
    """The authority's public key"""
    sealed = models.BinaryField()
    """The files with their manifest"""
    digest = models.CharField(max_length=64)
    prepared_by = models.CharField(max_length=26)
    approval = models.CharField(max_length=26, default="", blank=True)
    released_by = models.CharField(max_length=26, default="", blank=True)
    released_at = models.DateTimeField(null=True)
    encrypted = models.BinaryField(null=True)
    sent_at = models.DateTimeField(null=True)
    tell_after = models.DateField(null=True)
    """Until this day the author is not told of decisions on it; null: told at once"""
    told_at = models.DateTimeField(null=True)
