"""On which rung an order's sender stands now: every row that raised it, and whether it still holds."""

from dataclasses import dataclass
from datetime import datetime

from steelyard.base.clock import now
from steelyard.orders.models import Order, Step, Verification
from steelyard.people.agencies.standing import officer_stands, still_stands

LEVELS = {Step.MAILBOX: 1, Step.CALL_BACK: 2, Step.OFFICER: 3, Step.SIGNATURE: 4}


@dataclass(frozen=True)
class Evidence:
    """One step that was taken for this order."""

    row: Verification
    level: int
    """What it is worth now; 0 when it no longer holds, or never matched anything."""
    gone: str
    """Why it is worth nothing: "", ended, voided, denied, no_match, directory, officer"""


@dataclass(frozen=True)
class Standing:
    level: int
    """0 to 4"""
    evidence: tuple[Evidence, ...]
    called_back: bool
    denied: bool
    """The authority says that the order is not theirs. Then nothing else counts, from whenever it is."""

    def by(self, step: str) -> tuple[Evidence, ...]:
        """Rows of this step that hold."""
        return tuple(one for one in self.evidence if one.row.step == step and not one.gone)


def standing_of(order: Order, moment: datetime | None = None) -> Standing:
    """Looked up afresh each time: a suspension counts from the next question."""
    rows = order.verifications.select_related("entry__agency", "officer__agency").order_by("pk")
    denied = any(row.step == Step.DENIED and not row.voided_at for row in rows)
    evidence = tuple(_weighed(row, moment or now(), denied=denied) for row in rows)
    levels = [one.level for one in evidence]
    called = any(one.row.step == Step.CALL_BACK and not one.gone for one in evidence)
    return Standing(max(levels, default=0), evidence, called, denied)


def _weighed(row: Verification, moment: datetime, *, denied: bool) -> Evidence:
    gone = _gone(row, moment) or ("denied" if denied and row.step != Step.DENIED else "")
    return Evidence(row, 0 if gone else LEVELS.get(Step(row.step), 0), gone)


def _gone(row: Verification, moment: datetime) -> str:
    if row.voided_at:
        return "voided"
    if moment >= row.lasts_until:
        return "ended"
    if row.step == Step.MAILBOX and row.entry is None:
        return "no_match"
    if row.entry and not still_stands(row.entry, moment):
        return "directory"
    if row.officer and not officer_stands(row.officer):
        return "officer"
    return ""
