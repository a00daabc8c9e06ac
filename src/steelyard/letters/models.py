"""What goes out to people, written in the transaction that caused it; and the receipts we sign."""

from django.db import models

from steelyard.base.models import Dispatch, Referenced
from steelyard.orders.models import Order
from steelyard.vault.models import DataKey


class Letter(Dispatch):
    kind = models.CharField(max_length=32)
    """statement_of_reasons, complaint_outcome, notice_outcome, order_answer, announcement"""
    connector = models.CharField(max_length=40)
    """A platform connector, or "mail"."""
    recipient = models.CharField(max_length=255)
    """The platform's account or channel id; for mail, empty: the address is inside the seal."""
    language = models.CharField(max_length=8)
    key = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT)
    """Null only for announcements, whose text is public."""
    sealed = models.BinaryField()
    enclosed = models.BinaryField(null=True)
    """For mail: what it answers, where answers go, and files, sealed."""
    about = models.CharField(max_length=26)


class Receipt(Referenced):
    """Our copy of a signed receipt: what it commits to, not what was received."""

    about_type = models.CharField(max_length=32)
    about = models.CharField(max_length=26, db_index=True)
    door = models.CharField(max_length=20)
    received_at = models.DateTimeField()
    commitment = models.CharField(max_length=64)
    body = models.BinaryField()
    """The signed bytes"""
    ed25519 = models.BinaryField()
    mldsa44 = models.BinaryField()
    entry = models.CharField(max_length=40)
    """The ledger entry that carries the receipt"""


class Publication(Referenced):
    """A signed version of something the service says of itself in public. Never changed, only followed."""

    name = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    body = models.BinaryField()
    ed25519 = models.BinaryField()
    mldsa44 = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["name", "version"], name="one_version_of_each_publication"),
        )


class OrderAnswer(Referenced):
    """Our answer to an order, as it went: the JSON, and the PDF once somebody asked for it."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="answers")
    form = models.CharField(max_length=32)
    language = models.CharField(max_length=8)
    sealed = models.BinaryField()
    """The answer's canonical JSON, under the order's key."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the JSON, hexadecimal"""
    sealed_pdf = models.BinaryField(null=True)


class WebhookEndpoint(Referenced):
    """An address outside that wants to hear of outcomes, signed with a secret that only it and we have."""

    owner = models.CharField(max_length=26, db_index=True)
    """Whose it is: the reference of a partner, an agency, an operator's own system"""
    url = models.CharField(max_length=500)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    sealed_secret = models.BinaryField()
    stopped_at = models.DateTimeField(null=True)
    """Withdrawn by its owner, or it answered 410 Gone"""


class WebhookCall(Dispatch):
    """One message to one endpoint, written in the transaction that caused it."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="calls")
    event = models.CharField(max_length=60)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    sealed = models.BinaryField()
