"""The reporting period: two days, both included, in UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from steelyard.base.errors import BadInput


@dataclass(frozen=True)
class Period:
    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadInput("The period ends before it begins.", do="Give the earlier day first.")

    @property
    def begins(self) -> datetime:
        return datetime.combine(self.first, time(), UTC)

    @property
    def over(self) -> datetime:
        """The first moment that is no longer in it."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)

    def __str__(self) -> str:
        return f"{self.first}/{self.last}"

    def within(self, field: str) -> dict[str, datetime]:
        """For a query: `field` lies in the period."""
        return {f"{field}__gte": self.begins, f"{field}__lt": self.over}
