"""Platforms that push nothing: they are asked for what is new. A part of the contract that a connector may keep."""

from typing import Protocol, runtime_checkable

from steelyard.enforcement.connector import Seen


@runtime_checkable
class Pulled(Protocol):
    def waiting(self, most: int) -> bytes | None:
        """Up to `most` things that came and were not taken, as `translate` reads them; None for none."""
        ...

    def taken(self, transaction: bytes, seen: Seen) -> None:
        """All of it is in our database: forget it, and tell people what became of what they asked.

        Raises Unreachable only before it is forgotten.
        """
        ...
