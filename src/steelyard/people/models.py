"""Staff, their invitations and sign-ins, and the acts that need two persons."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from steelyard.base.models import Referenced
from steelyard.people.permissions import Permission, permissions_of
from steelyard.people.states import ApprovalState, InvitationState, MemberState, SignInState
from steelyard.vault.actions import unseal
from steelyard.vault.models import DataKey

PAYLOAD = "people.approval"
"""The place that seals what an approval is about."""


class Member(Referenced):
    """A person on the staff. Outside, and in the ledger, only the reference or the handle appears:
    names in audit trails have put moderators in danger (threat model, T11)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="member")
    handle = models.CharField(max_length=40, unique=True)
    """The pseudonym that colleagues see."""
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    name_sealed = models.BinaryField()
    language = models.CharField(max_length=8, default="en")
    roles = ArrayField(models.CharField(max_length=24), default=list)
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in MemberState], default=MemberState.INVITED
    )
    shortcuts = models.BooleanField(default=True)
    """Single-letter keyboard shortcuts in the console (WCAG 2.1.4: can be switched off)."""

    @property
    def actor(self) -> str:
        """How the ledger names this person: by the reference, never by name or handle."""
        return self.ref

    @property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles) if self.state == MemberState.ACTIVE else frozenset()

    def name(self) -> str:
        """The real name. Ask `access.require(asker, PEOPLE_MEMBER_READ)` first."""
        return unseal(self.key, bytes(self.name_sealed), place="member.name").decode()


class InvitationKind(models.TextChoices):
    ENROL = "enrol"
    RECOVER = "recover"
    """New passkeys in place of the old ones: for somebody who lost theirs."""


class Invitation(Referenced):
    """A link to enrol with. Its token is stored as a fingerprint and exchanged on first use."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="invitations")
    kind = models.CharField(max_length=8, choices=InvitationKind)
    fingerprint = models.CharField(max_length=64, unique=True)
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in InvitationState], default=InvitationState.SENT
    )
    made_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    """Null: the operator, at the machine itself."""
    expires_at = models.DateTimeField()


class SignIn(Referenced):
    """One person at one browser. A Django session is worth nothing without an open row here."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="sign_ins")
    credential = models.CharField(max_length=1400)
    """The WebAuthn credential id that opened it."""
    state = models.CharField(max_length=8, choices=[(s, s) for s in SignInState], default=SignInState.HALF)
    device = models.CharField(max_length=120, default="")
    passkey_at = models.DateTimeField()
    """When a passkey was last shown in this sign-in."""
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Approval(Referenced):
    """An act that takes two: two persons, two credentials, two sign-ins. The database holds it too."""

    permission = models.CharField(max_length=48)
    """What the second person must be allowed to do."""
    verb = models.CharField(max_length=64)
    about = models.CharField(max_length=26)
    digest = models.CharField(max_length=64)
    """SHA-256 of the act's canonical JSON: what was asked is what gets done."""
    payload_sealed = models.BinaryField()
    """That JSON, sealed under the asker's key."""
    because = models.TextField()
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in ApprovalState], default=ApprovalState.ASKED
    )
    asked_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    asked_credential = models.CharField(max_length=1400)
    asked_in = models.ForeignKey(SignIn, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(Member, null=True, on_delete=models.PROTECT, related_name="+")
    answered_credential = models.CharField(max_length=1400, default="")
    answered_in = models.ForeignKey(SignIn, null=True, on_delete=models.PROTECT, related_name="+")
    answered_because = models.TextField(default="")
    only = models.JSONField(default=list)
    """References of those who may know of it; empty: everybody with the permission."""
    matter = models.ForeignKey(DataKey, null=True, on_delete=models.PROTECT, related_name="+")
    """Key of the matter it belongs to, where that is under secrecy: its entries are kept with it."""
    expires_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="people_approval_takes_two",
                condition=~Q(state__in=[ApprovalState.APPROVED, ApprovalState.SPENT])
                | (
                    Q(answered_by__isnull=False)
                    & ~Q(answered_by=F("asked_by"))
                    & ~Q(answered_credential=F("asked_credential"))
                    & Q(answered_in__isnull=False)
                    & ~Q(answered_in=F("asked_in"))
                ),
            ),
        )


import steelyard.people.partners  # noqa: E402, F401 - tables of this room, in a file of their own
from steelyard.people.agencies.models import (  # noqa: E402 (its tables are this room's tables)
    Agency,
    DirectoryEntry,
    Officer,
    OfficerLink,
    OfficerSignIn,
)

__all__ = [
    "PAYLOAD", "Agency", "Approval", "DirectoryEntry", "Invitation", "InvitationKind", "Member", "Officer",
    "OfficerLink", "OfficerSignIn", "SignIn",
]  # fmt: skip
