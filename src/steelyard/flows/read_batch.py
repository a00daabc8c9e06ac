"""What became of each line of a batch, in the partner's language."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from steelyard.base.models import DispatchState
from steelyard.base.wording import isolated
from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.actions import words_for_others
from steelyard.decisions.models import Decision
from steelyard.decisions.queries import in_its_place
from steelyard.decisions.reasons import extent, ground_name
from steelyard.decisions.states import TOOK_EFFECT, DecisionState, Outcome
from steelyard.ledger.queries import sealed_keys
from steelyard.notices.batches import explanation, text_of, what
from steelyard.notices.models import BatchLine, NoticeBatch
from steelyard.people.access import nothing_here
from steelyard.people.partner_access import Partner
from steelyard.rulebook.queries import harms

WORDS = {
    Outcome.REMOVE: "removed", Outcome.CONTAIN: "limited", Outcome.RESTORE: "no_violation",
    Outcome.NONE: "no_violation", Outcome.LABEL: "limited", Outcome.UNLABEL: "no_violation",
    Outcome.MUTE: "limited", Outcome.UNMUTE: "no_violation",
}  # fmt: skip


@dataclass(frozen=True)
class LineOutcome:
    """received, open, need_more, removed, limited, no_violation, reversed, not_here, failed; and what it says."""

    word: str
    says: str = ""
    reason: str = ""
    """The rule, by its name in the partner's language"""
    words: str = ""
    """What whoever decided wrote, in their own language"""
    at: datetime | None = None
    by_comparison: bool = False
    """It followed the decision on the same content"""
    decision: Decision | None = None

    @property
    def final(self) -> bool:
        return self.word in ("removed", "limited", "no_violation", "reversed", "not_here", "failed")


@dataclass(frozen=True)
class Said:
    theirs: bool
    text: str
    at: datetime


@dataclass(frozen=True)
class LineView:
    ref: str
    place: int
    what: str
    note: str
    code: str
    their_name: str
    harm: str
    urgency: str
    outcome: LineOutcome
    thread: tuple[Said, ...]
    may_contest: bool


@dataclass(frozen=True)
class BatchView:
    ref: str
    received_at: datetime
    language: str
    imminent: bool
    explanation: str
    lines: tuple[LineView, ...]

    @property
    def decided(self) -> int:
        return sum(line.outcome.final for line in self.lines)


def batches_of(partner: Partner, *, limit: int = 50) -> list[tuple[NoticeBatch, int, int]]:
    """The partner's newest batches, each with its number of lines and of outcomes. One that was an order under secrecy
    is found by whoever has its reference and listed for none of their colleagues."""
    found = NoticeBatch.objects.filter(partner=partner).exclude(key__in=sealed_keys()).order_by("-pk")[:limit]
    told = {"removed", "limited", "no_violation", "reversed", "not_here", "failed"}
    return [
        (batch, len(outcomes), sum(outcome in told for outcome in outcomes))
        for batch in found
        for outcomes in [list(batch.lines.values_list("told_outcome", flat=True))]
    ]


def batch_of(partner: Partner, ref: str) -> NoticeBatch:
    """One batch of this partner. Raises NoSuchThing for anybody else's."""
    found = NoticeBatch.objects.select_related("key", "partner").filter(partner=partner, ref=ref).first()
    if found is None:
        raise nothing_here()
    return found


def line_of(partner: Partner, ref: str) -> BatchLine:
    """One line of this partner. Raises NoSuchThing."""
    found = BatchLine.objects.select_related("batch__key", "batch__partner", "notice__key")
    line = found.filter(batch__partner=partner, ref=ref).first()
    if line is None:
        raise nothing_here()
    return line


def read_batch(batch: NoticeBatch, language: str) -> BatchView:
    """The batch as its partner sees it."""
    lines = batch.lines.select_related("batch__key", "batch__partner", "notice__key").order_by("place")
    return BatchView(
        ref=batch.ref, received_at=batch.created_at, language=batch.language, imminent=batch.imminent,
        explanation=explanation(batch), lines=tuple(read_line(line, language) for line in lines),
    )  # fmt: skip


def read_line(line: BatchLine, language: str) -> LineView:
    where, note = what(line)
    outcome = outcome_of(line, language)
    scheme = line.batch.partner.scheme.get("codes", {})
    messages = line.messages.select_related("line__batch__key").order_by("pk")
    return LineView(
        ref=line.ref, place=line.place, what=where, note=note, code=line.code,
        their_name=str(scheme.get(line.code, {}).get("name", "")), harm=harms()[line.harm].name(language),
        urgency=line.urgency, outcome=outcome,
        thread=tuple(Said(one.theirs, text_of(one), one.created_at) for one in messages),
        may_contest=contestable(line, outcome),
    )  # fmt: skip


def contestable(line: BatchLine, outcome: LineOutcome) -> bool:
    """Decided, and not contested yet (DSA Art. 20(1) is open to whoever sent the notice)."""
    decision = outcome.decision
    return bool(decision and line.notice and not decision.complaints.filter(notice=line.notice).exists())


def outcome_of(line: BatchLine, language: str) -> LineOutcome:
    """What became of a line, said in `language`."""
    with override(language):
        if line.state == DispatchState.FAILED:
            return LineOutcome("failed", _("We could not take this line up. A person of ours looks at it."))
        if line.notice is None:
            if line.state == DispatchState.CONFIRMED:
                return LineOutcome("not_here", _("We know of nothing here with this hash."))
            return LineOutcome("received", _("It has arrived and is being looked up."))
        return _decided(line, language)


def _decided(line: BatchLine, language: str) -> LineOutcome:
    assert line.notice  # noqa: S101 - asked before
    case = _newest_case(line)
    decision = _decision(case)
    if decision is None or case is None or case.state != CaseState.DECIDED:
        last = line.messages.order_by("-pk").first()
        if last and last.asks:
            return LineOutcome("need_more", _("We need more from you to decide this."))
        return LineOutcome("open", _("It is being looked at."))
    decision = in_its_place(decision) or decision
    ground = isolated(ground_name(decision, language)) if decision.ground != "none" else ""
    word = "reversed" if decision.state == DecisionState.REVERSED else WORDS[Outcome(decision.outcome)]
    return LineOutcome(
        word, _says(word, decision, ground, language), ground, words_for_others(decision), decision.made_at,
        decision.decided_by_machine, decision,
    )  # fmt: skip


def _says(word: str, decision: Decision, ground: str, language: str) -> str:
    if decision.state == DecisionState.ENDED:
        return _("It was hidden for a time, which is over. It goes against the rule “%(ground)s”.") % {
            "ground": ground
        }
    if word == "limited" and decision.outcome == Outcome.LABEL:
        return _("A note of ours stands beside it. It goes against the rule “%(ground)s”.") % {
            "ground": ground
        }
    if word == "limited" and (less := extent(decision, language)):
        return " ".join((_("Hidden. It goes against the rule “%(ground)s”.") % {"ground": ground}, less))
    return _SAYS[word]() % {"ground": ground}


_SAYS = {
    "removed": lambda: _("Removed. It goes against the rule “%(ground)s”."),
    "limited": lambda: _("Hidden from everybody. It goes against the rule “%(ground)s”."),
    "no_violation": lambda: _("No violation was found, so nothing was restricted."),
    "reversed": lambda: _("It was restricted at first; that decision has been reversed."),
}


def case_of_line(line: BatchLine) -> str:
    """The reference of the case that a line led to; "" while it has none."""
    found = _newest_case(line) if line.notice else None
    return found.ref if found else ""


def _newest_case(line: BatchLine) -> Case | None:
    assert line.notice  # noqa: S101 - asked before
    basis = line.notice.bases.select_related("case__key").order_by("-pk").first()
    return basis.case if basis else None


def _decision(case: Case | None) -> Decision | None:
    if case is None:
        return None
    made = (
        case.decisions.filter(state__in=TOOK_EFFECT)
        .select_related("subject__key", "case__key")
        .order_by("-pk")
    )
    ends = Q(outcome=Outcome.RESTORE) | Q(
        outcome=Outcome.NONE, decided_by_machine=True
    )  # another's time is over
    return made.filter(reverses=None).exclude(ends).first() or made.exclude(reverses=None).first()
