"""Fetch what members report inside the platform, and remember how far we are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from steelyard.base.errors import Unreachable
from steelyard.base.files import write_private
from steelyard.enforcement.connector import SeenReport, connector, connectors
from steelyard.flows.receive_report import receive_report

EVERY = 2.0  # seconds
AFTER_TROUBLE = 10.0
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


async def fetch_reports(folder: Path, on_network: InThread, on_database: InThread) -> None:
    """For ever. A report is in our database before the cursor moves; seeing it twice changes nothing."""
    while True:
        wait = EVERY
        for name in connectors():
            try:
                await fetch_once(name, folder, on_network, on_database)
            except Unreachable:
                wait = AFTER_TROUBLE
            except Exception as fault:  # the next round tries again; a report is never skipped
                _log.error("Reports of %s could not be taken: %s", name, type(fault).__name__)
                wait = AFTER_TROUBLE
        await asyncio.sleep(wait)


async def fetch_once(name: str, folder: Path, on_network: InThread, on_database: InThread) -> int:
    """One round. Returns how many reports came."""
    file = folder / f"{name}-reports-cursor"
    before = file.read_text() if file.exists() else ""
    reports, after = await on_network(lambda: connector(name).reports_after(before))
    await on_database(lambda: _keep(reports))
    if after != before:
        write_private(file, after.encode())
    return len(reports)


def _keep(reports: tuple[SeenReport, ...]) -> None:
    for report in reports:
        receive_report(report)
