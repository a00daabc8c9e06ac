"""One thing that was found, and where."""

from typing import NamedTuple


class Evidence(NamedTuple):
    signal: str
    step: int
    """The first, second, third different word of its concept; 0 where there are no steps"""
    share: float
    """Of its points"""
    where: str
    words: str
    start: int
    end: int

    @property
    def weight(self) -> str:
        """The name of its points."""
        return f"{self.signal} {self.step}" if self.step else self.signal
