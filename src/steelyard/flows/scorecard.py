"""How working with one partner goes, both ways: how often they were right, and how long we took. Never a ranking."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.flows.partner_times import Times, partner_times, percentile
from steelyard.flows.read_batch import LineOutcome, outcome_of
from steelyard.notices.models import BatchLine
from steelyard.people.partner_access import Partner
from steelyard.rulebook.queries import fact, harms

RIGHT, WRONG = ("removed", "limited"), ("no_violation", "reversed")


@dataclass(frozen=True)
class Figures:
    """One row. Times in hours, from arrival to decision; None where fewer than the least number are decided."""

    about: str
    """all, a harm's id, or a language"""
    lines: int
    decided: int
    right: int
    wrong: int
    precision: float | None
    median: float | None
    p90: float | None
    p95: float | None


@dataclass(frozen=True)
class Scorecard:
    since: datetime
    whole: Figures
    by_area: tuple[Figures, ...]
    by_language: tuple[Figures, ...]
    contested: int
    """Outcomes that the partner disagreed with"""
    accuracy: float | None
    """Of the last hundred decided lines, the share that went against a rule or the law"""
    accuracy_over: int
    parity: float | None
    """The fastest language's median divided by the slowest one's, over all partners; 1 is the same for everyone"""
    by_region: tuple[Times, ...]
    """How long partners of each part of the world wait, all partners together; only cells of several partners"""
    region_parity: float | None


@dataclass(frozen=True)
class _One:
    line: BatchLine
    outcome: LineOutcome

    @property
    def hours(self) -> float | None:
        at = self.outcome.at
        return (at - self.line.batch.created_at).total_seconds() / 3600 if at and self.outcome.final else None


def scorecard(partner: Partner, *, since: datetime | None = None) -> Scorecard:
    """The partner's and ours. Rests on rows alone, so both sides see the same."""
    start = since or now() - timedelta(days=365)
    mine = _lines(BatchLine.objects.filter(batch__partner=partner, batch__created_at__gte=start))
    over = fact("house.flagger_accuracy_over", now().date()).value
    last = [one for one in sorted(mine, key=_when, reverse=True) if one.outcome.word in (*RIGHT, *WRONG)][
        :over
    ]
    everybody = partner_times(start)
    return Scorecard(
        since=start, whole=_figures("all", mine), by_area=_grouped(mine, lambda one: one.line.harm),
        by_language=_grouped(mine, lambda one: one.line.batch.language),
        contested=sum(_is_contested(one) for one in mine),
        accuracy=_share(last), accuracy_over=len(last), parity=everybody.parity,
        by_region=everybody.by_region, region_parity=everybody.region_parity,
    )  # fmt: skip


def yearly_report(partner: Partner, year: int) -> str:
    """What DSA Art. 22(3) asks a trusted flagger to publish about us, as CSV: provider, type, action, number."""
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    lines = _lines(
        BatchLine.objects.filter(
            batch__partner=partner, batch__created_at__gte=start, batch__created_at__lt=end
        )
    )
    counted = Counter((one.line.harm, one.outcome.word) for one in lines)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["provider", "period", "type_of_content", "type_of_content_en", "action", "notices"])
    for (harm, word), number in sorted(counted.items()):
        writer.writerow([config().service, year, harm, harms()[harm].name("en"), word, number])
    return out.getvalue()


def dossier(partner: Partner) -> dict[str, object]:
    """For the Digital Services Coordinator that awarded the status (DSA Art. 22(6)): numbers and each notice that
    turned out wrong, with our reason. A lawyer looks at it before a person sends it; nothing is sent from here."""
    card = scorecard(partner)
    mine = _lines(BatchLine.objects.filter(batch__partner=partner, batch__created_at__gte=card.since))
    return {
        "legal_basis": "Regulation (EU) 2022/2065, Art. 22(6)",
        "partner": partner.name, "award": partner.award, "awarded_by": partner.awarded_by,
        "award_source": partner.award_source, "since": card.since.date().isoformat(),
        "drawn_up_at": now().isoformat(timespec="seconds"),
        "decided": card.whole.decided, "went_against_a_rule": card.whole.right, "did_not": card.whole.wrong,
        "precision": card.whole.precision,
        "notices": [
            {
                "batch": one.line.batch.ref, "line": one.line.place, "harm": one.line.harm,
                "arrived": one.line.batch.created_at.isoformat(timespec="seconds"), "outcome": one.outcome.word,
                "our_reason": one.outcome.words,
            }
            for one in mine if one.outcome.word in WRONG
        ],
        "to_do": "A lawyer of the service confirms it; then a person sends it.",
    }  # fmt: skip


def _lines(found) -> list[_One]:  # type: ignore[no-untyped-def]
    rows = found.select_related("batch__key", "batch__partner", "notice__key").order_by("pk")
    return [_One(line, outcome_of(line, "en")) for line in rows]


def _grouped(found: Iterable[_One], by) -> tuple[Figures, ...]:  # type: ignore[no-untyped-def]
    groups: dict[str, list[_One]] = {}
    for one in found:
        groups.setdefault(by(one), []).append(one)
    return tuple(_figures(name, group) for name, group in sorted(groups.items()))


def _figures(about: str, found: Sequence[_One]) -> Figures:
    decided = [one for one in found if one.outcome.word in (*RIGHT, *WRONG)]
    times = sorted(one.hours for one in decided if one.hours is not None)
    enough = len(times) >= fact("house.scorecard_least", now().date()).value
    right = sum(one.outcome.word in RIGHT for one in decided)
    return Figures(
        about, len(found), len(decided), right, len(decided) - right, _share(decided),
        *((round(median(times), 2), percentile(times, 0.9), percentile(times, 0.95)) if enough else (None, None, None)),
    )  # fmt: skip


def _share(decided: Sequence[_One]) -> float | None:
    if len(decided) < fact("house.scorecard_least", now().date()).value:
        return None
    return round(sum(one.outcome.word in RIGHT for one in decided) / len(decided), 3)


def _is_contested(one: _One) -> bool:
    decision, notice = one.outcome.decision, one.line.notice
    return bool(decision and notice and notice.complaints.exists())


def _when(one: _One) -> datetime:
    return one.outcome.at or one.line.created_at
