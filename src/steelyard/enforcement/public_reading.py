"""What a platform's public channels show to anybody: read as an ordinary member reads them.

A part of the contract that a connector may keep or not; whoever asks looks first (`isinstance`).
"""

from typing import Protocol, runtime_checkable

import msgspec

from steelyard.enforcement.connector import ReadPost


class PublicChannel(msgspec.Struct, frozen=True, kw_only=True):
    """A channel in the platform's public directory."""

    id: str
    alias: str
    """Its public name, with the server: `#town:example.org`."""
    name: str
    topic: str = ""
    members: int = 0


class PublicList(msgspec.Struct, frozen=True, kw_only=True):
    channels: tuple[PublicChannel, ...]
    next: str = ""
    """Cursor of the following page; "" for the last one."""


class PublicPage(msgspec.Struct, frozen=True, kw_only=True):
    channel: PublicChannel
    posts: tuple[ReadPost, ...]
    """The newest first; what is hidden or removed is not among them."""
    older: str = ""


@runtime_checkable
class PublicReading(Protocol):
    def public_channels(self, *, search: str = "", after: str = "", limit: int = 30) -> PublicList:
        """The public directory. Raises Unreachable."""
        ...

    def read_public(self, alias: str, *, before: str = "", limit: int = 50) -> PublicPage | None:
        """A listed channel's posts; None when there is no such channel or its owner does not list it."""
        ...
