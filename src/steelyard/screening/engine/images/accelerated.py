"""The same search compiled by Numba, where it is installed. It takes some 200 MB of memory: for batch work.

from steelyard.screening.engine.images.accelerated import probe
PdqIndex.build(hashes, probe=probe)
"""

from typing import Any

import numba
import numpy as np

from steelyard.screening.engine.images.tables import Found, Tables, Words, keys, masks, once

_AHEAD = 8192


def probe(tables: Tables, queries: Words, threshold: int) -> Found:
    """All rows within `threshold` of each query."""
    plan = tables.plan
    turned, part = masks(plan, threshold)
    own = keys(plan, queries)
    room = max(1024, 16 * len(queries))
    while True:
        out = np.empty((room, 3), np.int64)
        count = int(
            _search(
                tables.words,
                tables.rows,
                tables.blocks,
                tables.starts,
                queries,
                own,
                turned,
                part,
                threshold,
                out,
            )
        )
        if count <= room:
            return once(out[:count, 0], out[:count, 1], out[:count, 2])
        room = count


def _bits(value: Any) -> Any:
    value -= (value >> np.uint64(1)) & np.uint64(0x5555555555555555)
    value = (value & np.uint64(0x3333333333333333)) + (
        (value >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    value = (value + (value >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (value * np.uint64(0x0101010101010101)) >> np.uint64(56)


_count = numba.njit(inline="always", cache=True)(_bits)


def _searching(  # noqa: PLR0917 (compiled: it takes arrays, not objects)
    words: Any, rows: Any, blocks: Any, starts: Any, queries: Any, own: Any, turned: Any, part: Any,
    threshold: int, out: Any,
) -> int:  # fmt: skip
    """Row numbers are collected first and compared then, so that the memory's delays overlap."""
    waiting = np.empty(_AHEAD, np.uint32)
    found = 0
    for query in range(len(queries)):
        first, second, third, fourth = queries[query]
        held = 0
        for number in range(len(turned)):
            table = part[number]
            bucket = own[query, table] ^ turned[number]
            begin = blocks[table, bucket >> 6] + starts[table, bucket]
            end = blocks[table, (bucket + 1) >> 6] + starts[table, bucket + 1]
            for place in range(begin, end):
                waiting[held] = rows[table, place]
                held += 1
                if held == _AHEAD:
                    found = _compare(
                        words, waiting, held, first, second, third, fourth, query, threshold, out, found
                    )
                    held = 0
        found = _compare(words, waiting, held, first, second, third, fourth, query, threshold, out, found)
    return found


def _comparing(  # noqa: PLR0917 (as above)
    words: Any, waiting: Any, held: int, first: Any, second: Any, third: Any, fourth: Any, query: int,
    threshold: int, out: Any, found: int,
) -> int:  # fmt: skip
    for number in range(held):
        row = waiting[number]
        distance = _count(words[row, 0] ^ first) + _count(words[row, 1] ^ second)
        if distance <= threshold:
            distance += _count(words[row, 2] ^ third) + _count(words[row, 3] ^ fourth)
            if distance <= threshold:
                if found < len(out):
                    out[found, 0], out[found, 1], out[found, 2] = query, row, distance
                found += 1
    return found


_compare = numba.njit(cache=True)(_comparing)
_search = numba.njit(cache=True)(_searching)
