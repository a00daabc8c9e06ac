"""Steps of a clock, at 25, 50, 75, 90 and 100 percent: each is taken exactly once, late perhaps, missed never.

A step is a unique row. Two workers share the clocks that are due (SKIP LOCKED); one that is killed in the middle
leaves nothing behind, because row, ring and next step are one transaction.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from itertools import takewhile

from django.db import connection, transaction

from steelyard.base.clock import database_now
from steelyard.base.models import Referenced
from steelyard.cases.clocks import step_at, steps
from steelyard.cases.models import Basis, Case, Deadline, Escalation
from steelyard.cases.states import CaseKind
from steelyard.ledger.actions import Facts, Happening, record_many
from steelyard.oncall.actions import ring
from steelyard.oncall.models import Ring
from steelyard.oncall.states import Urgency
from steelyard.rulebook.queries import fact

TOGETHER = frozenset({CaseKind.NOTICE, CaseKind.FINDING})
"""Of these there may be thousands: their ends ring once in a while for all of them."""


@transaction.atomic
def escalate(*, limit: int = 500) -> int:
    """Take the steps that are due, the longest overdue first; returns how many clocks were looked at."""
    moment = database_now()
    due = Deadline.objects.select_for_update(skip_locked=True, of=("self",)).select_related("case__key")
    rows = list(due.filter(met_at=None, next_step_at__lte=moment).order_by("next_step_at")[:limit])
    taken = {row.pk: _steps_due(row, moment) for row in rows}
    for row in rows:
        _move_on(row, taken[row.pk][-1].step)
    ringing = _whom_it_rings(rows, taken, moment)
    Escalation.objects.bulk_create([step for each in taken.values() for step in each])
    _save(rows)
    record_many(_passed(row.case) for row in rows if taken[row.pk][-1].step == 100)  # noqa: PLR2004 (percent)
    for about, reason in ringing:
        ring(about, reason=reason, urgency=Urgency.CLOCK)
    return len(rows)


def _steps_due(row: Deadline, moment: datetime) -> list[Escalation]:
    """Every step from the next one to the last whose time has come."""
    first = row.next_step or 0
    at = [(step, step_at(row, step) or moment) for step in steps(row.starts_at) if step >= first]
    due = list(takewhile(lambda one: one[1] <= moment, at)) or [(first, row.next_step_at or moment)]
    return [Escalation(deadline=row, step=step, due_at=when, at=moment) for step, when in due]


def _move_on(row: Deadline, done: int) -> None:
    row.next_step = next((step for step in steps(row.starts_at) if step > done), None)
    row.next_step_at = step_at(row, row.next_step)


def _whom_it_rings(
    rows: Sequence[Deadline], taken: dict[int, list[Escalation]], moment: datetime
) -> list[tuple[Referenced, str]]:
    """What to ring about: an order once for all its cases; notices and findings once for all of them."""
    pages = fact("house.clock_pages", moment.date()).value
    orders = _orders(row.case for row in rows if row.case.kind == CaseKind.ORDER)
    found: dict[tuple[str, str], tuple[Referenced, Escalation]] = {}
    for row in rows:
        last = taken[row.pk][-1]
        if last.step not in pages.get(row.case.kind, []):
            continue
        together = row.case.kind in TOGETHER
        about: Referenced = orders.get(row.case_id, row.case)
        reason = f"clocks:{row.case.kind}" if together else f"clock:{row.fact}:{last.step}"
        found.setdefault(("" if together else about.ref, reason), (about, last))
    for key in _rang_before(found.keys(), moment):
        del found[key]
    for _about, step in found.values():
        step.rang = True
    # Two keepers that ring about the same things in another order would wait for each other for ever.
    return [(about, key[1]) for key, (about, _step) in sorted(found.items(), key=lambda one: one[0])]


def _save(rows: Sequence[Deadline]) -> None:
    """One statement for all of them: Django's bulk_update takes ten times as long."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_deadline d SET next_step = g.step, next_step_at = g.at FROM"
            " unnest(%s::bigint[], %s::smallint[], %s::timestamptz[]) AS g (id, step, at) WHERE d.id = g.id",
            [
                [row.pk for row in rows],
                [row.next_step for row in rows],
                [row.next_step_at for row in rows],
            ],
        )


def _rang_before(keys: Set[tuple[str, str]], moment: datetime) -> Set[tuple[str, str]]:
    """Of these: this very step of an order, for another of its cases; of notices and findings, anything just now.

    Asked once for the whole batch: after an hour in which thousands end, nearly all of them rang before.
    """
    if not keys:
        return set()
    rung = Ring.objects.filter(reason__in={reason for _about, reason in keys})
    lately = moment - fact("house.page_together", moment.date()).period()
    of_each = rung.filter(about_ref__in={about for about, _reason in keys}).values_list("about_ref", "reason")
    together = rung.filter(rung_at__gt=lately).values_list("reason", flat=True).distinct()
    return keys & {*of_each, *(("", reason) for reason in together)}


def _orders(cases: Iterable[Case]) -> dict[int, Referenced]:
    found: dict[int, Referenced] = defaultdict()
    for basis in Basis.objects.filter(case__in=list(cases)).exclude(order=None).select_related("order__key"):
        if basis.order:
            found[basis.case_id] = basis.order
    return found


def _passed(case: Case) -> Happening:
    return Happening(
        "cases:clock:passed", "steelyard", case, case.key, facts=Facts(source=case.kind, by="nobody")
    )
