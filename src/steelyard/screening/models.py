"""What the machine found. A clean post leaves no row: it is counted in the day's tally and forgotten."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from steelyard.base.clock import now
from steelyard.base.models import Referenced
from steelyard.screening.states import Opinion
from steelyard.subjects.models import Subject
from steelyard.vault.models import DataKey


class Batch(models.Model):
    """A transaction of the platform that was dealt with. Sent again, it changes nothing."""

    connector = models.CharField(max_length=40)
    transaction = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["connector", "transaction"], name="a_batch_counts_once"),
        )


class Sight(models.Model):
    """A post that was screened: a keyed fingerprint of its id, for 72 hours, so that it is judged once."""

    mark = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)


class Arrival(models.Model):
    """Found items on their way from a door to whoever acts on them, sealed; deleted when that is done."""

    sealed = models.BinaryField()
    once = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=now)
    lease_until = models.DateTimeField(null=True)


class SampleDay(models.Model):
    """A day's sample and the key that it is sealed under; destroying the key erases the day."""

    day = models.DateField(unique=True)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)


class Sampled(models.Model):
    """One post of the sample: its words, surface and facts, sealed; no author, no channel, no id."""

    day = models.ForeignKey(SampleDay, on_delete=models.PROTECT, related_name="posts")
    sealed = models.BinaryField()


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
    notes = models.JSONField(default=list)
    """What a reviewer is told besides: the list a file is on, its kind and distance; never the hash."""
    facts = models.JSONField(default=dict)
    """What was known of author, channel and moment when the rules spoke: what a replay needs"""


class Campaign(Referenced):
    """Near copies of one thing, by whomever and wherever posted: one decision covers all of them."""

    harm = models.CharField(max_length=32)
    last_at = models.DateTimeField()
    decision = models.CharField(max_length=26, default="")
    """The decision by which later copies are hidden as they appear; "" while nobody has decided"""


class Trace(models.Model):
    """A found post as near copies know it: under a key, and forgotten with the other fingerprints."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="traces")
    campaign = models.ForeignKey(Campaign, null=True, on_delete=models.PROTECT, related_name="traces")
    kind = models.CharField(max_length=8)
    """text or picture"""
    values = models.BinaryField()
    bands = ArrayField(models.BigIntegerField())
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = (GinIndex(fields=["bands"], name="near_copies"),)


class CampaignPost(models.Model):
    """A post that belongs to a campaign."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="posts")
    subject = models.OneToOneField(Subject, on_delete=models.PROTECT, related_name="campaign_post")
    joined_at = models.DateTimeField()


class HashList(Referenced):
    """Hashes of files that somebody vouches for. `version` grows with every change to any of them."""

    name = models.CharField(max_length=60, unique=True)
    source = models.CharField(max_length=200)
    """Who gives it."""
    terms = models.CharField(max_length=400)
    """Its licence or terms of use: what we may do with it, and whom we may hand it to."""
    harm = models.CharField(max_length=32)
    policy_ref = models.CharField(max_length=80)
    version = models.PositiveBigIntegerField(default=0)
    refused = models.BooleanField(default=False)
    """Files exactly on it are refused before they are kept, also while we are down"""


class ListedHash(models.Model):
    """One hash of one list. Which hashes these are is told to nobody outside."""

    hash_list = models.ForeignKey(HashList, on_delete=models.PROTECT, related_name="hashes")
    kind = models.CharField(max_length=8)
    value = models.BinaryField()
    opinion = models.CharField(max_length=20, choices=[(o, o) for o in Opinion])
    source = models.CharField(max_length=200)
    tags = models.CharField(max_length=200, default="")
    added_at = models.DateTimeField(default=now)
    version = models.PositiveBigIntegerField()
    """The list's version at which this row last changed: what a process reads to catch up."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["hash_list", "kind", "value"], name="a_hash_stands_once_on_a_list"
            ),
        )
        indexes = (models.Index(fields=["hash_list", "version"], name="what_changed_on_a_list"),)
