"""Posts the platform accepted but never pushed: a homeserver that is killed forgets what it had only in memory.

Every few seconds we ask which posts there have been since our cursor, long enough ago to have reached us, and screen
those that did not. Posts that a fault of ours kept from being screened (`set_aside`) are tried again at each start.
"""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from steelyard.base.errors import Unreachable
from steelyard.base.files import write_private
from steelyard.enforcement.connector import connector, connectors
from steelyard.flows.screen_posts import screen_posts
from steelyard.screening.queries import unseen

EVERY = float(os.environ.get("STEELYARD_CATCH_UP_SECONDS", "20"))
"""0 switches it off."""
AT_ONCE = 50
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


async def catch_up(
    folder: Path, on_network: InThread, on_database: InThread, *, every: float = EVERY
) -> None:
    """For ever, a round each `every` seconds. The cursor moves only after everything before it is in our database."""
    left_over = True
    while every:
        for name in connectors():
            try:
                await catch_up_once(name, folder, on_network, on_database, left_over=left_over)
                left_over = False
            except Unreachable:
                continue
            except Exception as fault:  # the next round tries again from the same cursor
                _log.error("Posts of %s could not be caught up: %s", name, type(fault).__name__)
        await asyncio.sleep(every)


async def catch_up_once(
    name: str, folder: Path, on_network: InThread, on_database: InThread, *, left_over: bool = False
) -> int:
    """One round. Returns how many posts had been missed."""
    file = folder / f"{name}-posts-cursor"
    before = file.read_text() if file.exists() else ""
    ids, after = await on_network(lambda: connector(name).posts_after(before))
    kept = set_aside_before(folder, name) if left_over else []
    missed = await on_database(lambda: unseen(name, [*ids, *kept]))
    for start in range(0, len(missed), AT_ONCE):
        await _screen(name, missed[start : start + AT_ONCE], folder, on_network, on_database)
    if after != before:
        write_private(file, after.encode())
    if left_over:
        _again(folder, name).unlink(missing_ok=True)  # each was screened, or set aside anew
    return len(missed)


async def _screen(
    name: str, ids: Sequence[str], folder: Path, on_network: InThread, on_database: InThread
) -> None:
    posts = await on_network(lambda: connector(name).look_up(ids))
    for post in posts:
        try:
            await on_database(partial(screen_posts, name, [post], f"missed-{post.id}"))
        except Exception as fault:  # one post must not keep the others waiting
            set_aside(folder, name, post.id, fault)


def set_aside(folder: Path, name: str, post: str, fault: Exception) -> None:
    """Remember a post that could not be screened: its id and the kind of fault, never its words."""
    _log.error("A post of %s could not be screened: %s", name, type(fault).__name__)
    file = folder / f"{name}-set-aside"
    known = file.read_text() if file.exists() else ""
    write_private(file, f"{known}{post}\n".encode())


def set_aside_before(folder: Path, name: str) -> list[str]:
    """The posts set aside so far, in a file of their own until each was tried again: a kill in between loses none."""
    first, again = folder / f"{name}-set-aside", _again(folder, name)
    lines = "".join(file.read_text() for file in (again, first) if file.exists())
    if lines:
        write_private(again, lines.encode())
        first.unlink(missing_ok=True)
    return list(dict.fromkeys(lines.split()))


def _again(folder: Path, name: str) -> Path:
    return folder / f"{name}-set-aside-again"
