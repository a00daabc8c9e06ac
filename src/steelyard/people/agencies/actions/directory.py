"""Agencies and what the directory says of them: looked up by one of us, found again by another."""

from collections.abc import Callable
from datetime import date

from cryptography.x509 import load_pem_x509_certificate
from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, Refused
from steelyard.base.errors import gettext_noop as _
from steelyard.base.states import next_state
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import Presence, nothing_here, require_fresh
from steelyard.people.agencies import plain
from steelyard.people.agencies.actions.two import agree, begin
from steelyard.people.agencies.models import Agency, DirectoryEntry, EntryKind, Registry
from steelyard.people.agencies.states import AGENCY_MOVES, ENTRY_MOVES, AgencyState, EntryState
from steelyard.people.permissions import Permission

_KEEP = Permission.PEOPLE_AGENCY_KEEP


@transaction.atomic
def list_agency(presence: Presence, *, name: str, country: str, kind: str, because: str) -> Agency:
    """Write an authority into the directory. Being there opens nothing for it."""
    require_fresh(presence, _KEEP)
    if not name.strip() or not country.strip():
        raise BadInput(_("An authority needs a name and a country."), field="name" if country else "country")
    agency = Agency.objects.create(name=name.strip(), country=country, kind=kind)
    _record("people:agency:listed", presence, agency, because=because)
    return agency


@transaction.atomic
def add_entry(
    presence: Presence, agency_ref: str, *, kind: str, value: str, registry: str, source: str, found_on: date
) -> DirectoryEntry:
    """Write down a number, domain, address or key, with where it was found. It counts once somebody confirms it."""
    require_fresh(presence, _KEEP)
    agency = _agency(agency_ref)
    if registry not in Registry.values or not source.strip() or found_on > now().date():
        raise BadInput(
            _("Say where this was found, and when."),
            _("A line without its source proves nothing later."),
            _("Name the page or book, and the day on which you looked."),
            field="source",
        )
    entry = DirectoryEntry(
        agency=agency, kind=kind, value=written(kind, value), registry=registry, source=source.strip(),
        found_on=found_on,
    )  # fmt: skip
    begin(entry, presence)
    entry.save()
    _record("people:entry:added", presence, entry, after=kind)
    return entry


@transaction.atomic
def confirm_entry(presence: Presence, ref: str) -> DirectoryEntry:
    """A second person has found the same at the same source."""
    require_fresh(presence, _KEEP)
    entry = _entry(ref)
    agree(entry, presence)
    _move_entry(entry, "confirm", presence, "")
    return entry


@transaction.atomic
def end_entry(presence: Presence, ref: str, *, because: str) -> DirectoryEntry:
    """It has changed, or was wrong. Whatever rests on it falls with it; what follows starts over."""
    require_fresh(presence, _KEEP)
    entry = _entry(ref)
    entry.ended_at = now()
    _move_entry(entry, "end", presence, because)
    return entry


@transaction.atomic
def begin_enrolment(presence: Presence, ref: str, *, because: str) -> Agency:
    """The first of our two persons."""
    require_fresh(presence, _KEEP)
    agency = _agency(ref)
    next_state(AGENCY_MOVES, "enrol", AgencyState(agency.state))
    begin(agency, presence)
    agency.save()
    _record("people:agency:proposed", presence, agency, because=because)
    return agency


@transaction.atomic
def enrol_agency(presence: Presence, ref: str, *, because: str) -> Agency:
    """The second of our two persons: from here on its officers can be named."""
    require_fresh(presence, _KEEP)
    agency = _agency(ref)
    if agency.first_by_id is None:
        raise Refused(_("Nobody has proposed this yet."), "", _("Propose it; a colleague then agrees."))
    agree(agency, presence)
    _move(agency, "enrol", presence, because, by="two")
    return agency


@transaction.atomic
def suspend_agency(presence: Presence, ref: str, *, because: str) -> Agency:
    """Shut it out from the next request on. One person is enough to close a door."""
    require_fresh(presence, _KEEP)
    agency = _agency(ref)
    _move(agency, "suspend", presence, because)
    return agency


@transaction.atomic
def readmit_agency(presence: Presence, ref: str, *, because: str) -> Agency:
    """Back to being listed: enrolment takes its two persons again."""
    require_fresh(presence, _KEEP)
    agency = _agency(ref)
    agency.first_by = agency.first_in = agency.second_by = agency.second_in = None
    agency.first_credential = agency.second_credential = ""
    _move(agency, "readmit", presence, because)
    return agency


@transaction.atomic
def revoke_agency(presence: Presence, ref: str, *, because: str) -> Agency:
    """For good."""
    require_fresh(presence, _KEEP)
    agency = _agency(ref)
    _move(agency, "revoke", presence, because)
    return agency


def written(kind: str, value: str) -> str:
    """The value as it is compared. Raises BadInput when it is no such thing."""
    found = _WRITTEN.get(EntryKind(kind), str.strip)(value)
    if not found or (kind == EntryKind.DOMAIN and "." not in found):
        raise BadInput(
            _("This cannot be used as it is written."),
            _("A number begins with + and its country code; a domain has a dot; an address has an @."),
            field="value",
        )
    if kind == EntryKind.CERTIFICATE:
        _readable(found)
    return found


def _number(value: str) -> str:
    return f"+{plain.number(value)}" if value.strip().startswith("+") else ""


_WRITTEN: dict[EntryKind, Callable[[str], str]] = {
    EntryKind.DOMAIN: plain.domain,
    EntryKind.ADDRESS: plain.address,
    EntryKind.NUMBER: _number,
}


def _readable(certificate: str) -> None:
    try:
        load_pem_x509_certificate(certificate.encode())
    except ValueError as fault:
        raise BadInput(_("This is no certificate in PEM."), field="value") from fault


def _agency(ref: str) -> Agency:
    found = Agency.objects.select_for_update(of=("self",)).filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def _entry(ref: str) -> DirectoryEntry:
    found = (
        DirectoryEntry.objects.select_for_update(of=("self",))
        .select_related("agency")
        .filter(ref=ref)
        .first()
    )
    if found is None:
        raise nothing_here()
    return found


def _move(agency: Agency, move: str, presence: Presence, because: str, *, by: str = "person") -> None:
    before = agency.state
    agency.state = next_state(AGENCY_MOVES, move, AgencyState(before))
    agency.save()
    _record(
        f"people:agency:{_PAST[move]}",
        presence,
        agency,
        before=before,
        after=agency.state,
        because=because,
        by=by,
    )


_PAST = {"enrol": "enrolled", "suspend": "suspended", "readmit": "readmitted", "revoke": "revoked",
         "confirm": "confirmed", "end": "ended"}  # fmt: skip


def _move_entry(entry: DirectoryEntry, move: str, presence: Presence, because: str) -> None:
    before = entry.state
    entry.state = next_state(ENTRY_MOVES, move, EntryState(before))
    entry.save()
    _record(f"people:entry:{_PAST[move]}", presence, entry, before=before, after=entry.state, because=because,
            by="two" if move == "confirm" else "person")  # fmt: skip


def _record(
    verb: str, presence: Presence, about: Agency | DirectoryEntry, *, before: str = "", after: str = "",
    because: str = "", by: str = "person",
) -> None:  # fmt: skip
    record(verb, actor=presence.member.actor, about=about, before=before, after=after, because=because,
           facts=Facts(by=by))  # fmt: skip
