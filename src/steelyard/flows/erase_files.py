"""Removed for good is removed with its files: their bytes are destroyed on the platform, when nobody may need them.

At the removal they are only put where nobody is handed them. They stay there while the decision can be contested or is,
while an order or a law has them preserved, and while somebody may still be told of a suspicion (DSA Art. 18).
"""

from collections.abc import Iterator
from itertools import islice

from django.db import transaction

from steelyard.base.clock import now
from steelyard.base.models import DispatchState
from steelyard.decisions.states import DecisionState
from steelyard.enforcement.actions import queue_erasure
from steelyard.enforcement.connector import Operation, connector, connectors
from steelyard.enforcement.models import Measure
from steelyard.evidence.store import is_put_away
from steelyard.flows.erase_put_away import needed
from steelyard.rulebook.queries import fact
from steelyard.subjects.models import Subject

AT_ONCE = 500
"""Posts whose files are asked for in one go. What may not go yet does not count: it may wait in front for years."""


def erase_files() -> int:
    """Queue the destruction of what is due. Returns of how many posts. Safe to run again."""
    return sum(islice((1 for pk in _due() if _erased(pk)), AT_ONCE))


def _due() -> Iterator[int]:
    """Removals that were carried out, that nobody can contest any more, and whose files were not asked for yet."""
    closed = now() - fact("dsa.complaint_window", now().date()).period()
    rows = Measure.objects.filter(
        operation=Operation.REMOVE_ITEM,
        state=DispatchState.CONFIRMED,
        confirmed_at__lt=closed,
        decision__state=DecisionState.MADE,
        subject__connector__in=_offering(),
    ).exclude(decision__statement__contest_until__gte=now())
    asked = Measure.objects.filter(operation=Operation.ERASE_MEDIA).values("subject")
    return iter(rows.exclude(subject__in=asked).order_by("pk").values_list("pk", flat=True))


def _erased(pk: int) -> bool:
    with transaction.atomic():
        row = Measure.objects.select_related("decision__case__key").get(pk=pk)
        subject = Subject.objects.select_for_update(of=("self",)).get(pk=row.subject_id)
        if may_go := _may_go(row, subject):
            queue_erasure(row)
        return may_go


def _may_go(row: Measure, subject: Subject) -> bool:
    """Read again under the lock. Abuse imagery has a law of its own (`erase_put_away`)."""
    asked = Measure.objects.filter(operation=Operation.ERASE_MEDIA, subject=subject)
    return not (needed(subject) or is_put_away(subject) or asked.exists())


def _offering() -> list[str]:
    return [name for name in connectors() if connector(name).manifest.offers(Operation.ERASE_MEDIA)]
