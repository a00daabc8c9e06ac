"""How roles and permissions are called on screen."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from steelyard.base.errors import SteelyardError
from steelyard.people.permissions import Permission, Role

ROLE_NAMES = {
    Role.MODERATOR: _("Moderator"),
    Role.SENIOR_MODERATOR: _("Senior moderator"),
    Role.LEGAL: _("Legal"),
    Role.HOTLINE: _("Hotline"),
    Role.POLICY_LEAD: _("Policy lead"),
    Role.AUDITOR: _("Auditor"),
    Role.ADMINISTRATOR: _("Administrator"),
}

PERMISSION_NAMES = {
    Permission.CASES_CASE_READ: _("See cases"),
    Permission.CASES_CASE_CLAIM: _("Take a case to work on"),
    Permission.CASES_CASE_DECIDE: _("Decide a case"),
    Permission.NOTICES_NOTICE_READ: _("Read notices"),
    Permission.ORDERS_ORDER_READ: _("Read orders of authorities"),
    Permission.ORDERS_ORDER_CHECK: _("Check where an order comes from"),
    Permission.ORDERS_ORDER_DECIDE: _("Decide an order"),
    Permission.DECISIONS_DECISION_READ: _("Read decisions"),
    Permission.DECISIONS_DECISION_COUNTERSIGN: _("Countersign a decision"),
    Permission.DECISIONS_DECISION_UNDO: _("Undo a decision"),
    Permission.DECISIONS_COMPLAINT_READ: _("Read complaints"),
    Permission.DECISIONS_COMPLAINT_DECIDE: _("Decide a complaint"),
    Permission.EVIDENCE_EXHIBIT_LOOK: _("Look at evidence"),
    Permission.ENFORCEMENT_MEASURE_READ: _("See measures and whether they were carried out"),
    Permission.ENFORCEMENT_MEASURE_RETRY: _("Have a measure tried again"),
    Permission.LETTERS_LETTER_READ: _("Read letters that were sent"),
    Permission.SCREENING_POLICY_READ: _("Read the screening rules"),
    Permission.SCREENING_POLICY_DRAFT: _("Draft screening rules"),
    Permission.SCREENING_POLICY_PUBLISH: _("Put screening rules into force"),
    Permission.TRANSPARENCY_DAY_PUBLISH: _("Publish a day's report"),
    Permission.LEDGER_LOG_READ: _("Read the log"),
    Permission.PEOPLE_MEMBER_READ: _("See the members and their names"),
    Permission.PEOPLE_MEMBER_INVITE: _("Invite members"),
    Permission.PEOPLE_MEMBER_GRANT: _("Give roles"),
    Permission.PEOPLE_MEMBER_REVOKE: _("Take roles away, suspend members"),
}

MEMBER_STATES = {"invited": _("Invited"), "active": _("Active"), "suspended": _("Suspended")}

ACTS = {"people:member:granted": _("Give a role")}
"""Acts that take two persons, by the verb they leave in the log."""


def said(fault: SteelyardError) -> str:
    """An error in the reader's language: what happened, why, what to do."""
    return " ".join(gettext(part) for part in (fault.what, fault.why, fault.do) if part)
