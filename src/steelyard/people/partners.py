"""Organisations that tell us about content (DSA Art. 22 and others): the partner, its people, its API keys."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from steelyard.base.models import Referenced
from steelyard.people.states import KeyState, MemberState, PartnerState
from steelyard.vault.models import DataKey

KINDS = ("hotline", "trusted_flagger", "terrorism_alerts")
SCOPES = ("notices:write", "notices:read", "reports:read")
"""What an API key may do: send batches; read their outcomes; read the scorecard and the yearly report."""
CONTACTS, MEMBER_NAME = "people.partner.contacts", "people.partner_member.name"


class Partner(Referenced):
    """One organisation. Whether it may send as a partner follows from its state, read afresh each time."""

    name = models.CharField(max_length=160, unique=True)
    kinds = ArrayField(models.CharField(max_length=24), default=list)
    areas = ArrayField(models.CharField(max_length=32), default=list)
    """Harms of the rulebook; of a trusted flagger its designated area of expertise (Art. 22(1))."""
    country = models.CharField(max_length=2, default="", blank=True)
    languages = ArrayField(models.CharField(max_length=8), default=list)
    language = models.CharField(max_length=8, default="en")
    """The language of our letters and outcomes."""
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in PartnerState], default=PartnerState.INVITED
    )
    until = models.DateTimeField(null=True)
    """When a suspension ends by itself; null: when somebody ends it."""
    invited_by = models.CharField(max_length=26)
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    contacts_sealed = models.BinaryField()
    """Whom to call, with e-mail and telephone: plain data of `Contact`."""
    award = models.CharField(max_length=12, default="", blank=True)
    """Status under Art. 22 as the public list says: awarded, suspended, revoked; "" when not on it."""
    awarded_by = models.CharField(max_length=160, default="", blank=True)
    """The Digital Services Coordinator."""
    award_source = models.CharField(max_length=255, default="", blank=True)
    award_seen_on = models.DateField(null=True)
    scheme = models.JSONField(default=dict)
    """Their own categories: {"scheme", "version", "codes": {code: {"name", "harm"}}}, as they gave them to us."""


class PartnerMember(Referenced):
    """A person of a partner. Signs in with a passkey; who it is stays sealed."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="members")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handle = models.CharField(max_length=40)
    name_sealed = models.BinaryField()
    language = models.CharField(max_length=8, default="en")
    manager = models.BooleanField(default=False)
    """May make keys, set webhooks, give us the mapping, and invite colleagues."""
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in MemberState], default=MemberState.INVITED
    )
    invitation = models.CharField(max_length=64, default="", blank=True, db_index=True)
    """Fingerprint of the enrolment link's token; "" once it was used."""
    invitation_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["partner", "handle"], name="a_handle_once_a_partner"),)


class PartnerKey(Referenced):
    """A key to the API. Only its fingerprint is kept."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=24), default=list)
    state = models.CharField(max_length=12, choices=[(s, s) for s in KeyState], default=KeyState.ACTIVE)
    made_by = models.CharField(max_length=26)
