"""The lives of a member, an invitation, a sign-in and an approval, as tables."""

from enum import StrEnum


class MemberState(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


MEMBER_MOVES = {
    ("enrol", MemberState.INVITED): MemberState.ACTIVE,
    ("suspend", MemberState.ACTIVE): MemberState.SUSPENDED,
    ("suspend", MemberState.INVITED): MemberState.SUSPENDED,
    ("readmit", MemberState.SUSPENDED): MemberState.INVITED,
}


class InvitationState(StrEnum):
    SENT = "sent"
    OPENED = "opened"
    USED = "used"
    WITHDRAWN = "withdrawn"


INVITATION_MOVES = {
    ("open", InvitationState.SENT): InvitationState.OPENED,
    ("use", InvitationState.OPENED): InvitationState.USED,
    ("withdraw", InvitationState.SENT): InvitationState.WITHDRAWN,
    ("withdraw", InvitationState.OPENED): InvitationState.WITHDRAWN,
}


class SignInState(StrEnum):
    HALF = "half"
    """The passkey was shown; the second factor that this person's roles need was not yet."""
    OPEN = "open"
    ENDED = "ended"


SIGN_IN_MOVES = {
    ("complete", SignInState.HALF): SignInState.OPEN,
    ("end", SignInState.HALF): SignInState.ENDED,
    ("end", SignInState.OPEN): SignInState.ENDED,
}


class ApprovalState(StrEnum):
    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    SPENT = "spent"


APPROVAL_MOVES = {
    ("approve", ApprovalState.ASKED): ApprovalState.APPROVED,
    ("decline", ApprovalState.ASKED): ApprovalState.DECLINED,
    ("withdraw", ApprovalState.ASKED): ApprovalState.WITHDRAWN,
    ("withdraw", ApprovalState.APPROVED): ApprovalState.WITHDRAWN,
    ("spend", ApprovalState.APPROVED): ApprovalState.SPENT,
}


class PartnerState(StrEnum):
    INVITED = "invited"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


PARTNER_MOVES = {
    ("verify", PartnerState.INVITED): PartnerState.VERIFIED,
    ("suspend", PartnerState.VERIFIED): PartnerState.SUSPENDED,
    ("readmit", PartnerState.SUSPENDED): PartnerState.VERIFIED,
    ("revoke", PartnerState.INVITED): PartnerState.REVOKED,
    ("revoke", PartnerState.VERIFIED): PartnerState.REVOKED,
    ("revoke", PartnerState.SUSPENDED): PartnerState.REVOKED,
}


class KeyState(StrEnum):
    ACTIVE = "active"
    WITHDRAWN = "withdrawn"


KEY_MOVES = {("withdraw", KeyState.ACTIVE): KeyState.WITHDRAWN}
