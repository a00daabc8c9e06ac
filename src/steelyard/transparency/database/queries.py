"""How the submissions stand, for `steelyard doctor`."""

from dataclasses import dataclass

from steelyard.base.config import config
from steelyard.base.models import DispatchState
from steelyard.transparency.models import Submission


@dataclass(frozen=True)
class Standing:
    mode: str
    waiting: int
    last_error: str
    """Of the oldest that was tried and did not arrive"""
    failed: int
    why_failed: str


def standing() -> Standing:
    tried = (
        Submission.objects.filter(state=DispatchState.QUEUED).exclude(last_error="").order_by("pk").first()
    )
    failed = Submission.objects.filter(state=DispatchState.FAILED)
    first = failed.order_by("pk").first()
    return Standing(
        mode=config().transparency_database.mode,
        waiting=Submission.objects.filter(state=DispatchState.QUEUED).count(),
        last_error=tried.last_error if tried else "",
        failed=failed.count(),
        why_failed=first.last_error if first else "",
    )
