"""Who reported something inside the platform hears what became of it: a few at once, a crowd in the background."""

from steelyard.cases.models import Basis, Case
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.letters.reporters import CHANGED, DECIDED, tell_outcome, told_since

AT_ONCE = 5
DOOR = "platform"


def tell_reporters(decision: Decision) -> None:
    """In the decision's own transaction. Whoever waits behind a crowd is told within moments, by a task."""
    if not tell_some(decision, limit=AT_ONCE):
        from steelyard.flows.tasks import tell_the_rest

        tell_the_rest.defer(decision=decision.ref)


def tell_some(decision: Decision, *, limit: int) -> bool:
    """Up to `limit` who were not told yet. Returns whether nobody is left. Safe to run again."""
    left = limit
    for case, kind in _cases(decision):
        for basis in _reports(case):
            if basis.notice and not told_since(basis.notice, kind, decision.created_at):
                if not left:
                    return False
                left -= bool(tell_outcome(basis.notice, kind, by_moderators=_by_moderators(decision, kind)))
    return True


def _by_moderators(decision: Decision, kind: str) -> str:
    """What the moderators of the channel did with the post; "" when they did not decide it."""
    if kind != DECIDED or decision.moderators_of_id is None:
        return ""
    return "stays" if decision.outcome == Outcome.NONE else "gone"


def _cases(decision: Decision) -> list[tuple[Case, str]]:
    before = decision.reverses.case if decision.reverses else None
    found = [(before, CHANGED)] if before else []
    if decision.case and (before is None or decision.case_id != before.pk):
        found.append((decision.case, DECIDED))
    return found


def _reports(case: Case) -> list[Basis]:
    return list(case.bases.filter(notice__door=DOOR).select_related("notice__key").order_by("pk"))
