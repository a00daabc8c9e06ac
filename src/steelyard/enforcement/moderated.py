"""Platforms where a bot of ours, invited into a channel, works for the channel's own moderators.

A part of the contract that a connector may keep or not; whoever asks looks first (`isinstance`).
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, runtime_checkable

import msgspec


class Powers(msgspec.Struct, frozen=True):
    """What one account may do in a channel at this moment, by the channel's own rules."""

    removes: bool = False
    """Take other people's posts away: this makes a moderator"""
    mutes: bool = False
    """Stop the account asked about from writing; our bot must have the power too"""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A command somebody wrote to our bot."""

    id: str
    account: str
    channel: str
    private: bool
    """Nobody but the two of them reads along"""
    words: str


class Said(msgspec.Struct, frozen=True):
    """The answer. What is `private` is said to this account alone, wherever the question was."""

    text: str
    private: bool = True


Answer = Callable[[Asked], Awaitable[Said | None]]


@runtime_checkable
class Moderated(Protocol):
    def bot(self) -> str:
        """The bot's account, as people invite it; "" while the operator has none."""
        ...

    def moderators(self, channel: str) -> tuple[str, ...]:
        """Who may remove posts in a channel now; () where our bot is not in it. Raises Unreachable."""
        ...

    def powers(self, account: str, channel: str, over: str = "") -> Powers:
        """Read from the channel at this moment; `over`: the account to be stopped. Raises Unreachable."""
        ...

    def channels_helped(self) -> tuple[str, ...]:
        """The channels our bot is in. Raises Unreachable."""
        ...

    def channel_rules(self, channel: str) -> str:
        """What its moderators wrote as its rules, else its description; "" for neither. Raises Unreachable."""
        ...

    def write_channel_rules(self, channel: str, text: str) -> None:
        """Raises Refused where our bot lacks the power, or Unreachable."""
        ...

    async def listen(self, since: Path, answer: Answer) -> None:
        """For ever: commands are answered, invitations taken. `since` keeps how far it has read.

        Raises Unreachable; then begin again.
        """
        ...
