"""Takes found items from the stream, in the order they came, and has them acted on."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from steelyard.base.errors import Unreachable
from steelyard.flows.screen_arrivals import act_on
from steelyard.screening.streams import Stream, Taken

IDLE = 0.2
AFTER_TROUBLE = 2.0
AT_ONCE = 20
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


async def take_arrivals(stream: Stream, on_database: InThread, counts: "Counter[str]") -> None:
    """For ever. What fails stays in the stream and comes again after its lease; it keeps nobody else waiting."""
    while True:
        try:
            taken = await stream.take(AT_ONCE)
            for one in taken:
                await _act(stream, one, on_database, counts)
            wait = 0 if taken else IDLE
        except Unreachable:
            wait = AFTER_TROUBLE
        except Exception as fault:
            _log.error("Items could not be taken from the stream: %s", type(fault).__name__)
            wait = AFTER_TROUBLE
        await asyncio.sleep(wait)


async def _act(stream: Stream, one: Taken, on_database: InThread, counts: "Counter[str]") -> None:
    try:
        done = await on_database(lambda: act_on(one.parcel))
    except (
        Exception
    ) as fault:  # a fault of ours with one parcel: it comes again, and `doctor` counts what waits
        _log.error("A parcel of items could not be dealt with: %s", type(fault).__name__)
        counts.update(arrivals_failed=1)
        return
    counts.update(arrivals=1, found_items=done.findings)
    await stream.done([one])
