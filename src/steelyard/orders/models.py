"""What an authority sent. The text is sealed; country and instrument are facts that are counted in public."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from steelyard.base.clock import now
from steelyard.base.models import Referenced
from steelyard.orders.states import CLOSED, WAITING, OrderState
from steelyard.vault.models import DataKey


class Order(Referenced):
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    instrument = models.CharField(max_length=32)
    country = models.CharField(max_length=2)
    """Country of the issuing authority, ISO 3166-1 alpha-2, as claimed."""
    door = models.CharField(max_length=20)
    harm = models.CharField(max_length=32)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField()
    identity = models.CharField(max_length=64)
    """Keyed hash of authority and reference: twins through other doors are recognised by it."""
    missing = models.JSONField(default=list)
    """Mandatory elements that were not given, by id."""
    state = models.CharField(max_length=12, choices=[(s, s) for s in OrderState], default=OrderState.RECEIVED)
    state_since = models.DateTimeField(default=now)
    follow_token = models.CharField(max_length=64, unique=True, null=True)
    answered_at = models.DateTimeField(null=True)
    content = models.CharField(max_length=64, default="", blank=True)
    """Keyed hash of everything the order says: the same identity with another content is another version."""
    valid_until = models.DateField(null=True)
    """Last day on which it may still be carried out; null when it names none."""
    secret_until = models.DateField(null=True)
    """Last day of its secrecy; null when it is no secret, or names no end."""
    earlier = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="later")
    """The version that this one says it takes the place of. A person decides whether it does."""

    class Meta:
        indexes = (
            models.Index(fields=["identity"], name="orders_order_identity"),
            models.Index(
                fields=["valid_until"], condition=models.Q(state__in=WAITING), name="orders_order_runs_out"
            ),
            *(
                models.Index(
                    fields=[*by, "-state_since", "-id"],
                    condition=models.Q(state__in=CLOSED),
                    name=f"orders_closed_by_{by[0] if by else 'day'}",
                )
                for by in ((), ("country",), ("instrument",), ("state",))
            ),
        )


class Step(models.TextChoices):
    """What can be done to learn who is asking. `release` raises nothing: it lets an emergency's data go. `denied`: the
    authority itself says that the order is not theirs; nothing else counts beside it."""

    MAILBOX = "mailbox"
    CALL_BACK = "call_back"
    OFFICER = "officer"
    SIGNATURE = "signature"
    RELEASE = "release"
    DENIED = "denied"


class Verification(Referenced):
    """One step on the ladder for one order: evidence, never a mark on the order itself."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="verifications")
    step = models.CharField(max_length=12, choices=Step)
    entry = models.ForeignKey("people.DirectoryEntry", null=True, on_delete=models.PROTECT, related_name="+")
    """The line of the directory that it rests on."""
    officer = models.ForeignKey("people.Officer", null=True, on_delete=models.PROTECT, related_name="+")
    rests_on = models.CharField(max_length=64, default="")
    """Keyed hash of the address, the number or the signed file."""
    sealed = models.BinaryField()
    """What was done, with whom: JSON under the order's key."""
    by = models.CharField(max_length=26)
    """Reference of the member or officer; "steelyard" for a machine."""
    credential = models.CharField(max_length=1400, default="")
    sign_in = models.CharField(max_length=26, default="")
    lasts_until = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    voided_because = models.CharField(max_length=24, default="")
    """contact_changed, mistake"""


class MailboxCode(Referenced):
    """A code on its way to the address that an order claims."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="codes")
    fingerprint = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=64)
    """Keyed hash of the address it went to: an answer counts for that one alone."""
    asked_by = models.CharField(max_length=26)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class TextMark(models.Model):
    """What lets near-same papers be found without keeping a word of them: keyed minima of their word runs."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="mark")
    same = models.CharField(max_length=64, db_index=True)
    """Keyed hash of the folded text"""
    near = ArrayField(models.BigIntegerField())
    targets = models.CharField(max_length=64)
    """Keyed hash of what it is about"""
    address = models.CharField(max_length=64, default="", db_index=True)
    domain = models.CharField(max_length=64, default="", db_index=True)
    authority = models.CharField(max_length=64, db_index=True)
    numbers = ArrayField(models.CharField(max_length=64), default=list)
    """Keyed hashes of the telephone numbers in it that the directory does not know"""

    class Meta:
        indexes = (
            GinIndex(name="orders_textmark_near", fields=["near"]),
            GinIndex(name="orders_textmark_numbers", fields=["numbers"]),
        )


class Said(models.Model):
    """What a requester said about an order after it had arrived."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="said")
    at = models.DateTimeField(default=now)
    door = models.CharField(max_length=20)
    sealed = models.BinaryField()


class Turn(Referenced):
    """One turn in an order's life: who moved it where, and the words that went with it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="turns")
    move = models.CharField(max_length=16)
    state = models.CharField(max_length=12)
    """Where it stood afterwards."""
    by = models.CharField(max_length=26)
    """A member's reference, `authority`, or `steelyard`."""
    sealed = models.BinaryField()


class Named(models.Model):
    """Somebody who may know of an order under secrecy. To everybody else it does not exist."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="named")
    member = models.CharField(max_length=26, db_index=True)
    by = models.CharField(max_length=26)
    """Who named them: a member, or `steelyard` at the arrival."""
    at = models.DateTimeField(default=now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["order", "member"], name="orders_named_once"),)


class Confirmation(Referenced):
    """A lawyer has read what an answer rests on and nobody had read in the primary text: for this order only."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="confirmations")
    by = models.CharField(max_length=26)
    statements = models.JSONField()
    """Each as {fact, source, status}: exactly what was shown when it was confirmed."""


class Filed(models.Model):
    """What an order is found by once it is closed, without a word of it in clear. None for one under secrecy."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="filed")
    reference = models.CharField(max_length=64, db_index=True)
    """Keyed hash of their reference"""
    authority = ArrayField(models.CharField(max_length=32))
    """Keyed hashes of the words of the authority's name"""

    class Meta:
        indexes = (GinIndex(name="orders_filed_authority", fields=["authority"]),)


class ToldRefusal(models.Model):
    """One line of the public ledger of refusals: what may be told of it, once the delay has passed."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="told_refusal")
    """Never published: no reader learns which order it was."""
    month = models.DateField(db_index=True)
    """First day of the month of the refusal; no exact day is told"""
    country = models.CharField(max_length=2)
    instrument = models.CharField(max_length=32)
    issuer = models.CharField(max_length=32, blank=True)
    """Kind of authority; never its name"""
    harm = models.CharField(max_length=32)
    grounds = models.JSONField()
    """Checks that failed, each as {check, sources}"""
    red_lines = ArrayField(models.CharField(max_length=32))
    correction = models.BooleanField(default=False)
    """It was under secrecy: what was published for its month before was without it"""
    told_on = models.DateField()


class Guarded(Referenced):
    """An account or a channel on the protected register. Who it is lies under a key of its own."""

    mark = models.CharField(max_length=64, unique=True)
    """Keyed hash of the platform and its identifier there: answers yes or no about one, and lists nobody"""
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    sealed = models.BinaryField()
    """Which thing, on whose wish or for which public role, how that is known: JSON under the key"""
    basis = models.CharField(max_length=12)
    """opt_in, public_role"""
    by = models.CharField(max_length=26)
    """A member's reference, or `owner`: by the door for members"""
    off_at = models.DateTimeField(null=True)
    """When it goes, because its owner wished so; until then they can change their mind. Null: no such wish"""


class PartyList(Referenced):
    """A list of parties or States that the operator has loaded. None is shipped."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8)
    """eu, un, states"""
    source = models.CharField(max_length=255)
    dated = models.DateField()
    """The day that the file itself gives, or that the operator gave"""
    digest = models.CharField(max_length=64)
    """SHA-256 of the file, hexadecimal"""


class ListedName(models.Model):
    """A name of a listed party as the list writes it, or the code of a State."""

    list = models.ForeignKey(PartyList, on_delete=models.CASCADE, related_name="names")
    party = models.CharField(max_length=80)
    """The list's own reference"""
    name = models.CharField(max_length=500)
    words = ArrayField(models.CharField(max_length=120))
    """The words of the name as they are compared"""
    looked_for = models.CharField(max_length=120, db_index=True)
    """Its longest word"""
