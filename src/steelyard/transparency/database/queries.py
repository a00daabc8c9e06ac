"""How the submissions stand, for `steelyard doctor`."""

from dataclasses import dataclass
from datetime import datetime

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


@dataclass(frozen=True)
class FailedLine:
    """A statement that the database, or our own check, refused. It names nobody: the payload holds no person."""

    puid: str
    since: datetime
    attempts: int
    why: str
    category: str


def failed_lines(limit: int = 200) -> list[FailedLine]:
    """What was refused for the server that is set now, oldest first. Whoever calls this has checked the permission."""
    mode = config().transparency_database.mode
    rows = Submission.objects.filter(state=DispatchState.FAILED, mode=mode).order_by("pk")[:limit]
    return [
        FailedLine(
            row.puid, row.created_at, row.attempts, row.last_error, str(row.payload.get("category", ""))
        )
        for row in rows
    ]


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
