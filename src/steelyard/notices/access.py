"""Hands out a notice to whoever holds its link, and to staff the lines that could not be taken up."""

from django.db.models import QuerySet

from steelyard.base.identifiers import fingerprint
from steelyard.base.models import DispatchState
from steelyard.notices.models import BatchLine, Notice
from steelyard.people.access import nothing_here


def failed_lines(*, limit: int = 100) -> QuerySet[BatchLine]:
    """Lines of partners that could not be taken up: they wait for a person. The caller has checked the right."""
    return BatchLine.objects.filter(state=DispatchState.FAILED).defer("sealed").order_by("pk")[:limit]


def failed_line(ref: str) -> BatchLine | None:
    """One of them, locked."""
    found = BatchLine.objects.select_for_update(of=("self",)).select_related("batch__key")
    return found.filter(ref=ref, state=DispatchState.FAILED).first()


def notice_behind(token: str) -> Notice:
    """The notice whose receipt's link carries `token`. Raises NoSuchThing."""
    found = Notice.objects.select_related("key").filter(follow_token=fingerprint(token)).first()
    if found is None:
        raise nothing_here()
    return found
