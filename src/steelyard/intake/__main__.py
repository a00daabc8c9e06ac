"""`python -m steelyard.intake`: one event loop, one thread for the database, two for the network."""

import asyncio
import gc
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import django

from steelyard.base.config import config, home
from steelyard.base.errors import SteelyardError

Got = TypeVar("Got")


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    django.setup()
    try:
        asyncio.run(serve())
    except SteelyardError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


async def serve() -> None:
    """Until SIGTERM. What is under way is finished first, so that the platform hears what became of it."""
    from steelyard.flows.keep_time import watch
    from steelyard.intake.arrivals import take_arrivals
    from steelyard.intake.catch_up import catch_up
    from steelyard.intake.door import Door  # these need Django to be ready
    from steelyard.intake.files import keep_files_refused
    from steelyard.intake.gate import Gate, nobody_serves
    from steelyard.intake.http import serve_http
    from steelyard.intake.pulled import pull
    from steelyard.intake.refusals import Refusals
    from steelyard.intake.reports import fetch_reports
    from steelyard.screening.behaviour import behaviour
    from steelyard.screening.policy import screen_in_force
    from steelyard.screening.streams import stream_of

    loop, stop, lanes = asyncio.get_running_loop(), asyncio.Event(), Lanes()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await nobody_serves(home() / "run" / "gate.sock")
    inbox = home() / "intake"
    door = Door(lanes.on_network, lanes.on_database, inbox)
    compiled = asyncio.ensure_future(lanes.on_database(screen_in_force))  # before the first post, not by it
    # Open while that goes on: a homeserver that finds nobody waits twice as long each time before it asks again.
    server = await serve_http(door, "127.0.0.1", config().intake_port)
    await compiled
    gate = Gate(Refusals(home() / "gate" / "refusals.json"), lambda: dict(door.counts))
    await gate.open(home() / "run" / "gate.sock", home() / "run" / "gate-control.sock")
    stream = stream_of(config().stream)
    rounds = [
        fetch_reports(inbox, lanes.on_asking, lanes.on_database),
        catch_up(inbox, lanes.on_asking, lanes.on_database),
        pull(inbox, lanes.on_network, lanes.on_database, door.counts),
        keep_files_refused(gate, home() / "gate" / "files", lanes.on_database),
    ]
    if config().channel_moderators.bot:
        from steelyard.intake.moderators import help_moderators

        rounds.append(help_moderators(inbox, lanes.on_asking, lanes.on_database))
    if config().platforms:
        rounds.append(take_arrivals(stream, lanes.on_database, door.counts))
    tasks = [loop.create_task(each) for each in rounds]
    watching = threading.Event()  # the worker keeps the clocks; whether it does is seen from here
    threading.Thread(target=watch, args=[watching], name="watch", daemon=True).start()
    # What is loaded now stays. Looking through it for garbage again and again would hold up a post at the gate.
    gc.collect()
    gc.freeze()
    await stop.wait()
    watching.set()
    server.close()
    for task in tasks:
        task.cancel()
    await stream.close()
    await lanes.on_database(behaviour().save)
    lanes.close()


class Lanes:
    """Where the loop has work done that blocks. A slow answer about the past keeps no post of today waiting."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._database, self._network, self._asking = (
            ThreadPoolExecutor(1, name) for name in ("database", "network", "asking")
        )

    async def on_database(self, work: Callable[[], Got]) -> Got:
        return await self._loop.run_in_executor(self._database, _with_fresh_connection, work)

    async def on_network(self, work: Callable[[], Got]) -> Got:
        return await self._loop.run_in_executor(self._network, work)

    async def on_asking(self, work: Callable[[], Got]) -> Got:
        return await self._loop.run_in_executor(self._asking, work)

    def close(self) -> None:
        self._database.shutdown()
        self._network.shutdown()
        self._asking.shutdown(wait=False, cancel_futures=True)


def _with_fresh_connection(work: Callable[[], Got]) -> Got:
    """A connection that the database closed in the meantime is replaced before the work and after it."""
    from django.db import close_old_connections

    close_old_connections()
    try:
        return work()
    finally:
        close_old_connections()


if __name__ == "__main__":
    sys.exit(main())
