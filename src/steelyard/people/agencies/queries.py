"""What the directory knows."""

from datetime import date, datetime

from django.db.models import QuerySet

from steelyard.base.clock import now
from steelyard.people.access import require
from steelyard.people.agencies import plain
from steelyard.people.agencies.models import Agency, DirectoryEntry, EntryKind, Officer
from steelyard.people.agencies.states import AgencyState, EntryState, OfficerState
from steelyard.people.assurance import how_long
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

__all__ = ["agencies", "holders_of", "in_force", "of_country", "officer_stands", "still_stands"]

_OUT = (AgencyState.SUSPENDED, AgencyState.REVOKED)


def agencies(asker: Member) -> QuerySet[Agency]:
    """Every agency, by country and name. Never with counts of what it sent."""
    require(asker, Permission.PEOPLE_AGENCY_READ)
    return Agency.objects.order_by("country", "name").prefetch_related("entries", "officers")


def of_country(country: str) -> QuerySet[Agency]:
    """Agencies of a State that can be called back on."""
    return Agency.objects.filter(country=country).exclude(state__in=_OUT).order_by("name")


def in_force(kind: str, *, country: str = "", moment: datetime | None = None) -> list[DirectoryEntry]:
    """Confirmed lines of the directory that are not too old, of agencies that are not shut out."""
    found = DirectoryEntry.objects.select_related("agency").filter(kind=kind, state=EntryState.CONFIRMED)
    found = found.exclude(agency__state__in=_OUT)
    if country:
        found = found.filter(agency__country=country)
    return [one for one in found.order_by("pk") if _fresh(one, (moment or now()).date())]


def holders_of(mail_address: str, country: str) -> list[DirectoryEntry]:
    """Lines of the directory that say this address, or its domain, belongs to an agency of this State."""
    address, domain = plain.address(mail_address), plain.domain(mail_address)
    by_address = [one for one in in_force(EntryKind.ADDRESS, country=country) if one.value == address]
    return by_address + [one for one in in_force(EntryKind.DOMAIN, country=country) if one.value == domain]


def still_stands(entry: DirectoryEntry, moment: datetime | None = None) -> bool:
    """Whether what rests on this line still rests on something."""
    return (
        entry.state == EntryState.CONFIRMED
        and entry.agency.state not in _OUT
        and _fresh(entry, (moment or now()).date())
    )


def officer_stands(officer: Officer) -> bool:
    return officer.state == OfficerState.ACTIVE and officer.agency.state == AgencyState.ENROLLED


def _fresh(entry: DirectoryEntry, today: date) -> bool:
    return today - entry.found_on <= how_long("directory_entry_lasts")
