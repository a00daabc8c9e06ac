"""The lives of an agency, of a line in the directory, of an officer and of an officer's sign-in, as tables.

A listed agency is only known: its lines in the directory are what we call back on. Its officers come in once it is
enrolled.
"""

from enum import StrEnum


class AgencyState(StrEnum):
    LISTED = "listed"
    ENROLLED = "enrolled"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


AGENCY_MOVES = {
    ("enrol", AgencyState.LISTED): AgencyState.ENROLLED,
    ("suspend", AgencyState.LISTED): AgencyState.SUSPENDED,
    ("suspend", AgencyState.ENROLLED): AgencyState.SUSPENDED,
    ("readmit", AgencyState.SUSPENDED): AgencyState.LISTED,
    ("revoke", AgencyState.LISTED): AgencyState.REVOKED,
    ("revoke", AgencyState.ENROLLED): AgencyState.REVOKED,
    ("revoke", AgencyState.SUSPENDED): AgencyState.REVOKED,
}


class EntryState(StrEnum):
    ADDED = "added"
    CONFIRMED = "confirmed"
    ENDED = "ended"


ENTRY_MOVES = {
    ("confirm", EntryState.ADDED): EntryState.CONFIRMED,
    ("end", EntryState.ADDED): EntryState.ENDED,
    ("end", EntryState.CONFIRMED): EntryState.ENDED,
}


class OfficerState(StrEnum):
    NAMED = "named"
    """One side has named this person; the other has not agreed yet."""
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


OFFICER_MOVES = {
    ("confirm", OfficerState.NAMED): OfficerState.INVITED,
    ("enrol", OfficerState.INVITED): OfficerState.ACTIVE,
    ("suspend", OfficerState.INVITED): OfficerState.SUSPENDED,
    ("suspend", OfficerState.ACTIVE): OfficerState.SUSPENDED,
    ("name", OfficerState.SUSPENDED): OfficerState.NAMED,
    ("revoke", OfficerState.NAMED): OfficerState.REVOKED,
    ("revoke", OfficerState.INVITED): OfficerState.REVOKED,
    ("revoke", OfficerState.ACTIVE): OfficerState.REVOKED,
    ("revoke", OfficerState.SUSPENDED): OfficerState.REVOKED,
}


class OfficerSignInState(StrEnum):
    OPEN = "open"
    ENDED = "ended"


OFFICER_SIGN_IN_MOVES = {("end", OfficerSignInState.OPEN): OfficerSignInState.ENDED}
