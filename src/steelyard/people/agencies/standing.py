"""Whether something that was once true of an agency, a line of the directory or an officer still counts."""

from datetime import date, datetime

from steelyard.base.clock import now
from steelyard.people.agencies.models import DirectoryEntry, Officer
from steelyard.people.agencies.states import AgencyState, EntryState, OfficerState
from steelyard.people.assurance import how_long

OUT = (AgencyState.SUSPENDED, AgencyState.REVOKED)


def still_stands(entry: DirectoryEntry, moment: datetime | None = None) -> bool:
    """Whether what rests on this line still rests on something."""
    return (
        entry.state == EntryState.CONFIRMED
        and entry.agency.state not in OUT
        and fresh(entry, (moment or now()).date())
    )


def officer_stands(officer: Officer) -> bool:
    """Active, of an enrolled agency, and agreed to by both sides not too long ago: people retire and tell nobody."""
    if officer.state != OfficerState.ACTIVE or officer.agency.state != AgencyState.ENROLLED:
        return False
    return officer.agreed_at is not None and now() - officer.agreed_at <= how_long("officer_agreement_lasts")


def fresh(entry: DirectoryEntry, today: date) -> bool:
    return today - entry.found_on <= how_long("directory_entry_lasts")
