"""Everything that changes who may do what. Each action records itself in the ledger, with the change."""

from steelyard.people.actions.approvals import approve, ask_approval, decline, spend, withdraw_approval
from steelyard.people.actions.invitations import (
    accept_invitation,
    found_house,
    invite,
    link_from_operator,
    open_invitation,
    opened_invitation,
    readmit_member,
)
from steelyard.people.actions.members import (
    approve_role,
    grant_role,
    revoke_role,
    suspend_member,
    use_language,
    use_shortcuts,
)
from steelyard.people.actions.sign_ins import (
    complete_sign_in,
    end_sign_in,
    seen,
    show_passkey_again,
    start_sign_in,
)
from steelyard.people.models import Approval, Invitation

__all__ = [
    "Approval",
    "Invitation",
    "accept_invitation",
    "approve",
    "approve_role",
    "ask_approval",
    "complete_sign_in",
    "decline",
    "end_sign_in",
    "found_house",
    "grant_role",
    "invite",
    "link_from_operator",
    "open_invitation",
    "opened_invitation",
    "readmit_member",
    "revoke_role",
    "seen",
    "show_passkey_again",
    "spend",
    "start_sign_in",
    "suspend_member",
    "use_language",
    "use_shortcuts",
    "withdraw_approval",
]
