"""A set of PDQ hashes that is searched by likeness, exactly: what is within the threshold is found.

Most rows stand in tables, made once; what was added since is compared row by row and is found at once. `compact`
takes it into the tables. A search may run in one thread while another adds.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steelyard.base.errors import Broken
from steelyard.base.files import write_private
from steelyard.screening.engine.images.pdq import BITS, THRESHOLD
from steelyard.screening.engine.images.tables import Found, Plan, Tables, Words, build, compare, probe

SIZE = BITS // 8
FEW = 20_000
"""Up to here looking at every row is as fast as tables are."""
_MAGIC = "steelyard-pdq-1"
_ALIGN = 64
Probe = Callable[[Tables, Words, int], Found]


class Match(NamedTuple):
    """A listed hash and its distance in bits."""

    value: bytes
    distance: int


class PdqIndex:
    """`probe` searches tables; `accelerated.probe` is the faster one where Numba is installed."""

    def __init__(self, tables: Tables | None = None, *, probe: Probe = probe) -> None:
        self._tables, self._probe = tables, probe
        self._removed: frozenset[int] = frozenset()
        self._tail: Words = np.empty((0, 4), np.uint64)
        self._added = 0
        self._gone = 0

    @classmethod
    def build(cls, values: NDArray[np.uint8] | Sequence[bytes], *, probe: Probe = probe) -> "PdqIndex":
        """From an array of shape (n, 32), or from hashes of 32 bytes."""
        index = cls(probe=probe)
        words = _words(values)
        if len(words) > FEW:
            index._tables = build(words)
        else:
            index._append(words)
        return index

    def __len__(self) -> int:
        return self._rows + self._added - len(self._removed) - self._gone

    @property
    def _rows(self) -> int:
        return len(self._tables.words) if self._tables else 0

    @property
    def waiting(self) -> int:
        """Rows that are not in the tables yet. Beyond some twenty thousand, `compact` pays."""
        return self._added

    # Searching.

    def search(self, values: Sequence[bytes], threshold: int = THRESHOLD) -> list[list[Match]]:
        """For each hash every listed one within `threshold`, the nearest first."""
        if not values:
            return []
        queries = _words(values)
        found: list[list[Match]] = [[] for _ in values]
        if self._tables:
            rows = self._probe(self._tables, queries, threshold)
            self._collect(found, rows, self._tables.words, self._removed)
        if self._added:
            tail = self._tail[: self._added]
            self._collect(found, compare(tail, queries, threshold), tail, frozenset())
        for matches in found:
            matches.sort(key=lambda match: match.distance)
        return found

    @staticmethod
    def _collect(found: list[list[Match]], rows: Found, words: Words, gone: frozenset[int]) -> None:
        for query, row, distance in zip(*(column.tolist() for column in rows), strict=True):
            if row not in gone:
                found[query].append(Match(_value(words[row]), distance))

    # Changing.

    def add(self, values: Iterable[bytes]) -> None:
        """They are found from now on. One that is there already is found twice: `remove` it first, or do not."""
        self._append(_words(list(values)))

    def _append(self, words: Words) -> None:
        wanted = self._added + len(words)
        if wanted > len(self._tail):
            grown = np.empty((max(wanted, 2 * len(self._tail), 64), 4), np.uint64)
            grown[: self._added] = self._tail[: self._added]
            self._tail = grown
        self._tail[self._added : wanted] = words
        self._added = wanted  # last: a search in another thread sees whole rows only

    def remove(self, values: Sequence[bytes]) -> int:
        """Take hashes out, every copy. Returns how many rows that were."""
        before, queries = len(self), _words(values)
        if self._tables and len(queries):
            rows = self._probe(self._tables, queries, 0).row.tolist()
            self._removed |= frozenset(rows)
        tail = self._tail[: self._added]
        gone = compare(tail, queries, 0).row if len(queries) else np.empty(0, np.int64)
        left = np.delete(tail, gone, axis=0)
        self._tail, self._added = left, len(left)
        return before - len(self)

    def compact(self) -> None:
        """Take what was added into the tables and what was removed out of them. Seconds for ten million."""
        words = self.words()
        fresh = PdqIndex.build(words.view(np.uint8).reshape(-1, SIZE)[:, ::-1], probe=self._probe)
        self._tables, self._removed = fresh._tables, frozenset()
        self._tail, self._added = fresh._tail, fresh._added

    def words(self) -> Words:
        """All rows there are."""
        tail = self._tail[: self._added]
        if not self._tables:
            return tail.copy()
        kept = np.delete(self._tables.words, sorted(self._removed), axis=0)
        return np.concatenate([kept, tail])

    # Keeping.

    def save(self, file: Path) -> None:
        """Write everything to one file, whole or not at all. Compacts first where something changed."""
        if self._removed or (self._tables and self._added):
            self.compact()
        plan = self._tables.plan if self._tables else Plan(0, 0)
        arrays = list(self._tables[1:]) if self._tables else [self._tail[: self._added]]
        parts = b"".join(_padded(np.ascontiguousarray(array).tobytes()) for array in arrays)
        head = {
            "format": _MAGIC,
            "plan": list(plan),
            "arrays": [[str(array.dtype), list(array.shape)] for array in arrays],
            "sha256": hashlib.sha256(parts).hexdigest(),
        }
        write_private(file, _padded(json.dumps(head).encode() + b"\n") + parts)

    @classmethod
    def load(cls, file: Path, *, probe: Probe = probe) -> "PdqIndex":
        """Map a saved file. Raises Broken when it is not what was written."""
        try:
            arrays, plan = _mapped(file)
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise Broken(
                "A saved set of hashes cannot be used.",
                f"{file.name}: {type(fault).__name__}.",
                "It is made again from the lists in the database.",
            ) from fault
        if len(arrays) == 1:
            index = cls(probe=probe)
            index._append(arrays[0])
            return index
        return cls(Tables(plan, *arrays), probe=probe)


def _mapped(file: Path) -> tuple[list[Any], Plan]:
    content = np.memmap(file, np.uint8, "r")
    line = content[:4096].tobytes().split(b"\n", 1)[0]
    head = json.loads(line)
    at = len(_padded(line + b"\n"))
    if head["format"] != _MAGIC or hashlib.sha256(content[at:].data).hexdigest() != head["sha256"]:
        raise ValueError
    arrays = []
    for kind, shape in head["arrays"]:
        size = int(np.prod(shape)) * np.dtype(kind).itemsize
        arrays.append(content[at : at + size].view(kind).reshape(shape))
        at += size + -size % _ALIGN
    return arrays, Plan(*head["plan"])


def _padded(content: bytes) -> bytes:
    return content + b"\0" * (-len(content) % _ALIGN)


def _words(values: NDArray[np.uint8] | Sequence[bytes]) -> Words:
    """Rows of four words. Raises ValueError where a hash has not 32 bytes."""
    if not isinstance(values, np.ndarray):
        if any(len(value) != SIZE for value in values):
            raise ValueError(f"A PDQ hash has {SIZE} bytes.")
        values = np.frombuffer(b"".join(values), np.uint8).reshape(-1, SIZE)
    return np.ascontiguousarray(values[:, ::-1]).view("<u8").astype(np.uint64, copy=False)


def _value(words: Words) -> bytes:
    return np.ascontiguousarray(words).view(np.uint8)[::-1].tobytes()
