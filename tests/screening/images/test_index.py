"""A search by likeness finds everything within the threshold, and nothing beyond."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from steelyard.base.errors import Broken
from steelyard.screening.engine.images.index import FEW, Match, PdqIndex
from steelyard.screening.engine.images.pdq import distance
from steelyard.screening.engine.images.tables import Found, Plan, Words, build, compare, flips, probe

MANY = FEW + 5_000


def random_hashes(count: int, seed: int = 5) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), dtype=np.uint8)


def moved(value: bytes, bits: int, seed: int = 0) -> bytes:
    """The hash with that many bits turned."""
    turned = int.from_bytes(value, "big")
    for bit in np.random.default_rng(seed).choice(256, bits, replace=False).tolist():
        turned ^= 1 << bit
    return turned.to_bytes(32, "big")


@pytest.fixture(scope="module")
def hashes() -> NDArray[np.uint8]:
    return random_hashes(MANY)


@pytest.fixture(scope="module")
def index(hashes: NDArray[np.uint8]) -> PdqIndex:
    return PdqIndex.build(hashes)


@pytest.mark.parametrize("plan", [Plan(12, 21), Plan(11, 23)])
@pytest.mark.parametrize("threshold", [0, 5, 11, 31, 35, 43])
def test_turning_these_bits_can_miss_nothing(plan: Plan, threshold: int) -> None:
    turned = flips(plan, threshold)
    assert sum(most + 1 for most in turned) == threshold + 1
    assert plan.parts * plan.bits <= 256


def test_hashes_up_to_31_bits_away_are_found_and_those_beyond_are_not(
    index: PdqIndex, hashes: NDArray[np.uint8]
) -> None:
    values = [hashes[number].tobytes() for number in range(0, 6400, 100)]
    queries = [moved(value, bits, bits) for bits, value in enumerate(values)]
    found = index.search(queries)
    assert found == [[Match(value, bits)] if bits <= 31 else [] for bits, value in enumerate(values)]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0, 12, 23, 31, 35]),
    st.sampled_from([Plan(12, 9), Plan(11, 10), Plan(5, 14)]),
)
def test_the_tables_find_what_looking_at_every_row_finds(seed: int, threshold: int, plan: Plan) -> None:
    """Neighbours at every distance around the threshold, bits turned in clumps as well as spread out."""
    if plan.parts == 5 and threshold > 23:
        return  # too many bits to turn in so few parts
    rows, queries = neighbours(seed, threshold, plan.parts * plan.bits)
    found = probe(build(rows, plan), queries, threshold)
    assert _triples(found) == _triples(compare(rows, queries, threshold))
    assert len(found.row) >= 100


@pytest.mark.parametrize("plan", [Plan(12, 21), Plan(11, 23)])
def test_so_do_tables_of_the_real_size(plan: Plan) -> None:
    rows, queries = neighbours(11, 31, plan.parts * plan.bits)
    tables = build(rows, plan)
    for threshold in (31, 47):
        assert _triples(probe(tables, queries, threshold)) == _triples(compare(rows, queries, threshold))


def neighbours(seed: int, threshold: int, used: int) -> tuple[Words, Words]:
    chance = np.random.default_rng(seed)
    rows = chance.integers(0, 2**64, (2000, 4), dtype=np.uint64)
    queries = rows[:20].copy()
    for number, row in enumerate(queries):
        span = used if number % 2 else 5 + threshold
        first = chance.integers(0, used + 1 - span)
        for bit in chance.choice(span, max(0, threshold + number % 5 - 2), replace=False) + first:
            row[bit // 64] ^= np.uint64(1) << np.uint64(bit % 64)
    rows[1000:1100] = rows[0]
    return rows, queries


def _triples(found: Found) -> list[tuple[int, int, int]]:
    return sorted(zip(*(column.tolist() for column in found), strict=True))


def test_the_compiled_search_agrees_where_numba_is_installed(hashes: NDArray[np.uint8]) -> None:
    pytest.importorskip("numba")
    from steelyard.screening.engine.images import accelerated

    rows = np.concatenate([hashes, np.repeat(hashes[:1], 70_000, axis=0)])  # a crowd: wider counters
    queries = [moved(hashes[number].tobytes(), number % 40, number) for number in range(80)]
    plain, compiled = (PdqIndex.build(rows, probe=kind) for kind in (probe, accelerated.probe))
    assert compiled.search(queries) == plain.search(queries)
    assert len(plain.search(queries[:1])[0]) == 70_001


def test_what_is_added_is_found_at_once_and_what_is_removed_no_more(hashes: NDArray[np.uint8]) -> None:
    index, new, old = PdqIndex.build(hashes), bytes(range(32)), hashes[7].tobytes()
    index.add([new])
    assert (index.search([moved(new, 20)]), len(index)) == ([[Match(new, 20)]], MANY + 1)
    assert index.remove([new, old]) == 2
    assert (index.search([new, old]), len(index)) == ([[], []], MANY - 1)
    index.add([old])
    index.compact()
    assert (index.search([new, old]), len(index), index.waiting) == ([[], [Match(old, 0)]], MANY, 0)


def test_adding_leaves_the_tables_alone(hashes: NDArray[np.uint8]) -> None:
    index = PdqIndex.build(hashes)
    before = index._tables
    index.add(row.tobytes() for row in random_hashes(500, seed=9))
    assert index._tables is before
    assert index.waiting == 500


def test_the_nearest_comes_first() -> None:
    one = bytes(range(32))
    index = PdqIndex.build([moved(one, 20), moved(one, 3, 1), moved(one, 31, 2)])
    assert [match.distance for match in index.search([one])[0]] == [3, 20, 31]


@pytest.mark.parametrize("count", [0, 3, MANY])
def test_a_saved_set_comes_back_whole(tmp_path: Path, count: int) -> None:
    file, values = tmp_path / "set.pdq", random_hashes(count, seed=2)
    index = PdqIndex.build(values)
    index.add([bytes(32)])
    index.save(file)
    again = PdqIndex.load(file)
    assert len(again) == count + 1
    again.add([b"\xff" * 32])
    queries = [bytes(32), b"\xff" * 32, *(moved(row.tobytes(), 31) for row in values[:50])]
    assert [bool(matches) for matches in again.search(queries)] == [True] * len(queries)


def test_a_saved_set_that_was_changed_or_cut_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "set.pdq"
    PdqIndex.build(random_hashes(100)).save(file)
    whole = file.read_bytes()
    for damaged in (b"", whole[:50], whole[:-64], whole[:-20] + b"\x01" + whole[-19:], b"{}\n" + whole):
        file.write_bytes(damaged)
        with pytest.raises(Broken):
            PdqIndex.load(file)


def test_distance_counts_bits() -> None:
    assert distance(bytes(32), b"\x80" + bytes(30) + b"\x03") == 3


def test_a_value_that_is_no_pdq_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        PdqIndex.build([b"short"])
