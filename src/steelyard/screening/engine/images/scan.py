"""Signals over the files of one item."""

from collections.abc import Iterator, Sequence

from steelyard.screening.engine.images.hashing import MediaHashes, Unreadable
from steelyard.screening.engine.images.lists import HashLists
from steelyard.screening.engine.signals import Signal

SIGNALS = ("picture", "picture_unreadable")
"""Known without any list: a picture came along; one came that cannot be read."""


class MediaScan:
    """The signals of a policy that name hash lists."""

    def __init__(self, signals: Sequence[Signal]) -> None:
        self._hashes = [(signal.name, signal.hashes) for signal in signals if signal.hashes]
        self.names = frozenset(SIGNALS) | {name for name, _ in self._hashes}
        self.lists = {name: frozenset(hashes.lists) for name, hashes in self._hashes}
        """The lists that each signal looks in."""

    def scan(self, media: Sequence[MediaHashes], lists: HashLists) -> Iterator[tuple[str, str]]:
        """(signal, what a reviewer is told) for each file and signal."""
        for file in media:
            if file.picture is not None:
                yield "picture", ""
            if isinstance(file.picture, Unreadable):
                yield "picture_unreadable", f"picture_unreadable: {file.picture.why}"
            yield from ((name, "") for name in file.signals if name in self.names)
            for name, hashes in self._hashes:
                for found in lists.find(file, hashes.lists, hashes.kinds, hashes.threshold):
                    yield name, f"{name}: {found.list}, {found.kind}, {found.distance} bits"
