"""Somebody opens posts of a public channel: they are counted there, and nobody learns or keeps who it was.

Only posts that the platform says are in a channel that everybody may read; private and encrypted ones never.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from steelyard.base.clock import now
from steelyard.enforcement.connector import Connector, Surface, Target
from steelyard.readership import counting
from steelyard.readership.actions import move
from steelyard.readership.queries import shown_for

REMEMBERED = 20_000
"""Posts of which is known in memory whether they are in the channel they are said to be in; 200 bytes each"""
ASKED_AGAIN = timedelta(minutes=1)
"""A channel may stop being public."""
_there: dict[tuple[str, str, str], bool] = {}
_public: dict[tuple[str, str], tuple[datetime, bool]] = {}


def numbers(platform: Connector, posts: Sequence[str]) -> dict[str, int]:
    """How often each was opened at least; a post of which too little is known is left out."""
    if hour := counting.due():
        move(hour)
    return shown_for(platform.manifest.connector, posts)


def opened(platform: Connector, posts: Sequence[str], reader: str) -> None:
    """Count posts that we have just shown to `reader`, a network address, which is not kept."""
    counting.count(reader, [(platform.manifest.connector, post) for post in posts])


def opened_elsewhere(
    platform: Connector, channel: str, posts: Sequence[str], reader: str, *, look_up: bool
) -> None:
    """Count posts that a reader's own program says it has shown: those that are really in this public channel.

    `look_up`: whether the platform may be asked about posts that nobody opened before. Raises Unreachable.
    """
    if posts and _is_public(platform, channel):
        opened(platform, [post for post in posts if _is_there(platform, channel, post, look_up)], reader)


def unknown(platform: Connector, channel: str, posts: Sequence[str]) -> bool:
    """Whether the platform would have to be asked about one of them."""
    return any((platform.manifest.connector, channel, post) not in _there for post in posts)


def forget() -> None:
    """Ask the platform anew: for tests."""
    _there.clear()
    _public.clear()


def _is_public(platform: Connector, channel: str) -> bool:
    key = platform.manifest.connector, channel
    until, public = _public.get(key, (now(), False))
    if until <= now():
        found = platform.channel(channel)
        public = found is not None and found.surface == Surface.PUBLIC_CHANNEL
        if len(_public) >= REMEMBERED:
            _public.clear()
        _public[key] = now() + ASKED_AGAIN, public
    return public


def _is_there(platform: Connector, channel: str, post: str, look_up: bool) -> bool:
    key = platform.manifest.connector, channel, post
    if key not in _there:
        if not look_up:
            return False
        found = platform.fetch(Target(post, channel))
        if len(_there) >= REMEMBERED:
            _there.clear()
        _there[key] = found is not None and found.channel == channel
    return _there[key]
