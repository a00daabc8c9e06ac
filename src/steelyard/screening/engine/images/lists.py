"""Hash lists as the screening uses them: which lists a file is on, and how near."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from steelyard.screening.engine.images.exact import ExactSet
from steelyard.screening.engine.images.hashing import ImageHash, MediaHashes
from steelyard.screening.engine.images.index import PdqIndex

KINDS = ("pdq", "sha256", "md5")
MOVED = 16
"""Bits that shrinking a picture first is allowed to move its hash: at most 12 were seen over real photographs,
14 over made pictures of sharp shapes. One moved further is missed."""


class Listed(NamedTuple):
    """A file is on a list. `distance` in bits; 0 for exact kinds."""

    list: str
    kind: str
    distance: int


class HashSet:
    """One list: hashes of every kind."""

    def __init__(
        self, *, pdq: PdqIndex | None = None, sha256: Iterable[bytes] = (), md5: Iterable[bytes] = ()
    ) -> None:
        self.pdq = pdq if pdq is not None else PdqIndex()
        self.exact = {"sha256": ExactSet("sha256", sha256), "md5": ExactSet("md5", md5)}

    def __len__(self) -> int:
        return len(self.pdq) + sum(map(len, self.exact.values()))

    def add(self, kind: str, values: Iterable[bytes]) -> None:
        """They are found from now on."""
        self._of(kind).add(values)

    def remove(self, kind: str, values: Iterable[bytes]) -> int:
        return self._of(kind).remove(list(values))

    def _of(self, kind: str) -> PdqIndex | ExactSet:
        return self.pdq if kind == "pdq" else self.exact[kind]


class HashLists:
    """The lists in force, by name. A name that is not here has no hashes and matches nothing."""

    def __init__(self, sets: Mapping[str, HashSet] | None = None) -> None:
        self.sets: Mapping[str, HashSet] = sets or {}

    def find(
        self, media: MediaHashes, lists: Iterable[str], kinds: Iterable[str], threshold: int
    ) -> Iterator[Listed]:
        """Every list among `lists` that this file is on, with the nearest hash of each kind."""
        for name in lists:
            if chosen := self.sets.get(name):
                yield from (
                    Listed(name, *found) for kind in kinds if (found := _in(chosen, media, kind, threshold))
                )


def _in(chosen: HashSet, media: MediaHashes, kind: str, threshold: int) -> tuple[str, int] | None:
    if kind != "pdq":
        value = media.sha256 if kind == "sha256" else media.md5
        return (kind, 0) if value in chosen.exact[kind] else None
    nearest = _nearest(chosen.pdq, media, threshold)
    return None if nearest is None else (kind, nearest)


def _nearest(index: PdqIndex, media: MediaHashes, threshold: int) -> int | None:
    """Distance to the nearest listed hash. A shrunk copy only says where it is worth hashing the whole."""
    picture = media.picture
    if not isinstance(picture, ImageHash) or not picture.usable or not len(index):
        return None
    within = threshold + MOVED if picture.shrunk else threshold
    (matches,) = index.search([picture.pdq], within)
    if matches and picture.shrunk and isinstance(whole := media.whole(), ImageHash):
        (matches,) = index.search([whole.pdq], threshold)
    return matches[0].distance if matches and matches[0].distance <= threshold else None
