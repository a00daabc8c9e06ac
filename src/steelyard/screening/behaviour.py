"""What a process remembers of everybody's posts: fingerprints under a key and when, no text, at most 72 hours.

Kept in memory and, every half minute, in a file of mode 0600, so that a restart forgets half a minute at most.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import msgspec

from steelyard.base.clock import now
from steelyard.base.config import home
from steelyard.base.files import write_private
from steelyard.screening.engine.folding import fold
from steelyard.screening.engine.items import Fact
from steelyard.screening.engine.likeness import SHORTEST, sketches
from steelyard.screening.engine.windows import Window
from steelyard.vault.actions import matching_key

HOUR = 3600
DAY, MEMORY = 24 * HOUR, 72 * HOUR
SURE_AFTER = DAY
"""Seconds that we must have been listening before we say that somebody was never heard: until then it is unknown."""
SAVED_EVERY = 30
COUNTED = frozenset({
    "author_posts_1h", "author_posts_24h", "author_channels_1h", "first_message",
    "same_text_authors_24h", "same_text_channels_24h", "channel_joins_1h",
})  # fmt: skip
_OF_TEXT = frozenset({"same_text_authors_24h", "same_text_channels_24h"})
_BANDS = 8
_SHORT = 8
"""Letters; a shorter text is like every other of its kind and says nothing."""


class Post(NamedTuple):
    """What is counted of a post; `id` and the others are the platform's own."""

    id: str
    author: str
    channel: str
    text: str


class Behaviour:
    """The counters of one process. Safe to share between threads."""

    def __init__(self, file: Path, key: bytes) -> None:
        self._file, self._key, self._lock = file, key, Lock()
        self._windows = {
            "posts": Window(MEMORY), "channels": Window(HOUR), "text_authors": Window(DAY),
            "text_channels": Window(DAY), "joins": Window(HOUR, 10_000),
        }  # fmt: skip
        self._since = self._saved = int(now().timestamp())
        self._load()

    def observe(
        self, platform: str, posts: Sequence[Post], wanted: frozenset[str] = COUNTED
    ) -> list[dict[str, Fact]]:
        """Count these posts, and say for each what is known with it. The same post counts once."""
        if not wanted & COUNTED:
            return [{} for _ in posts]
        likes = self._likes([post.text for post in posts]) if wanted & _OF_TEXT else [()] * len(posts)
        at = int(now().timestamp())
        with self._lock:
            found = [self._one(platform, post, like, at) for post, like in zip(posts, likes, strict=True)]
            if at - self._saved >= SAVED_EVERY:
                self._save(at)
        return [{name: value for name, value in facts.items() if name in wanted} for facts in found]

    def joined(self, platform: str, joins: Sequence[tuple[str, str]]) -> None:
        """(channel, account) for everybody who joined."""
        at = int(now().timestamp())
        with self._lock:
            for channel, account in joins:
                self._windows["joins"].add(
                    self._mark(platform, "c", channel), self._mark(platform, "a", account), at
                )

    def save(self) -> None:
        with self._lock:
            self._save(int(now().timestamp()))

    def _one(self, platform: str, post: Post, like: Sequence[int], at: int) -> dict[str, Fact]:
        author, channel = self._mark(platform, "a", post.author), self._mark(platform, "c", post.channel)
        windows = self._windows
        windows["posts"].add(author, self._mark(platform, "p", post.id), at)
        windows["channels"].add(author, channel, at)
        for mark in like:
            windows["text_authors"].add(mark, author, at)
            windows["text_channels"].add(mark, channel, at)
        facts: dict[str, Fact] = {
            "author_posts_1h": windows["posts"].count(author, at, HOUR),
            "author_posts_24h": windows["posts"].count(author, at, DAY),
            "author_channels_1h": windows["channels"].count(author, at),
            "channel_joins_1h": windows["joins"].count(channel, at),
        }
        if at - self._since >= SURE_AFTER:
            facts["first_message"] = windows["posts"].count(author, at) == 1
        if like:
            facts["same_text_authors_24h"] = max(windows["text_authors"].count(mark, at) for mark in like)
            facts["same_text_channels_24h"] = max(windows["text_channels"].count(mark, at) for mark in like)
        return facts

    def _likes(self, texts: Sequence[str]) -> list[Sequence[int]]:
        """Marks that near copies have in common; of a short text only what is written in the same letters."""
        found: list[Sequence[int]] = []
        for text, sketch in zip(texts, sketches(texts, self._key), strict=True):
            if sketch:
                found.append([band % (1 << 64) for band in sketch.bands[:_BANDS]])
                continue
            letters = "".join(filter(str.isalnum, fold(text[: 4 * SHORTEST])))
            found.append([self._mark("", "t", letters)] if len(letters) >= _SHORT else ())
        return found

    def _mark(self, platform: str, kind: str, what: str) -> int:
        said = f"{platform}\x1f{kind}\x1f{what}".encode("utf-8", "replace")
        return int.from_bytes(hashlib.blake2b(said, digest_size=8, key=self._key[:64]).digest())

    def _save(self, at: int) -> None:
        self._saved = at
        kept = {name: window.dump(at) for name, window in self._windows.items()}
        write_private(self._file, msgspec.msgpack.encode({"since": self._since, "windows": kept}))

    def _load(self) -> None:
        """What an earlier process knew. A file that cannot be read is as if there were none."""
        try:
            found = msgspec.msgpack.decode(self._file.read_bytes(), type=_Kept)
        except (OSError, msgspec.MsgspecError):
            return
        self._since = found.since
        for name, dumped in found.windows.items():
            if name in self._windows:
                self._windows[name].load(dumped)


class _Kept(msgspec.Struct):
    since: int
    windows: dict[str, list[tuple[int, dict[int, int]]]]


_mine: dict[str, Behaviour] = {}


def behaviour(process: str = "intake") -> Behaviour:
    """The counters of this process, under its name."""
    if process not in _mine:
        _mine[process] = Behaviour(home() / "intake" / f"{process}-behaviour", matching_key())
    return _mine[process]


def forget_behaviour() -> None:
    """For tests."""
    _mine.clear()


def together(counted: Mapping[str, Fact], stated: Mapping[str, Fact]) -> dict[str, Fact]:
    """What the platform itself says goes over what we counted."""
    return {**counted, **stated}
