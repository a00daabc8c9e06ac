"""Who was counted today already: a filter under a key that is in this process's memory alone, and only for a day.

What is counted waits here until the hour is over, so that no row says when somebody read.
"""

import hashlib
import secrets
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime

from steelyard.base.clock import now

BITS = 2**23
"""1 MiB, allocated when somebody is first counted on a day."""
PLACES = 4
"""Bits that one opening sets; all of them set before: it was counted, or one in some thousands is left out."""
FULL = BITS // 2
"""1.4 million openings; from then until midnight nobody more is counted: a full filter recognises everybody."""
Post = tuple[str, str]
"""Connector, and the platform's own id"""


class Day:
    """The openings of one day. Answers only whether one was there before, and only to who has the key."""

    def __init__(self, day: date) -> None:
        self.day = day
        self._key = secrets.token_bytes(32)
        self._bits = bytearray(BITS // 8)
        self._set = 0

    def first(self, reader: str, post: Post) -> bool:
        """Whether this is the first opening of `post` from there on this day; remembered as such."""
        if self._set >= FULL:
            return False
        places = self._places(reader, post)
        fresh = [(byte, bit) for byte, bit in places if not self._bits[byte] & bit]
        for byte, bit in fresh:
            self._bits[byte] |= bit
        self._set += len(fresh)
        return bool(fresh)

    def lot(self, post: Post) -> float:
        """A number from 0 to 1 that is this post's for today and that nobody outside can know."""
        drawn = hashlib.blake2b("\0".join(("lot", *post)).encode(), key=self._key, digest_size=4)
        return int.from_bytes(drawn.digest()) / 2**32

    def _places(self, reader: str, post: Post) -> set[tuple[int, int]]:
        said = "\0".join((*post, reader)).encode()
        drawn = hashlib.blake2b(said, key=self._key, digest_size=4 * PLACES).digest()
        found = {int.from_bytes(drawn[at : at + 4]) % BITS for at in range(0, len(drawn), 4)}
        return {(place // 8, 1 << place % 8) for place in found}


_lock = threading.Lock()
_today: Day | None = None
_waiting: Counter[Post] = Counter()
_hour: datetime | None = None


def count(reader: str, posts: Iterable[Post]) -> None:
    """Note that `posts` were opened from `reader`, a network address. Nothing of the address is kept."""
    with _lock:
        today = _day()
        _waiting.update([post for post in posts if today.first(reader, post)])


def due() -> dict[Post, tuple[int, float]]:
    """What was counted until the last full hour, with each post's lot; handed out once. {}: the hour is not over."""
    global _hour  # noqa: PLW0603 - one for the process
    hour = now().replace(minute=0, second=0, microsecond=0)
    with _lock:
        if _hour is None or hour <= _hour:
            _hour = _hour if _hour and hour >= _hour else hour
            return {}
        found = {post: (opened, _day().lot(post)) for post, opened in _waiting.items()}
        _waiting.clear()
        _hour = hour
        return found


def waiting() -> int:
    """How many posts were opened since the last full hour."""
    with _lock:
        return len(_waiting)


def forget() -> None:
    """As when the process starts."""
    global _today, _hour
    with _lock:
        _today, _hour = None, None
        _waiting.clear()


def _day() -> Day:
    global _today  # noqa: PLW0603 - one for the process
    if _today is None or _today.day != now().date():
        _today = Day(now().date())
    return _today
