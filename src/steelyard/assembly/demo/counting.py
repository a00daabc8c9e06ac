"""What the demo did, counted from what is in the house, not from what the story meant to do."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import connection
from django.db.models import Sum

from steelyard.base.clock import now
from steelyard.base.errors import Broken
from steelyard.base.models import DispatchState
from steelyard.base.outbox import backlog
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.decisions.states import DecisionState
from steelyard.enforcement.connector import Operation
from steelyard.enforcement.models import Measure
from steelyard.ledger.queries import log_state, staged_count
from steelyard.letters.models import Letter
from steelyard.letters.receipts import check_receipt
from steelyard.screening.models import Tally
from steelyard.transparency.models import DayReport


@dataclass(frozen=True)
class Outcome:
    """The last line of the demo."""

    posted: int
    hidden: int
    hidden_ms_p50: float
    hidden_ms_p95: float
    cases: int
    receipts: int
    receipts_verified: int
    decisions: int
    statements_delivered: int
    restored_identical: bool
    ledger_size: int
    ledger_ok: bool
    published: int
    seconds: float


def screened_posts() -> int:
    return Tally.objects.aggregate(all=Sum("screened"))["all"] or 0


def outbox_is_empty() -> bool:
    """Nothing waits and nothing failed. Letters by mail wait for a mail server and do not count."""
    platform = Letter.objects.exclude(connector="mail").exclude(state=DispatchState.CONFIRMED)
    return not any(backlog(Measure).values()) and not platform.exists()


def failed() -> list[str]:
    rows = [
        *Measure.objects.filter(state=DispatchState.FAILED),
        *Letter.objects.filter(state=DispatchState.FAILED),
    ]
    return [row.last_error for row in rows]


def reports_inside() -> int:
    """Reports that members made inside the platform and that have become cases."""
    return Case.objects.filter(bases__notice__door="platform").count()


def tables_that_hold(text: str) -> list[str]:
    """Every table of ours in which `text` stands in clear."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        names = [name for (name,) in cursor.fetchall()]
        return [name for name in names if _holds(cursor, name, text)]


def _holds(cursor, table: str, text: str) -> bool:  # type: ignore[no-untyped-def]
    quoted = connection.ops.quote_name(table)
    cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {quoted} t WHERE t::text LIKE %s)", [f"%{text}%"])  # noqa: S608
    return bool(cursor.fetchone()[0])


def took(operation: Operation) -> list[float]:
    """Milliseconds from a post's acceptance by the homeserver until a member no longer saw it, rules only."""
    rows = Measure.objects.filter(
        operation=operation, state=DispatchState.CONFIRMED, decision__decided_by_machine=True
    ).values_list("subject__posted_at", "confirmed_at")
    return sorted((done - posted).total_seconds() * 1000 for posted, done in rows if posted and done)


def count(*, posted: int, receipts: list[str], restored_identical: bool, seconds: float) -> Outcome:
    hidden = took(Operation.CONTAIN_ITEM)
    state = log_state()
    return Outcome(
        posted=posted,
        hidden=Measure.objects.filter(
            operation__in=[Operation.CONTAIN_ITEM, Operation.REMOVE_ITEM], state=DispatchState.CONFIRMED
        ).count(),
        hidden_ms_p50=round(statistics.median(hidden), 1) if hidden else 0.0,
        hidden_ms_p95=round(hidden[int(len(hidden) * 0.95) - 1 if len(hidden) > 1 else 0], 1)
        if hidden
        else 0.0,
        cases=Case.objects.count(),
        receipts=len(receipts),
        receipts_verified=sum(check_receipt(receipt.encode()).valid for receipt in receipts),
        decisions=Decision.objects.filter(state__in=[DecisionState.MADE, DecisionState.REVERSED]).count(),
        statements_delivered=Letter.objects.filter(
            kind="statement_of_reasons", state=DispatchState.CONFIRMED
        ).count(),
        restored_identical=restored_identical,
        ledger_size=state.size,
        ledger_ok=ledger_is_good(),
        published=DayReport.objects.filter(day=now().date()).count(),
        seconds=round(seconds, 1),
    )


def ledger_is_good() -> bool:
    """`steelyard ledger verify` says so, once everything staged has found its place."""
    patiently(lambda: staged_count() == 0, "the ledger to take up every entry")
    checked = subprocess.run(
        [sys.executable, "-m", "steelyard", "ledger", "verify"], capture_output=True, check=False
    )
    return checked.returncode == 0


def patiently(true: Callable[[], bool], what: str, *, seconds: float = 120) -> None:
    """Wait until it is so. Raises Broken with what went wrong on the way."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise Broken(
                f"Waited {seconds:.0f} seconds for {what}.", "; ".join(failed()), "See log/ in the home."
            )
        time.sleep(0.1)


def as_line(outcome: Outcome) -> dict[str, object]:
    return asdict(outcome)
