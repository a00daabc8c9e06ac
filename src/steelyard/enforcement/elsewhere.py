"""Platforms that share posts with other people's servers: which of them were handed a post, and which know it is gone.

A part of the contract that a connector may keep or not; whoever asks looks first (`isinstance`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec


class Handed(msgspec.Struct, frozen=True, kw_only=True):
    """One other server that was handed a post."""

    server: str
    at: datetime
    acknowledged: bool
    """It said that it has it; otherwise it asked for it and we cannot know."""
    told: datetime | None = None
    """Since when it has the removal, by its own acknowledgement."""


@runtime_checkable
class Federated(Protocol):
    def handed_to(self, items: Sequence[str]) -> Mapping[str, tuple[Handed, ...]]:
        """By post: the other servers that were handed it. Raises Unreachable."""
        ...


class ListedRule(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a policy list that somebody keeps."""

    kind: str
    """account, channel or server"""
    entity: str
    """A name, with `*` and `?` as in file names"""
    recommendation: str
    reason: str
    by: str
    """The account that wrote it"""


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a list would hit here. Nothing has been done to them."""

    accounts: tuple[str, ...]
    """At most two hundred are named; `accounts_in_all` counts all."""
    accounts_in_all: int
    ours: int
    """How many of them have their account on our own server"""
    spared: tuple[str, ...]
    """Our staff and the operator's own accounts that it names too: never touched by a list"""
    channels: tuple[str, ...]
    channels_in_all: int
    own: tuple[str, ...] = ()
    """Of the accounts those on our own server, at most two hundred"""


@runtime_checkable
class ListKeeper(Protocol):
    def read_list(self, room: str) -> tuple[tuple[ListedRule, ...], Hit]:
        """A policy list, by its room's id or alias, joining it when necessary, and whom it would hit."""
        ...

    def publish_rule(self, room: str, rule: ListedRule) -> str:
        """Put a rule on our own list, or with an empty recommendation withdraw it; returns the platform's reference."""
        ...
