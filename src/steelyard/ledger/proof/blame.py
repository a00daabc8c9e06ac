"""Where a log was changed.

What cannot be forged is the signed root. Whatever leads to it is genuine; what differs from that was changed.
"""

from steelyard.ledger.proof.merkle import root_of
from steelyard.ledger.proof.rebuild import Fault, Hashes, Tree
from steelyard.ledger.proof.tiles import ENTRIES, WIDTH, tile_path, width_of


def blame(tree: Tree, root: bytes) -> list[Fault]:
    """What differs, and where; nothing when everything leads to `root`."""
    stated, computed = tree.edges
    if tree.root(tree.computed, computed) == root:
        return tree.faults + _tiles_differ(tree)
    if tree.root(tree.stated, stated) == root:
        return tree.faults + _entries_differ(tree)
    found = tree.faults + _tiles_differ(tree)
    return [
        *found,
        Fault(
            "checkpoint",
            "Neither the entries nor the tiles give the signed root: "
            + (
                "the log was changed where named."
                if found
                else "the whole log was replaced, or the checkpoint."
            ),
        ),
    ]


def _tiles_differ(tree: Tree) -> list[Fault]:
    """The entries lead to the signed root: whatever tile says otherwise was changed."""
    faults = [_wrong_hash(tree, 0, number, at) for number, places in tree.differing.items() for at in places]
    for level, row in enumerate(tree.stated, 1):
        for at, (said, found) in enumerate(zip(row, tree.computed[level - 1], strict=True)):
            if said != found:
                faults.append(_wrong_hash(tree, level, *divmod(at, WIDTH)))
    return faults


def _wrong_hash(tree: Tree, level: int, number: int, at: int) -> Fault:
    path = tile_path(level, number, width_of(level, number, tree.size))
    first = (number * WIDTH + at) << (8 * level)
    what = f"entry {first}" if level == 0 else f"entries {first} to {first + (1 << 8 * level) - 1}"
    return Fault(path, f"Its hash {at} (bytes {32 * at} to {32 * at + 31}) is not that of {what}.")


def _entries_differ(tree: Tree) -> list[Fault]:
    """The right edges lead to the signed root. Go down from them: what differs was changed."""
    faults: list[Fault] = []
    trusted = [list(row) for row in tree.stated]
    for level in range(len(trusted), 0, -1):
        for number, genuine in enumerate(trusted[level - 1][: tree.size >> (8 * level)]):
            if level == 1:
                faults += _judge_leaves(tree, number, genuine)
            else:
                faults += _judge_tile(tree, trusted, level - 1, number, genuine)
    edge = len(tree.tops)
    return faults + [_wrong_entry(edge, at) for at in tree.differing.get(edge, [])]


def _judge_leaves(tree: Tree, number: int, genuine: bytes) -> list[Fault]:
    if tree.tops[number] == genuine:
        return [_wrong_entry(number, at) for at in tree.differing.get(number, [])]
    if tree.computed[0][number] == genuine:
        return [_wrong_hash(tree, 0, number, at) for at in tree.differing.get(number, [])]
    first = number * WIDTH
    return [
        Fault(f"entries {first} to {first + WIDTH - 1}", f"Changed, together with {tile_path(0, number)}."),
        *(_wrong_entry(number, at) for at in tree.differing.get(number, [])),
    ]


def _judge_tile(tree: Tree, trusted: list[Hashes], level: int, number: int, genuine: bytes) -> list[Fault]:
    part = slice(number * WIDTH, (number + 1) * WIDTH)
    said, found = trusted[level - 1][part], tree.computed[level - 1][part]
    if root_of(said) == genuine:
        return []
    if root_of(found) != genuine:
        return [
            Fault(tile_path(level, number), "It does not give the hash that the tile above holds for it.")
        ]
    trusted[level - 1][part] = found
    return [_wrong_hash(tree, level, number, at) for at in range(WIDTH) if said[at] != found[at]]


def _wrong_entry(number: int, at: int) -> Fault:
    path = tile_path(ENTRIES, number).split(".p")[0]
    return Fault(f"entry {number * WIDTH + at}", f"It is not the entry the signed tree holds there ({path}).")
