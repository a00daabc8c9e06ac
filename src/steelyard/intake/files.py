"""Files that hash lists have refused before they are kept: pushed to the module, so that they are while we are down.

The module gets beginnings of hashes without a word on what they are. Ours lie in `gate/files` (mode 0600), so that they
are at hand before the database is.
"""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from steelyard.base.files import write_private
from steelyard.intake.gate import Gate
from steelyard.screening.hashlists import refused_files, refused_mark

EVERY = 0.5
SHORT = 16
"""Bytes of each hash; the module keeps no more."""
MOST = 1_000_000
"""Of each kind: what one line carries. The screening goes on finding the others after they are posted."""
InThread = Callable[[Callable[[], Any]], Awaitable[Any]]
_log = logging.getLogger(__name__)


async def keep_files_refused(gate: Gate, file: Path, on_database: InThread) -> None:
    """For ever: what changed on a list that refuses is at the module within a second."""
    if file.exists():
        gate.refuse_files(file.read_bytes())
    known: str | None = None
    while True:
        try:
            if await on_database(refused_mark) != known:
                known, sha256, md5 = await on_database(refused_files)
                write_private(file, line := _line(sha256, md5))
                gate.refuse_files(line)
        except Exception as fault:  # the lists before it stay in force
            _log.error("The lists of refused files could not be read: %s", type(fault).__name__)
        await asyncio.sleep(EVERY)


def _line(sha256: list[bytes], md5: list[bytes]) -> bytes:
    packed = {
        kind: base64.b64encode(b"".join(value[:SHORT] for value in values[:MOST])).decode()
        for kind, values in (("sha256", sha256), ("md5", md5))
    }
    return msgspec.json.encode({"files": packed}) + b"\n"
