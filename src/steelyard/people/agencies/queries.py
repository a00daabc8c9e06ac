"""What the directory knows."""

from datetime import datetime

from django.db.models import QuerySet

from steelyard.base.clock import now
from steelyard.people.access import nothing_here, require
from steelyard.people.agencies import plain
from steelyard.people.agencies.access import OfficerPresence
from steelyard.people.agencies.models import Agency, DirectoryEntry, EntryKind, Officer, Registry
from steelyard.people.agencies.standing import OUT, fresh, officer_stands, still_stands
from steelyard.people.agencies.states import AgencyState, EntryState, OfficerState
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

__all__ = [
    "agencies",
    "colleagues_of",
    "holders_of",
    "in_force",
    "of_country",
    "officer_stands",
    "still_stands",
    "waiting_for",
]


def agencies(asker: Member) -> QuerySet[Agency]:
    """Every agency, by country and name. Never with counts of what it sent."""
    require(asker, Permission.PEOPLE_AGENCY_READ)
    return Agency.objects.order_by("country", "name").prefetch_related("entries", "officers")


def waiting_for(member: Member, agency: Agency) -> int:
    """How much of it waits for a second person, and was not begun by this one: its enrolment, lines, officers."""
    begun: list[Agency | DirectoryEntry | Officer] = [
        *([agency] if agency.state == AgencyState.LISTED else []),
        *(one for one in agency.entries.all() if one.state == EntryState.ADDED),
        *(one for one in agency.officers.all() if one.state == OfficerState.NAMED),
    ]
    return sum(one.first_by_id not in (None, member.pk) for one in begun)


def of_country(country: str) -> QuerySet[Agency]:
    """Agencies of a State that can be called back on."""
    return Agency.objects.filter(country=country).exclude(state__in=OUT).order_by("name")


def in_force(kind: str, *, country: str = "", moment: datetime | None = None) -> list[DirectoryEntry]:
    """Confirmed lines of the directory that are not too old, of agencies that are not shut out."""
    found = DirectoryEntry.objects.select_related("agency").filter(kind=kind, state=EntryState.CONFIRMED)
    found = found.exclude(agency__state__in=OUT)
    if country:
        found = found.filter(agency__country=country)
    return [one for one in found.order_by("pk") if fresh(one, (moment or now()).date())]


def holders_of(mail_address: str, country: str) -> list[DirectoryEntry]:
    """Lines of the directory that say this address, or its domain, belongs to an agency of this State."""
    address, domain = plain.address(mail_address), plain.domain(mail_address)
    by_address = [one for one in in_force(EntryKind.ADDRESS, country=country) if one.value == address]
    return by_address + [one for one in in_force(EntryKind.DOMAIN, country=country) if one.value == domain]


def colleagues_of(presence: OfficerPresence) -> QuerySet[Officer]:
    """The officers of an administrator's own agency. Absent for everybody else."""
    if not presence.officer.administrator:
        raise nothing_here()
    return Officer.objects.filter(agency=presence.officer.agency_id).select_related("key").order_by("handle")


ENTRY_KINDS: tuple[str, ...] = tuple(EntryKind.values)
REGISTRIES: tuple[str, ...] = tuple(Registry.values)
