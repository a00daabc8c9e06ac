"""What a published day looks like, and where it lies."""

from pathlib import Path

import msgspec

from steelyard.base.config import home
from steelyard.transparency.counting import Numbers


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The published file."""

    service: str
    day: str
    version: int
    complete: bool
    """False while the day is still running."""
    counted_at: str
    log: dict[str, str | int]
    method: str
    excludes: str
    because: str
    numbers: Numbers


def days_folder() -> Path:
    return home() / "public" / "days"
