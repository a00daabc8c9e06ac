"""The console's navigation: each page with the permission that opens it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from steelyard.people.access import Member, has
from steelyard.people.permissions import Permission

_ENTRIES = (
    ("console:home", gettext_noop("Overview"), None),
    ("console:cases", gettext_noop("Cases"), Permission.CASES_CASE_READ),
    ("console:orders", gettext_noop("Orders"), Permission.ORDERS_ORDER_READ),
    ("console:arrivals", gettext_noop("Messages"), Permission.ARRIVALS_ARRIVAL_SORT),
    ("console:decisions", gettext_noop("Decisions"), Permission.DECISIONS_DECISION_READ),
    ("console:misuses", gettext_noop("Misuse"), Permission.MISUSE_MATTER_KEEP),
    ("console:authorities", gettext_noop("Authorities"), Permission.PEOPLE_AGENCY_READ),
    ("console:markets", gettext_noop("Countries"), Permission.MARKETS_MARKET_READ),
    ("console:measures", gettext_noop("Measures"), Permission.ENFORCEMENT_MEASURE_READ),
    ("console:hash_lists", gettext_noop("Hash lists"), Permission.SCREENING_POLICY_READ),
    ("console:oncall", gettext_noop("On call"), Permission.ONCALL_RING_ANSWER),
    ("console:days", gettext_noop("Days"), Permission.TRANSPARENCY_DAY_PUBLISH),
    ("console:statements", gettext_noop("Transparency Database"), Permission.TRANSPARENCY_DAY_PUBLISH),
    ("console:partners", gettext_noop("Partners"), Permission.PEOPLE_PARTNER_READ),
    ("console:members", gettext_noop("Members"), Permission.PEOPLE_MEMBER_READ),
    ("console:approvals", gettext_noop("Two persons"), None),
    ("console:roles", gettext_noop("Who may do what"), None),
)


def entries(member: Member) -> list[tuple[str, str]]:
    """Name of the address and label, for every page that this member may open."""
    return [(name, _(label)) for name, label, needs in _ENTRIES if needs is None or has(member, needs)]
