"""The one list of what a person may be allowed to do, and the roles that bundle it.

Roles are data, and public: the page "Who may do what" shows this very table. A permission is named
`room:thing:verb`. Nobody holds a permission except through a role.
"""

from enum import StrEnum


class Permission(StrEnum):
    CASES_CASE_READ = "cases:case:read"
    CASES_CASE_CLAIM = "cases:case:claim"
    CASES_CASE_DECIDE = "cases:case:decide"
    NOTICES_NOTICE_READ = "notices:notice:read"
    ORDERS_ORDER_READ = "orders:order:read"
    ORDERS_ORDER_CHECK = "orders:order:check"
    ORDERS_ORDER_DECIDE = "orders:order:decide"
    ORDERS_LAW_CONFIRM = "orders:law:confirm"
    ORDERS_SEAL_OPEN = "orders:seal:open"
    ORDERS_REGISTER_KEEP = "orders:register:keep"
    DISCLOSURE_PACKAGE_RELEASE = "disclosure:package:release"
    DECISIONS_DECISION_READ = "decisions:decision:read"
    DECISIONS_DECISION_COUNTERSIGN = "decisions:decision:countersign"
    DECISIONS_DECISION_UNDO = "decisions:decision:undo"
    DECISIONS_COMPLAINT_READ = "decisions:complaint:read"
    DECISIONS_COMPLAINT_DECIDE = "decisions:complaint:decide"
    MISUSE_MATTER_KEEP = "misuse:matter:keep"
    EVIDENCE_EXHIBIT_LOOK = "evidence:exhibit:look"
    EVIDENCE_STORE_OPEN = "evidence:store:open"
    ENFORCEMENT_MEASURE_READ = "enforcement:measure:read"
    ENFORCEMENT_MEASURE_RETRY = "enforcement:measure:retry"
    LETTERS_LETTER_READ = "letters:letter:read"
    SCREENING_POLICY_READ = "screening:policy:read"
    SCREENING_POLICY_DRAFT = "screening:policy:draft"
    SCREENING_POLICY_PUBLISH = "screening:policy:publish"
    TRANSPARENCY_DAY_PUBLISH = "transparency:day:publish"
    LEDGER_LOG_READ = "ledger:log:read"
    ARRIVALS_ARRIVAL_SORT = "arrivals:arrival:sort"
    ONCALL_RING_ANSWER = "oncall:ring:answer"
    ONCALL_ROTA_EDIT = "oncall:rota:edit"
    PEOPLE_MEMBER_READ = "people:member:read"
    PEOPLE_MEMBER_INVITE = "people:member:invite"
    PEOPLE_MEMBER_GRANT = "people:member:grant"
    PEOPLE_MEMBER_REVOKE = "people:member:revoke"
    PEOPLE_AGENCY_READ = "people:agency:read"
    PEOPLE_AGENCY_KEEP = "people:agency:keep"
    PEOPLE_PARTNER_READ = "people:partner:read"
    PEOPLE_PARTNER_MANAGE = "people:partner:manage"
    MARKETS_MARKET_READ = "markets:market:read"
    MARKETS_MARKET_LEAVE = "markets:market:leave"
    MARKETS_MATTER_KEEP = "markets:matter:keep"


class Role(StrEnum):
    MODERATOR = "moderator"
    SENIOR_MODERATOR = "senior_moderator"
    LEGAL = "legal"
    HOTLINE = "hotline"
    POLICY_LEAD = "policy_lead"
    AUDITOR = "auditor"
    SECRECY = "secrecy"
    ADMINISTRATOR = "administrator"


_P = Permission
_REVIEW = frozenset(
    {
        _P.CASES_CASE_READ,
        _P.CASES_CASE_CLAIM,
        _P.CASES_CASE_DECIDE,
        _P.NOTICES_NOTICE_READ,
        _P.DECISIONS_DECISION_READ,
        _P.EVIDENCE_EXHIBIT_LOOK,
        _P.ENFORCEMENT_MEASURE_READ,
        _P.SCREENING_POLICY_READ,
        _P.ONCALL_RING_ANSWER,
    }
)
_SECOND_LOOK = frozenset(
    {
        _P.DECISIONS_DECISION_COUNTERSIGN,
        _P.DECISIONS_DECISION_UNDO,
        _P.DECISIONS_COMPLAINT_READ,
        _P.DECISIONS_COMPLAINT_DECIDE,
        _P.MISUSE_MATTER_KEEP,
        _P.LETTERS_LETTER_READ,
    }
)

ROLES: dict[Role, frozenset[Permission]] = {
    Role.MODERATOR: _REVIEW,
    Role.SENIOR_MODERATOR: _REVIEW | _SECOND_LOOK,
    Role.LEGAL: _REVIEW
    | _SECOND_LOOK
    | {_P.ORDERS_ORDER_READ, _P.ORDERS_ORDER_CHECK, _P.ORDERS_ORDER_DECIDE, _P.LEDGER_LOG_READ}
    | {_P.EVIDENCE_STORE_OPEN}
    | {_P.ORDERS_LAW_CONFIRM, _P.ORDERS_REGISTER_KEEP, _P.DISCLOSURE_PACKAGE_RELEASE}
    | {_P.ONCALL_ROTA_EDIT, _P.PEOPLE_AGENCY_READ, _P.PEOPLE_AGENCY_KEEP}
    | {_P.PEOPLE_PARTNER_READ, _P.PEOPLE_PARTNER_MANAGE, _P.ARRIVALS_ARRIVAL_SORT}
    | {_P.MARKETS_MARKET_READ, _P.MARKETS_MARKET_LEAVE, _P.MARKETS_MATTER_KEEP},
    Role.HOTLINE: frozenset(
        {_P.CASES_CASE_READ, _P.NOTICES_NOTICE_READ, _P.ORDERS_ORDER_READ, _P.ORDERS_ORDER_CHECK}
        | {_P.PEOPLE_AGENCY_READ, _P.PEOPLE_PARTNER_READ, _P.ARRIVALS_ARRIVAL_SORT}
    ),
    Role.POLICY_LEAD: frozenset(
        {
            _P.CASES_CASE_READ,
            _P.DECISIONS_DECISION_READ,
            _P.SCREENING_POLICY_READ,
            _P.SCREENING_POLICY_DRAFT,
            _P.SCREENING_POLICY_PUBLISH,
            _P.TRANSPARENCY_DAY_PUBLISH,
            _P.MARKETS_MARKET_READ,
            _P.MARKETS_MARKET_LEAVE,
        }
    ),
    # Beside a lawyer's role: new orders under secrecy are known to these persons, and to nobody else.
    Role.SECRECY: frozenset({_P.ORDERS_ORDER_READ, _P.ORDERS_SEAL_OPEN}),
    # Reads the log and the rules, never a person's data.
    Role.AUDITOR: frozenset({_P.LEDGER_LOG_READ, _P.SCREENING_POLICY_READ}),
    # Looks after people and machines; holds no key to any case.
    Role.ADMINISTRATOR: frozenset(
        {
            _P.PEOPLE_MEMBER_READ,
            _P.PEOPLE_MEMBER_INVITE,
            _P.PEOPLE_MEMBER_GRANT,
            _P.PEOPLE_MEMBER_REVOKE,
            _P.PEOPLE_PARTNER_READ,
            _P.PEOPLE_PARTNER_MANAGE,
            _P.ENFORCEMENT_MEASURE_READ,
            _P.ENFORCEMENT_MEASURE_RETRY,
            _P.ONCALL_RING_ANSWER,
            _P.ONCALL_ROTA_EDIT,
        }
    ),
}

TWO_PERSON_ROLES = frozenset({Role.ADMINISTRATOR, Role.LEGAL, Role.SECRECY})
"""Given by two persons, as soon as the house has two administrators."""

STEP_UP = frozenset(
    {
        _P.ORDERS_ORDER_DECIDE,
        _P.ORDERS_LAW_CONFIRM,
        _P.ORDERS_SEAL_OPEN,
        _P.ORDERS_REGISTER_KEEP,
        _P.DISCLOSURE_PACKAGE_RELEASE,
        _P.EVIDENCE_STORE_OPEN,
        _P.DECISIONS_DECISION_COUNTERSIGN,
        _P.DECISIONS_COMPLAINT_DECIDE,
        _P.MISUSE_MATTER_KEEP,
        _P.SCREENING_POLICY_PUBLISH,
        _P.TRANSPARENCY_DAY_PUBLISH,
        _P.PEOPLE_MEMBER_INVITE,
        _P.PEOPLE_MEMBER_GRANT,
        _P.PEOPLE_MEMBER_REVOKE,
        _P.PEOPLE_AGENCY_KEEP,
        _P.PEOPLE_PARTNER_MANAGE,
        _P.MARKETS_MARKET_LEAVE,
        _P.MARKETS_MATTER_KEEP,
    }
)
"""Used only with a passkey shown minutes ago. Whoever holds one also signs in with a second factor."""


def permissions_of(roles: list[str]) -> frozenset[Permission]:
    """Everything these roles allow together."""
    return frozenset().union(*(ROLES[Role(role)] for role in roles)) if roles else frozenset()


def needs_second_factor(roles: list[str]) -> bool:
    return bool(permissions_of(roles) & STEP_UP)
