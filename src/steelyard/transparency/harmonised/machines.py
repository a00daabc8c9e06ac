"""Part 8: what machines decided. How accurate they are is measured elsewhere and filled in by the operator."""

from steelyard.notices.models import Notice
from steelyard.transparency.harmonised.complaints import Cells
from steelyard.transparency.harmonised.counts import article_16, measures, own_initiative
from steelyard.transparency.harmonised.period import Period

SOLELY = "Number of measures solely taken by automated means"
NOT = "Number of measures not taken by automated means"
NOTICES_SOLELY = "Number of notices solely processed by automated means"
NOTICES_NOT = "Number of notices not processed by automated means"


def machines(period: Period) -> Cells:
    cells = {}
    for scope, found in (("Total number", measures(period)), ("Own-initiative", own_initiative(period))):
        alone = found.filter(decided_by_machine=True).count()
        cells[SOLELY, scope] = str(alone)
        cells[NOT, scope] = str(found.count() - alone)
    cells[NOTICES_SOLELY, "NAM Total"] = "0"  # a person decides every notice: flows/decide_case.py
    received = Notice.objects.filter(article_16(period), **period.within("created_at")).count()
    cells[NOTICES_NOT, "NAM Total"] = str(received)
    return cells
