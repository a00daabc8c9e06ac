"""How often somebody's earlier notices were right: a fact for the person who decides. No list of people is made."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from steelyard.base.clock import now
from steelyard.cases.models import Basis
from steelyard.cases.states import CaseState
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact


@dataclass(frozen=True)
class Accuracy:
    n: int
    """Decided notices of this address, the newest hundred at most"""
    followed: int
    """Of them, those after which something was restricted and still is"""


def accuracy_of(notices: Iterable[Notice]) -> dict[str, Accuracy]:
    """By the sender's mark. A sender without a decided notice is not in it."""
    most = fact("house.flagger_accuracy_over", now().date()).value
    senders = {notice.sender for notice in notices if notice.sender}
    bases = Basis.objects.filter(notice=OuterRef("pk"), case__state=CaseState.DECIDED)
    restricted = Decision.objects.filter(
        case__bases__notice=OuterRef("pk"), state=DecisionState.MADE, reverses=None,
        outcome__in=[Outcome.CONTAIN, Outcome.REMOVE],
    )  # fmt: skip
    rows = Notice.objects.filter(Exists(bases), sender__in=senders).annotate(followed=Exists(restricted))
    seen: dict[str, list[bool]] = defaultdict(list)
    for sender, followed in rows.order_by("-pk").values_list("sender", "followed") if senders else ():
        if len(seen[sender]) < most:
            seen[sender].append(followed)
    return {sender: Accuracy(len(one), sum(one)) for sender, one in seen.items()}
