"""Count what was screened and keep what was found, once for each transaction of the platform."""

from collections.abc import Mapping, Sequence

import msgspec
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from steelyard.base.clock import now
from steelyard.ledger.actions import Facts, record
from steelyard.rulebook.queries import fact
from steelyard.screening.engine import RuleHit, Verdict
from steelyard.screening.engine.items import Fact
from steelyard.screening.models import Batch, Finding, Sight, Tally, Trace
from steelyard.screening.queries import mark_of
from steelyard.subjects.models import Subject


def first_time(connector: str, transaction_id: str) -> bool:
    """Whether this batch is new. False when the platform sends again what was already dealt with."""
    try:
        with transaction.atomic():
            Batch.objects.create(connector=connector, transaction=transaction_id, at=now())
    except IntegrityError:
        return False
    return True


def first_sight(connector: str, ids: Sequence[str]) -> frozenset[str]:
    """Those of `ids` that were never screened before; from now on they were. In the caller's transaction."""
    marks = {mark_of(connector, each): each for each in ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO screening_sight (mark, at) SELECT unnest(%s::text[]), %s"
            " ON CONFLICT DO NOTHING RETURNING mark",
            [sorted(marks), now()],
        )
        return frozenset(marks[mark] for (mark,) in cursor.fetchall())


def forget_sights() -> int:
    """Delete the fingerprints that are older than we keep them. Returns how many."""
    kept = fact("house.fingerprints_kept", now().date()).period()
    Trace.objects.filter(at__lt=now() - kept).exclude(campaign__last_at__gte=now() - kept).delete()
    return Sight.objects.filter(at__lt=now() - kept).delete()[0]


def count(connector: str, *, screened: int, with_findings: int) -> None:
    """Add to today's tally: all that is kept of posts nobody found fault with."""
    tally, _ = Tally.objects.get_or_create(day=now().date(), connector=connector)
    Tally.objects.filter(pk=tally.pk).update(
        screened=F("screened") + screened, with_findings=F("with_findings") + with_findings
    )


def keep_findings(
    subject: Subject, verdict: Verdict, facts: Mapping[str, Fact] | None = None
) -> list[Finding]:
    """One row and one ledger entry for each rule that matched, Draft and Shadow rules included."""
    return [_keep(subject, hit, verdict, dict(facts or {})) for hit in verdict.rules]


def _keep(subject: Subject, hit: RuleHit, verdict: Verdict, facts: dict[str, Fact]) -> Finding:
    finding = Finding.objects.create(
        subject=subject,
        rule=hit.rule,
        rule_version=hit.version,
        rule_state=hit.state,
        action=hit.action,
        harm=hit.harm,
        policy_ref=hit.policy_ref,
        signals=list(hit.signals),
        spans=[msgspec.to_builtins(span) for span in verdict.spans if span.signal in hit.signals],
        notes=[note for note in verdict.notes if note.partition(":")[0] in hit.signals],
        facts=facts,
    )
    record(
        "screening:finding:made",
        actor="steelyard",
        about=finding,
        key=subject.key,
        after=hit.state,
        facts=Facts(harm=hit.harm, surface=subject.surface, source="rule", by="machine"),
    )
    return finding
