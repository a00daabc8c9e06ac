"""Everything that changes what the directory says and which officers come in. Each leaves its ledger entry."""

from steelyard.people.agencies.actions.directory import (
    add_entry,
    begin_enrolment,
    confirm_entry,
    end_entry,
    enrol_agency,
    list_agency,
    readmit_agency,
    revoke_agency,
    suspend_agency,
)
from steelyard.people.agencies.actions.officers import (
    confirm_officer,
    name_colleague,
    name_first_administrator,
    revoke_officer,
    suspend_officer,
)
from steelyard.people.agencies.actions.sign_ins import (
    enrol_officer,
    open_officer_link,
    opened_officer_link,
    seen_officer,
    sign_out_officer,
    start_officer_sign_in,
)

__all__ = [
    "add_entry", "begin_enrolment", "confirm_entry", "confirm_officer", "end_entry", "enrol_agency", "enrol_officer",
    "list_agency", "name_colleague", "name_first_administrator", "open_officer_link",
    "opened_officer_link", "readmit_agency", "revoke_agency", "revoke_officer", "seen_officer", "sign_out_officer",
    "start_officer_sign_in", "suspend_agency", "suspend_officer",
]  # fmt: skip
