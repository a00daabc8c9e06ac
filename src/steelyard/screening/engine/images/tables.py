"""Multi-index hashing: tables over parts of a hash, so that a search looks at a thousandth of the rows.

Two hashes at distance d, cut into parts, agree within t bits in at least one part whenever the sum of (t + 1) over
the parts exceeds d. A table over each part lists the rows by that part's bits; a search looks up the query's part
with up to t bits turned, and compares the whole of what it finds there. No likeness is missed.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
"""Hashes as rows of four words, least significant first."""
MANY = 4_000_000
BLOCK = 6
"""Buckets are counted from the beginning of their block of 64, in two bytes instead of four."""


class Plan(NamedTuple):
    """How a hash is cut: `parts` of `bits` each. What is left over is only compared."""

    parts: int
    bits: int

    @property
    def buckets(self) -> int:
        return 1 << self.bits


def plan_for(rows: int) -> Plan:
    """Wider parts for more rows: emptier buckets, larger tables."""
    return Plan(12, 21) if rows < MANY else Plan(11, 23)


def flips(plan: Plan, threshold: int) -> tuple[int, ...]:
    """How many bits are turned in each part: the least that misses nothing up to `threshold`."""
    each, more = divmod(threshold + 1, plan.parts)
    return tuple(each if part < more else each - 1 for part in range(plan.parts))


@lru_cache(maxsize=16)
def masks(plan: Plan, threshold: int) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """What is turned in a part, and in which part, for all parts in turn."""
    found = [(part, sum(1 << bit for bit in chosen)) for part, most in enumerate(flips(plan, threshold))
             for count in range(most + 1) for chosen in combinations(range(plan.bits), count)]  # fmt: skip
    return np.array([mask for _, mask in found], np.uint32), np.array([part for part, _ in found], np.int64)


def keys(plan: Plan, words: Words, parts: Sequence[int] = ()) -> NDArray[np.uint32]:
    """The bits of these parts, of all when none is named: a column for each."""
    at = np.array(parts or range(plan.parts)) * plan.bits
    word, shift = at >> 6, (at & 63).astype(np.uint64)
    following = np.minimum(word + 1, 3)  # what is shifted in from the last word itself is cut off again
    found = words[:, word] >> shift | words[:, following] << (np.uint64(63) - shift) << np.uint64(1)
    return np.ascontiguousarray(found & np.uint64(plan.buckets - 1), np.uint32)


class Tables(NamedTuple):
    """The tables over `words`. Bucket k of a part begins at `blocks[part, k >> 6] + starts[part, k]`."""

    plan: Plan
    words: Words
    rows: NDArray[np.uint32]
    blocks: NDArray[np.uint32]
    starts: NDArray[np.uint16] | NDArray[np.uint32]


def build(words: Words, plan: Plan | None = None) -> Tables:
    """Tables over the rows, in some fifteen seconds for ten million."""
    count = len(words)
    plan = plan or plan_for(count)
    rows = np.empty((plan.parts, count), np.uint32)
    blocks = np.empty((plan.parts, (plan.buckets >> BLOCK) + 1), np.uint32)
    starts: NDArray[np.uint16] | NDArray[np.uint32] = np.empty((plan.parts, plan.buckets + 1), np.uint16)
    for part in range(plan.parts):
        begins = _sorted_into(rows[part], keys(plan, words, [part])[:, 0], plan)
        blocks[part] = begins[:: 1 << BLOCK]
        inside = begins - np.repeat(blocks[part], 1 << BLOCK)[: len(begins)]
        if starts.dtype == np.uint16 and inside.max(initial=0) > np.iinfo(np.uint16).max:
            starts = starts.astype(np.uint32)  # a crowd of near-identical hashes in one block
        starts[part] = inside
    return Tables(plan, words, rows, blocks, starts)


def _sorted_into(rows: NDArray[np.uint32], part: NDArray[np.uint32], plan: Plan) -> NDArray[np.uint32]:
    """Write the row numbers in the order of their bits; returns where each bucket begins."""
    pairs = part.astype(np.uint64) << np.uint64(32)
    pairs |= np.arange(len(part), dtype=np.uint64)
    pairs.sort()
    rows[:] = pairs  # keeps the lower half, the row's number
    begins = np.zeros(plan.buckets + 1, np.uint32)
    np.cumsum(np.bincount(part, minlength=plan.buckets), out=begins[1:])
    return begins


class Found(NamedTuple):
    """Pairs of query and row within the threshold, each once."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    distance: NDArray[np.int64]


def probe(tables: Tables, queries: Words, threshold: int) -> Found:
    """All rows within `threshold` of each query."""
    parts = [_probe(tables, queries[first : first + _AT_ONCE], threshold, first)
             for first in range(0, len(queries), _AT_ONCE)]  # fmt: skip
    return once(*(np.concatenate(column) for column in zip(*parts, strict=True)))


_AT_ONCE = 16
"""Queries worked on together: enough to share the work of starting each step, few enough for the cache."""


def _probe(tables: Tables, queries: Words, threshold: int, first: int) -> tuple[NDArray[np.int64], ...]:
    plan = tables.plan
    turned, part = masks(plan, threshold)
    own = keys(plan, queries)
    bucket = (own[:, part] ^ turned).astype(np.int64).ravel()
    offset = np.tile(part, len(queries))
    begins, ends = _edge(tables, offset, bucket), _edge(tables, offset, bucket + 1)
    full = np.flatnonzero(begins != ends)
    sizes = ends[full] - begins[full]
    before = np.cumsum(sizes) - sizes
    place = np.repeat(begins[full] + offset[full] * len(tables.words) - before, sizes) + np.arange(
        sizes.sum()
    )
    row = tables.rows.reshape(-1)[place].astype(np.int64)
    query = np.repeat(full // len(turned), sizes)
    distance = distances(tables.words[row], queries[query])
    near = np.flatnonzero(distance <= threshold)
    return query[near] + first, row[near], distance[near]


def _edge(tables: Tables, part: NDArray[np.int64], bucket: NDArray[np.int64]) -> NDArray[np.int64]:
    blocks = tables.blocks.reshape(-1)[part * tables.blocks.shape[1] + (bucket >> BLOCK)]
    starts = tables.starts.reshape(-1)[part * tables.starts.shape[1] + bucket]
    found: NDArray[np.int64] = blocks.astype(np.int64) + starts
    return found


def distances(one: Words, other: Words) -> NDArray[np.int64]:
    """Hamming distances, row by row."""
    found: NDArray[np.int64] = np.bitwise_count(one ^ other).sum(axis=-1, dtype=np.int64)
    return found


def once(query: NDArray[np.int64], row: NDArray[np.int64], distance: NDArray[np.int64]) -> Found:
    """A row can be found through several parts."""
    _, first = np.unique(query << 32 | row, return_index=True)
    return Found(query[first], row[first], distance[first])


def compare(words: Words, queries: Words, threshold: int) -> Found:
    """The same by looking at every row: for few rows, and to check the tables against."""
    parts = [_compared(words, query, threshold, number) for number, query in enumerate(queries)]
    return Found(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _compared(words: Words, query: Words, threshold: int, number: int) -> tuple[NDArray[np.int64], ...]:
    found: list[NDArray[np.int64]] = []
    far: list[NDArray[np.int64]] = []
    for first, some in _blocks(words):
        # Half of each hash sorts out nearly all rows.
        half = np.bitwise_count(some[:, 0] ^ query[0]) + np.bitwise_count(some[:, 1] ^ query[1])
        rows = np.flatnonzero(half <= threshold)
        distance = distances(some[rows], query)
        near = distance <= threshold
        found.append(rows[near] + first)
        far.append(distance[near])
    row = np.concatenate(found) if found else np.empty(0, np.int64)
    return np.full(len(row), number), row, np.concatenate(far) if far else np.empty(0, np.int64)


def _blocks(words: Words, size: int = 1 << 16) -> Iterator[tuple[int, Words]]:
    return ((first, words[first : first + size]) for first in range(0, len(words), size))
