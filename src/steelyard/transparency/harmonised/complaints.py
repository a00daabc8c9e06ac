"""Part 7: complaints under Article 20. In the template "upheld" is the decision, in our rows it is the complaint."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from django.db.models import QuerySet

from steelyard.decisions.models import Complaint, Decision, Dispute
from steelyard.decisions.states import RESTRICTS, ComplaintState, DisputeState
from steelyard.ledger.queries import sealed_keys
from steelyard.misuse.models import Misuse
from steelyard.misuse.states import MisuseKind
from steelyard.rulebook.queries import fact
from steelyard.transparency.harmonised.counts import hours
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.harmonised.tally import number

ALL = "Number of complaints submitted to the internal-complaints mechanism"
DISPUTES = "Number of disputes submitted to out-of-court dispute settlement bodies"
ABOUT_US = (DisputeState.FOR_US, DisputeState.IN_PART, DisputeState.FOR_THEM)
"""A body has said something of our decision; what was settled or dropped it left open."""
SUSPENSIONS = {
    MisuseKind.CONTENT: "Number of suspensions enacted for the provision of manifestly illegal content",
    MisuseKind.NOTICES: "Number of suspensions enacted for the provision of manifestly unfounded notices",
    MisuseKind.COMPLAINTS: "Number of suspensions enacted for the provision of manifestly unfounded complaints",
}
NEW = "Number of restrictions newly imposed as a result of an internal complaint"
_HIDDEN = (
    "Complaint regarding a decision to remove or disable access to or restrict visibility of information"
)
_SERVICE = "Complaint regarding a decision to suspend or terminate the provision of the service"
_ACCOUNT = "Complaint regarding a decision to suspend or terminate an account"
BY_KIND = {
    _HIDDEN: ("decision_visibility",),
    _SERVICE: ("decision_provision",),
    _ACCOUNT: ("decision_account",),
    "Complaint regarding a decision to restrict the ability to monetise information": ("decision_monetary",),
    "Complaint regarding a decision not to take action on a notice submitted in accordance with Article 16": (
        "notice",
    ),
    "Complaint regarding a decision not to take action on a notice submitted by a Trusted Flagger in accordance "
    "with Article 16": ("trusted_flagger",),
}  # fmt: skip
"""Which restrictions each row is about. `notice`: by whoever sent one."""
Cells = dict[tuple[str, str], str]
"""(indicator, scope) -> value"""


def complaints(period: Period) -> Cells:
    """The complaints that arrived in the period, with what had become of them when it ended."""
    found = list(received(period).select_related("decision__subject", "notice__partner"))
    cells = {(ALL, scope): value for scope, value in _outcomes(found, period).items()}
    cells |= {(DISPUTES, scope): value for scope, value in disputes(period).items()}
    cells |= {(SUSPENSIONS[kind], "Total number"): str(n) for kind, n in suspensions(period).items()}
    cells[NEW, "Total number"] = str(sum(_newly_restricted(each, period) for each in found))
    for indicator, fields in BY_KIND.items():
        mine = [complaint for complaint in found if _field(complaint, period) in fields]
        cells |= {(indicator, scope): value for scope, value in _outcomes(mine, period).items()}
    return cells


def received(period: Period) -> QuerySet[Complaint]:
    """Every complaint that arrived in the period and may be told of."""
    found = Complaint.objects.filter(**period.within("created_at"))
    return found.exclude(case__key__in=sealed_keys()).exclude(decision__case__key__in=sealed_keys())


def suspensions(period: Period) -> dict[MisuseKind, int]:
    """Suspensions that began in the period, by the three reasons of Art. 24(1)(b); also those taken back later."""
    found = Counter(
        Misuse.objects.filter(**period.within("suspended_at")).values_list("kind", flat=True)
    )  # fmt: skip
    return {kind: found[kind] for kind in MisuseKind}


def disputes(period: Period) -> dict[str, str]:
    """Disputes that were noted in the period (Art. 24(1)(a)), with what the bodies had decided when it ended.

    "Upheld" is our decision. How many of their outcomes were carried out we do not note: the operator fills it in.
    """
    noted = Dispute.objects.filter(**period.within("created_at"))
    found = list(noted.exclude(decision__case__key__in=sealed_keys()))
    decided = [each for each in found if each.decided_on and each.decided_on <= period.last]
    states = Counter(each.state for each in decided)
    times = [hours(each.created_at, _end_of(each.decided_on)) for each in decided if each.decided_on]
    return {
        "Total number": str(len(found)),
        "Decisions upheld": str(states[DisputeState.FOR_US]),
        "Decisions partially reversed": str(states[DisputeState.IN_PART]),
        "Decisions reversed": str(states[DisputeState.FOR_THEM]),
        "Median time": number(median(times)) if times else "",
        "Decision omitted": str(len(found) - sum(states[each] for each in ABOUT_US)),
    }


def _end_of(day: date) -> datetime:
    """A body's decision bears a day and no hour: it counts as that day's end."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def _outcomes(found: Iterable[Complaint], period: Period) -> dict[str, str]:
    found = list(found)
    decided = [each for each in found if each.decided_at and each.decided_at < period.over]
    times = [hours(each.created_at, each.decided_at) for each in decided if each.decided_at]
    states = Counter(each.state for each in decided)
    return {
        "Total number": str(len(found)),
        "Decisions upheld": str(states[ComplaintState.REJECTED]),
        "Decisions partially reversed": str(states[ComplaintState.PARTLY]),
        "Decisions reversed": str(states[ComplaintState.UPHELD]),
        "Median time": number(median(times)) if times else "",
        "Decision omitted": str(len(found) - len(decided)),
    }


def _field(complaint: Complaint, period: Period) -> str:
    if complaint.notice:
        partner = complaint.notice.partner
        return "trusted_flagger" if partner and partner.award == "awarded" else "notice"
    subject = complaint.decision.subject
    kind = subject.kind if subject else "post"
    done = complaint.decision.measure or f"{complaint.decision.outcome}_{kind}"
    restriction = fact("reporting.restrictions", period.last).value[done]
    return str(restriction["field"])


def _newly_restricted(complaint: Complaint, period: Period) -> bool:
    """A notifier was right, and whoever looked again restricted it after all."""
    if complaint.notice is None or complaint.state != ComplaintState.UPHELD:
        return False
    later = Decision.objects.filter(
        case__bases__notice=complaint.notice, outcome__in=RESTRICTS,
        made_at__gte=complaint.decided_at, made_at__lt=period.over,
    )  # fmt: skip
    return later.exists()
