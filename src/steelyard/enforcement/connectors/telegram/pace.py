"""Telegram's flood control, respected before it bites: a turn for each chat, and silence where it asked for silence."""

import asyncio
import time

BETWEEN = 1.0
"""Seconds between messages to one person or channel (Bots FAQ: avoid more than one a second in a chat)."""
BETWEEN_IN_GROUPS = 3.0
"""Bots FAQ: not more than 20 messages a minute in one group."""
PATIENCE = 10.0


class TooSoon(Exception):
    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Pace:
    def __init__(self, between: float = BETWEEN, in_groups: float = BETWEEN_IN_GROUPS) -> None:
        self._between, self._in_groups = between, in_groups
        self._next: dict[object, float] = {}
        self._silent: dict[object, float] = {}

    async def turn(self, chat: object, *, writes: bool) -> None:
        """Wait until it is this call's turn. Raises TooSoon when that would take long."""
        moment = time.monotonic()
        if (silent := self._silent.get(chat, 0.0) - moment) > 0:
            raise TooSoon(silent)
        if not writes:
            return
        slot = max(moment, self._next.get(chat, 0.0))
        if slot - moment > PATIENCE:
            raise TooSoon(slot - moment)
        group = isinstance(chat, int) and chat < 0
        self._next[chat] = slot + (self._in_groups if group else self._between)
        await asyncio.sleep(slot - moment)

    def silence(self, chat: object, seconds: float) -> None:
        """Telegram said: not before that."""
        self._silent[chat] = time.monotonic() + seconds
