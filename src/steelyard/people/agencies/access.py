"""Who sits at an officer's browser. What belongs to another agency is absent."""

from dataclasses import dataclass

from steelyard.base.clock import now
from steelyard.base.identifiers import fingerprint
from steelyard.people.access import nothing_here, require
from steelyard.people.agencies.models import Agency, DirectoryEntry, Officer, OfficerSignIn
from steelyard.people.agencies.standing import officer_stands
from steelyard.people.agencies.states import OfficerSignInState
from steelyard.people.assurance import how_long
from steelyard.people.models import Member
from steelyard.people.permissions import Permission

__all__ = ["Agency", "OfficerPresence", "agency_for", "entry_for", "officer_for", "officer_presence"]


@dataclass(frozen=True)
class OfficerPresence:
    """An officer at one browser, with one passkey."""

    officer: Officer
    sign_in: OfficerSignIn
    credential: str


def officer_presence(token: str) -> OfficerPresence | None:
    """Who this cookie belongs to; None when it ended, idled out, or the officer or the agency is shut out."""
    rows = OfficerSignIn.objects.select_related("officer__agency", "officer__key", "officer__user")
    found = (
        rows.filter(fingerprint=fingerprint(token), state=OfficerSignInState.OPEN).first() if token else None
    )
    if found is None or not officer_stands(found.officer) or _over(found):
        return None
    return OfficerPresence(found.officer, found, found.credential)


def agency_for(asker: Member, ref: str, permission: Permission) -> Agency:
    require(asker, permission)
    found = Agency.objects.filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def entry_for(asker: Member, ref: str, permission: Permission) -> DirectoryEntry:
    require(asker, permission)
    found = DirectoryEntry.objects.select_related("agency").filter(ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def officer_for(asker: Member | OfficerPresence, ref: str, permission: Permission) -> Officer:
    """An officer: for our staff any, for an agency's administrator only their own colleagues."""
    found = Officer.objects.select_related("agency", "user", "key").filter(ref=ref).first()
    if isinstance(asker, OfficerPresence):
        theirs = (
            asker.officer.administrator and found is not None and found.agency_id == asker.officer.agency_id
        )
        if not theirs:
            raise nothing_here()
    else:
        require(asker, permission)
    if found is None:
        raise nothing_here()
    return found


def _over(sign_in: OfficerSignIn) -> bool:
    moment = now()
    return moment >= sign_in.ends_at or moment - sign_in.seen_at >= how_long("officer_sign_in_idles")
