"""The background process: the queue's jobs, the outbox, the clocks, and the sequencer that orders the ledger's
entries.

It touches `run/worker.beat` while its loop turns and its threads live. The supervisor starts it again when
that stops, and `doctor` tells.
"""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from pathlib import Path

from steelyard.base.config import home
from steelyard.base.errors import Broken
from steelyard.base.files import write_private

BEAT_EVERY = 5.0  # seconds
AT_ONCE = 2
POLL_EVERY = 10.0  # LISTEN/NOTIFY wakes it; this is for a notification that got lost


async def beat(file: Path, threads: list[threading.Thread]) -> None:
    """Ends when one of the threads does: a worker without it must be seen as silent."""
    while all(thread.is_alive() for thread in threads):
        file.touch()
        await asyncio.sleep(BEAT_EVERY)


def sequence(stop: threading.Event) -> None:
    """Keep the ledger in order. A broken promise stops it until a person has looked; jobs go on."""
    from steelyard.ledger.sequencer import run_forever

    note = home() / "run" / "worker.stopped"
    note.unlink(missing_ok=True)
    try:
        run_forever(stop)
    except Broken as fault:
        write_private(note, f"The ledger stands still. {fault}".encode())
        logging.getLogger(__name__).critical("The ledger stands still. %s", fault)
        stop.wait()


async def work(stop: threading.Event) -> None:
    from procrastinate.contrib.django import app
    from procrastinate.contrib.django.django_connector import DjangoConnector

    from steelyard.flows.deliver import run as deliver
    from steelyard.flows.keep_time import run as keep_time
    from steelyard.mailroom.door import open_door
    from steelyard.mailroom.reading import run as read_mail

    doors = contextlib.ExitStack()
    doors.enter_context(open_door())
    stop_doors = doors.close
    work_of_threads = (sequence, deliver, keep_time, read_mail)
    threads = [threading.Thread(target=each, args=[stop], daemon=True) for each in work_of_threads]
    for thread in threads:
        thread.start()
    connector = app.connector
    assert isinstance(connector, DjangoConnector)  # noqa: S101 - what its Django part always sets
    worker_app = app.with_connector(connector.get_worker_connector())
    async with worker_app.open_async():
        jobs = asyncio.create_task(
            worker_app.run_worker_async(
                concurrency=AT_ONCE,
                fetch_job_polling_interval=POLL_EVERY,
                shutdown_graceful_timeout=5,
                install_signal_handlers=False,
                delete_jobs="successful",
            )
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, jobs.cancel)
        beating = asyncio.create_task(beat(home() / "run" / "worker.beat", threads))
        await asyncio.wait([jobs, beating], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)
        stop_doors()
        for thread in threads:
            thread.join(5)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    import django

    django.setup()
    asyncio.run(work(threading.Event()))


if __name__ == "__main__":
    main()
