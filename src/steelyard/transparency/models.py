"""Published days, and statements of reasons on their way to the Union's database.

A correction of a day is a new version; nothing published is changed.
"""

from django.db import models

from steelyard.base.identifiers import new_ref
from steelyard.base.models import Dispatch, Referenced
from steelyard.decisions.models import Statement
from steelyard.transparency.states import AnnotationKind


class DayReport(Referenced):
    day = models.DateField()
    version = models.PositiveIntegerField()
    complete = models.BooleanField(default=True)
    """False for a version that was published while the day was running"""
    digest = models.CharField(max_length=64)
    """SHA-256 of the published JSON file"""
    report = models.JSONField()
    because = models.TextField(default="", blank=True)
    """Why a later version corrects an earlier one"""
    post = models.BigIntegerField(default=0)
    """Restricted on the day: posts, channels, accounts; and what was lifted, notices and orders that arrived"""
    channel = models.BigIntegerField(default=0)
    account = models.BigIntegerField(default=0)
    reversals = models.BigIntegerField(default=0)
    notices = models.BigIntegerField(default=0)
    orders = models.BigIntegerField(default=0)
    changes = models.JSONField(default=list)
    """What a correction changed: [figure, what is counted, old, new]"""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "version"], name="a_version_once"),)


class Counts(models.Model):
    """A line of `cube.Cell`: so many leaves say the same. An index of what was published, made anew with a version."""

    type = models.CharField(max_length=100)
    harm = models.CharField(max_length=32)
    verb = models.CharField(max_length=60)
    outcome = models.CharField(max_length=60)
    kind = models.CharField(max_length=60)
    surface = models.CharField(max_length=60)
    source = models.CharField(max_length=60)
    ground = models.CharField(max_length=100)
    instrument = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    reversal = models.PositiveSmallIntegerField()
    by = models.CharField(max_length=12)
    n = models.BigIntegerField()

    class Meta:
        abstract = True


class DayCount(Counts):
    day = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=["type", "day"]),
            models.Index(fields=["day"]),
            models.Index(fields=["type", "harm", "day"]),
        )


class MonthCount(Counts):
    """The sum of a month's published days, so that no page sums up ten years."""

    month = models.DateField()
    """Its first day"""

    class Meta:
        indexes = (models.Index(fields=["type", "month"]),)


class PeriodCount(Counts):
    """The sum of a period that ends with the newest published day, so that a page reads some hundred lines."""

    period = models.CharField(max_length=8)
    """30d, 12m, all, or a year"""

    class Meta:
        indexes = (models.Index(fields=["period", "type"]),)


class PeriodTime(models.Model):
    """The sum of `DayTime` over such a period."""

    period = models.CharField(max_length=8, db_index=True)
    what = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    minutes = models.PositiveIntegerField()
    n = models.BigIntegerField()


class PeriodLanguage(models.Model):
    """The sum of what `LanguageTable` showed over such a period; language "" is all others together."""

    period = models.CharField(max_length=8, db_index=True)
    what = models.CharField(max_length=20)
    language = models.CharField(max_length=8)
    n = models.BigIntegerField()


class DayTime(models.Model):
    """How long things took that ended on this day: so many within `minutes`, and not within the bound below it."""

    day = models.DateField(db_index=True)
    what = models.CharField(max_length=20)
    key = models.CharField(max_length=100)
    """A harm; of an order its country and instrument"""
    minutes = models.PositiveIntegerField()
    n = models.PositiveIntegerField()


class Reading(models.Model):
    """Where a promise stood when a day was published (`promises`)."""

    promise = models.CharField(max_length=60)
    day = models.DateField()
    value = models.FloatField(null=True)
    """None where there was nothing to measure"""
    good = models.BigIntegerField(null=True)
    """Of a share: how many of `n` were as promised. None for a count, and for fewer people than are told of"""
    n = models.BigIntegerField(null=True)
    kept = models.BooleanField(null=True)
    since = models.DateField()
    """First day of the goal as it was worded then"""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["promise", "day"], name="a_promise_once_a_day"),)


class Annotation(Referenced):
    """An event that a person of ours wrote beside the charts of days. Never changed, at most taken back."""

    day = models.DateField(db_index=True)
    kind = models.CharField(max_length=12, choices=[(k, k) for k in AnnotationKind])
    text = models.CharField(max_length=160)
    """In public, as it was written"""
    written_by = models.CharField(max_length=26)
    withdrawn_at = models.DateTimeField(null=True)


class LanguageTable(models.Model):
    """What was shown of a day's languages (`suppression`): once, when the day is over, and never again."""

    day = models.DateField()
    what = models.CharField(max_length=20)
    cells = models.JSONField()
    others = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "what"], name="a_language_table_once"),)


class Submission(Dispatch):
    """One statement for the DSA Transparency Database, queued in its decision's transaction. Never deleted:
    these rows are our own ledger of the identifiers we used, which that database forgets."""

    statement = models.OneToOneField(Statement, on_delete=models.PROTECT, related_name="submission")
    puid = models.CharField(max_length=26, unique=True, default=new_ref, editable=False)
    """Published there as platform_uid: random, and found nowhere else of ours"""
    mode = models.CharField(max_length=12)
    """sandbox or production: what it was queued for"""
    payload = models.JSONField()
    """Exactly what is sent: no personal data is in it, so it is not sealed"""
    their_ref = models.CharField(max_length=64, default="", blank=True)
    """The database's own uuid, where its answer reached us"""

    class Meta:
        verbose_name_plural = "statements for the Transparency Database"
