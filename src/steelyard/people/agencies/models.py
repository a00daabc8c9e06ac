"""Agencies, what the directory says of them, their officers, and the officers' sign-ins."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from steelyard.base.models import Referenced
from steelyard.people.agencies.states import AgencyState, EntryState, OfficerSignInState, OfficerState
from steelyard.vault.actions import unseal
from steelyard.vault.models import DataKey


class TwoOfOurs(models.Model):
    """Who on our staff began it, and who agreed: two persons, two passkeys, two sign-ins."""

    first_by = models.ForeignKey("people.Member", null=True, on_delete=models.PROTECT, related_name="+")
    first_credential = models.CharField(max_length=1400, default="")
    first_in = models.ForeignKey("people.SignIn", null=True, on_delete=models.PROTECT, related_name="+")
    second_by = models.ForeignKey("people.Member", null=True, on_delete=models.PROTECT, related_name="+")
    second_credential = models.CharField(max_length=1400, default="")
    second_in = models.ForeignKey("people.SignIn", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


TWO = (
    Q(first_by__isnull=False)
    & Q(second_by__isnull=False)
    & ~Q(first_by=F("second_by"))
    & ~Q(first_credential=F("second_credential"))
    & ~Q(first_in=F("second_in"))
)
"""Two of ours, as the database holds it."""


class Agency(Referenced, TwoOfOurs):
    """A public authority. Its name is no secret; that it writes to us is, so no count of orders stands here."""

    name = models.CharField(max_length=300)
    country = models.CharField(max_length=2)
    kind = models.CharField(max_length=24, default="")
    """Kind of issuer, by the words of the rulebook (desk/issuers.yaml)."""
    state = models.CharField(max_length=12, choices=[(s, s) for s in AgencyState], default=AgencyState.LISTED)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="people_agency_takes_two", condition=~Q(state=AgencyState.ENROLLED) | TWO
            ),
        )


class EntryKind(models.TextChoices):
    DOMAIN = "domain"
    ADDRESS = "address"
    NUMBER = "number"
    CERTIFICATE = "certificate"
    OPENPGP = "openpgp"


class Registry(models.TextChoices):
    """Where something about an agency can be found without asking whoever wrote to us."""

    OFFICIAL_SITE = "official_site"
    GOVERNMENT_DIRECTORY = "government_directory"
    TREATY_LIST = "treaty_list"
    CENTRAL_AUTHORITY = "central_authority"
    PRINTED = "printed"
    IN_PERSON = "in_person"
    TRUST_LIST = "trust_list"
    """A trusted list of Regulation (EU) 910/2014, Art. 22: only such a certificate can be called qualified."""


class DirectoryEntry(Referenced, TwoOfOurs):
    """One thing the directory says of an agency, with where it was found and when. It counts once a second
    person has found it too."""

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind)
    value = models.TextField()
    """As `plain.py` writes it: a domain in lower case ASCII, a number with its country code, a key in text."""
    registry = models.CharField(max_length=24, choices=Registry)
    source = models.TextField()
    """Where exactly: the address or the title and page."""
    found_on = models.DateField()
    state = models.CharField(max_length=12, choices=[(s, s) for s in EntryState], default=EntryState.ADDED)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="people_entry_takes_two", condition=~Q(state=EntryState.CONFIRMED) | TWO
            ),
        )


class Officer(Referenced, TwoOfOurs):
    """Somebody of an agency who signs in here. Named by their administrator and agreed to by us, or, for the
    first administrator, by two of us."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="officers")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="officer")
    handle = models.CharField(max_length=40)
    """What their passkey shows: initials or a staff number."""
    key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    name_sealed = models.BinaryField()
    language = models.CharField(max_length=8, default="en")
    administrator = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)
    """When both sides last agreed; it has to be done again after a while."""
    named_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=[(s, s) for s in OfficerState], default=OfficerState.NAMED
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="people_officer_takes_two_sides",
                condition=~Q(state__in=[OfficerState.INVITED, OfficerState.ACTIVE])
                | TWO
                | (Q(named_by__isnull=False) & Q(second_by__isnull=False) & ~Q(named_by=F("id"))),
            ),
        )

    @property
    def actor(self) -> str:
        return self.ref

    def name(self) -> str:
        return unseal(self.key, bytes(self.name_sealed), place="officer.name").decode()


class OfficerLink(Referenced):
    """The way in: a link that is sent, and a code that is spoken on the telephone. One alone opens nothing."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="links")
    fingerprint = models.CharField(max_length=64, unique=True)
    spoken = models.CharField(max_length=64)
    """Keyed hash of the spoken code."""
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)


class OfficerSignIn(Referenced):
    """One officer at one browser."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="sign_ins")
    credential = models.CharField(max_length=1400)
    fingerprint = models.CharField(max_length=64, unique=True)
    """Of the token in the browser's cookie."""
    state = models.CharField(
        max_length=8, choices=[(s, s) for s in OfficerSignInState], default=OfficerSignInState.OPEN
    )
    seen_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
