"""Platforms that are asked for what is new: posts are screened, reports taken, and only then is it forgotten there."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from steelyard.base.errors import Unreachable
from steelyard.enforcement.connector import Connector, Seen, connector, connectors
from steelyard.enforcement.pulled import Pulled
from steelyard.flows.look_at_media import Looked, files_wanted, look_at_media
from steelyard.flows.receive_report import receive_report
from steelyard.flows.screen_posts import screen_posts
from steelyard.intake.catch_up import set_aside
from steelyard.letters.actions import due_now
from steelyard.screening.behaviour import behaviour

IDLE = 0.2
AFTER_TROUBLE = 3.0
AT_ONCE = 100
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


async def pull(folder: Path, on_network: InThread, on_database: InThread, counts: "Counter[str]") -> None:
    """For ever. Killed at any point, the same comes again and changes nothing twice."""
    while True:
        wait = IDLE
        for name in connectors():
            try:
                while await pull_once(name, folder, on_network, on_database, counts):
                    pass
            except Unreachable:
                wait = AFTER_TROUBLE
            except Exception as fault:  # it is still there and is tried again
                _log.error("What came from %s could not be taken: %s", name, type(fault).__name__)
                wait = AFTER_TROUBLE
        await asyncio.sleep(wait)


async def pull_once(
    name: str, folder: Path, on_network: InThread, on_database: InThread, counts: "Counter[str]"
) -> bool:
    """One round; whether there was anything."""
    platform: Connector = await on_database(lambda: connector(name))
    if not isinstance(platform, Pulled):
        return False
    transaction = await on_network(lambda: platform.waiting(AT_ONCE))
    if transaction is None:
        return False
    seen = await on_network(lambda: platform.translate(transaction))
    looked = Looked({}, 0)
    if any(post.media for post in seen.posts) and await on_database(files_wanted):
        looked = await on_network(lambda: look_at_media(platform, seen.posts))
    await on_database(partial(_keep, name, seen, looked, folder))
    await on_network(lambda: platform.taken(transaction, seen))
    counts.update(pulled=1, posts=len(seen.posts), private=seen.private, other=seen.other)
    return True


def _keep(name: str, seen: Seen, looked: Looked, folder: Path) -> None:
    if seen.joins:
        behaviour().joined(name, seen.joins)
    try:
        screen_posts(name, seen.posts, seen.mark, media=looked.media)
    except (DatabaseError, Unreachable):
        raise
    except Exception:  # one post that we cannot deal with keeps nobody else's from being screened
        for post in seen.posts:
            try:
                screen_posts(name, [post], f"{seen.mark}-{post.id}", media=looked.media)
            except DatabaseError:
                raise
            except Exception as fault:
                set_aside(folder, name, post.id, fault)
    if seen.opened:
        due_now(name, seen.opened)
    for report in seen.reports:
        receive_report(report)
