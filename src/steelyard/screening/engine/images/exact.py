"""Sets of exact hashes (SHA-256, MD5): sorted arrays, searched by halving, memory as large as the hashes."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SIZES = {"sha256": 32, "md5": 16}
"""Kinds of exact hashes and their bytes."""
_FEW = 4096
"""Additions held apart before they are sorted in."""


class ExactSet:
    """Hashes of one kind. What is added is found at once."""

    def __init__(self, kind: str, values: Iterable[bytes] = ()) -> None:
        self.kind, self.size = kind, SIZES[kind]
        self._sorted = self._rows(values)
        self._fresh: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._sorted) + len(self._fresh)

    def __contains__(self, value: object) -> bool:
        return isinstance(value, bytes) and (value in self._fresh or self._at(value) is not None)

    def __iter__(self) -> Iterator[bytes]:
        yield from (row.tobytes() for row in self._sorted)
        yield from sorted(self._fresh)

    def add(self, values: Iterable[bytes]) -> None:
        self._fresh.update(value for value in map(self._checked, values) if value not in self)
        if len(self._fresh) > _FEW:
            self._sorted = np.unique(np.concatenate([self._sorted, self._rows(self._fresh)]))
            self._fresh = set()

    def remove(self, values: Sequence[bytes]) -> int:
        """Take hashes out. Returns how many were there."""
        before = len(self)
        places = [place for value in values if (place := self._at(value)) is not None]
        self._sorted = np.delete(self._sorted, places)
        self._fresh -= set(values)
        return before - len(self)

    def _at(self, value: bytes) -> int | None:
        if len(value) != self.size:
            return None
        place = int(np.searchsorted(self._sorted, np.void(value)))
        return place if place < len(self._sorted) and bytes(self._sorted[place]) == value else None

    def _rows(self, values: Iterable[bytes]) -> NDArray[np.void]:
        joined = b"".join(map(self._checked, values))
        return np.unique(np.frombuffer(joined, f"V{self.size}"))

    def _checked(self, value: bytes) -> bytes:
        if len(value) != self.size:
            raise ValueError(f"A hash of kind {self.kind} has {self.size} bytes.")
        return value
