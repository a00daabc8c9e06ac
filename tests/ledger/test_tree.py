"""The formats, against vectors and against the definitions in RFC 6962, written out naively."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steelyard.ledger.growth import Growth, grown_to
from steelyard.ledger.proof.merkle import (
    EMPTY,
    consistency_proof,
    consistent,
    inclusion_proof,
    leaf_hash,
    root_from_inclusion,
    root_of,
)
from steelyard.ledger.proof.tiles import (
    ENTRIES,
    BadTile,
    Missing,
    bundle,
    hash_reader,
    read_bundle,
    read_entry,
    tile_path,
    tiles_of,
)

sizes = st.integers(1, 900)


def mth(leaves):
    """RFC 6962, section 2.1, to the letter."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m, leaves):
    """RFC 6962, section 2.1.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m, leaves, whole):
    """RFC 6962, section 2.1.2."""
    if m == len(leaves):
        return [] if whole else [mth(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*subproof(m, leaves[:k], whole), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


class Files(dict):
    """The files of a log, as a source to read from."""

    def read(self, name):
        try:
            return self[name]
        except KeyError:
            raise Missing(name) from None


def leaves_of(count):
    return [f"entry {n}".encode() for n in range(count)]


def log_of(leaves, *cuts):
    """A log that grew to these sizes one after the other."""
    growth, files, start = Growth(), Files(), 0
    for end in (*sorted(cuts), len(leaves)):
        files.update(growth.append(leaves[start:end]))
        start = end
    return files, growth


def test_the_empty_log_has_the_root_of_nothing():
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert Growth().root() == root_of([]) == EMPTY


def test_tiles_are_named_as_in_the_standard():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(3, 5, 17) == "tile/3/005.p/17"
    assert tile_path(ENTRIES, 70, 1) == "tile/entries/070.p/1"


def test_a_log_of_70000_has_the_tiles_of_the_standards_example():
    tiles = list(tiles_of(70_000))
    by_level = [[width for level, _, width in tiles if level == wanted] for wanted in range(4)]
    assert by_level == [[256] * 273 + [112], [256, 17], [1], []]
    files, growth = log_of(leaves_of(70_000))
    hashes = {name for name in files if not name.startswith("tile/entries/")}
    assert hashes == {tile_path(*tile) for tile in tiles}
    assert growth.root() == mth(leaves_of(70_000))


@given(sizes, st.data())
def test_every_root_and_every_tile_is_what_the_rfc_says_however_the_log_grew(size, data):
    leaves = leaves_of(size)
    cuts = data.draw(st.lists(st.integers(0, size), max_size=4))
    files, growth = log_of(leaves, *cuts)
    assert growth.root() == mth(leaves) == root_of([leaf_hash(leaf) for leaf in leaves])
    level, number, width = data.draw(st.sampled_from(list(tiles_of(size))))
    span = 256**level
    at = data.draw(st.integers(0, width - 1))
    first = (number * 256 + at) * span
    stated = files[tile_path(level, number, width)]
    assert stated[32 * at : 32 * at + 32] == mth(leaves[first : first + span])
    assert len(stated) == 32 * width
    index = data.draw(st.integers(0, size - 1))
    assert read_entry(files, index, size) == leaves[index]
    again = grown_to(files, size)
    assert (again.root(), again.rows, again.entries) == (growth.root(), growth.rows, growth.entries)


@given(sizes, st.data())
def test_inclusion_proofs_are_those_of_the_rfc_and_prove_nothing_else(size, data):
    leaves = leaves_of(size)
    index = data.draw(st.integers(0, size - 1))
    files, growth = log_of(leaves)
    proof = inclusion_proof(hash_reader(files, size), index, size)
    assert proof == path(index, leaves)
    root = growth.root()
    leaf = leaf_hash(leaves[index])
    assert root_from_inclusion(leaf, index, size, proof) == root
    assert root_from_inclusion(leaf_hash(b"other"), index, size, proof) != root
    other = data.draw(st.integers(-1, size + 1).filter(lambda n: n != index))
    assert root_from_inclusion(leaf, other, size, proof) != root
    assert root_from_inclusion(leaf, index, size, [*proof, leaf]) != root
    if proof:
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        assert root_from_inclusion(leaf, index, size, flipped(proof, at, bit)) != root
        assert root_from_inclusion(leaf, index, size, proof[:-1]) != root


@given(sizes, st.data())
def test_consistency_proofs_are_those_of_the_rfc_and_prove_nothing_else(size, data):
    leaves = leaves_of(size)
    old = data.draw(st.integers(0, size))
    files, growth = log_of(leaves)
    before, after = mth(leaves[:old]), growth.root()
    proof = consistency_proof(hash_reader(files, size), old, size)
    assert proof == ([] if old == 0 else subproof(old, leaves, True))
    assert consistent(old, before, size, after, proof)
    rewritten = mth([b"other", *leaves[1:old]]) if old else leaf_hash(b"")
    assert not consistent(old, rewritten, size, after, proof)
    if old:  # whatever there is now, it began with nothing
        assert not consistent(old, before, size, leaf_hash(b""), proof)
    assert not consistent(old, before, size, after, [*proof, before])
    assert not consistent(size + 1, before, size, after, proof)
    if proof:
        at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
        assert not consistent(old, before, size, after, flipped(proof, at, bit))
        assert not consistent(old, before, size, after, proof[1:])


def flipped(proof, at, bit):
    changed = bytearray(proof[at])
    changed[bit // 8] ^= 1 << bit % 8
    return [*proof[:at], bytes(changed), *proof[at + 1 :]]


@given(st.lists(st.binary(max_size=70), min_size=1, max_size=256))
@settings(max_examples=50)
def test_bundles_give_back_their_entries_and_refuse_to_be_cut(entries):
    content = bundle(entries)
    assert read_bundle(content, len(entries)) == entries
    with pytest.raises(BadTile):
        read_bundle(content[:-1], len(entries))
    with pytest.raises(BadTile):
        read_bundle(content, len(entries) + 1)


def test_a_partial_tile_that_was_dropped_is_read_from_the_full_one():
    leaves = leaves_of(300)
    files, _ = log_of(leaves, 200)
    before = {name: files.pop(name) for name in ("tile/0/000.p/200", "tile/entries/000.p/200")}
    assert read_entry(files, 199, 200) == leaves[199]
    assert inclusion_proof(hash_reader(files, 200), 7, 200) == path(7, leaves[:200])
    assert len(before["tile/0/000.p/200"]) == 32 * 200
