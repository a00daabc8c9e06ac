"""`python -m steelyard.intake`: one event loop, one thread for the database, two for the network."""

import asyncio
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
    from steelyard.intake.gate import Gate
    from steelyard.intake.http import serve_http
    from steelyard.intake.pulled import pull
    from steelyard.intake.refusals import Refusals
    from steelyard.intake.reports import fetch_reports
    from steelyard.screening.behaviour import behaviour
    from steelyard.screening.policy import screen_in_force
    from steelyard.screening.streams import stream_of

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    database, network = ThreadPoolExecutor(1, "database"), ThreadPoolExecutor(1, "network")
    asking = ThreadPoolExecutor(
        1, "asking"
    )  # a slow answer about the past must not keep today's posts waiting

    async def on_database(work: Callable[[], Got]) -> Got:
        return await loop.run_in_executor(database, _with_fresh_connection, work)

    async def on_network(work: Callable[[], Got]) -> Got:
        return await loop.run_in_executor(network, work)

    async def on_asking(work: Callable[[], Got]) -> Got:
        return await loop.run_in_executor(asking, work)

    await loop.run_in_executor(database, screen_in_force)  # compiled before the first post, not by it
    door = Door(on_network, on_database, home() / "intake")
    gate = Gate(Refusals(home() / "gate" / "refusals.json"), lambda: dict(door.counts))
    await gate.open(home() / "run" / "gate.sock", home() / "run" / "gate-control.sock")
    server = await serve_http(door, "127.0.0.1", config().intake_port)
    reports = loop.create_task(fetch_reports(home() / "intake", on_asking, on_database))
    missed = loop.create_task(catch_up(home() / "intake", on_asking, on_database))
    pulled = loop.create_task(pull(home() / "intake", on_network, on_database, door.counts))
    files = loop.create_task(keep_files_refused(gate, home() / "gate" / "files", on_database))
    stream = stream_of(config().stream)
    arrivals = (
        loop.create_task(take_arrivals(stream, on_database, door.counts)) if config().platforms else None
    )
    watching = threading.Event()  # the worker keeps the clocks; whether it does is seen from here
    threading.Thread(target=watch, args=[watching], name="watch", daemon=True).start()
    await stop.wait()
    watching.set()
    server.close()
    reports.cancel()
    missed.cancel()
    pulled.cancel()
    files.cancel()
    if arrivals:
        arrivals.cancel()
    await stream.close()
    await loop.run_in_executor(database, behaviour().save)
    database.shutdown()
    network.shutdown()
    asking.shutdown(wait=False, cancel_futures=True)


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
