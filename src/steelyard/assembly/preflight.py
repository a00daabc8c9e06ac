"""What can be known before anything starts: is the house free, is there space, are the ports free."""

import contextlib
import errno
import fcntl
import os
import shutil
import socket
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO

from steelyard.base.errors import SteelyardError

NEEDED_MB = 500
BRIEFLY = " for a moment"
LONGEST_COMMAND = 60.0  # seconds that a start waits for a command's end
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))


class CannotStart(SteelyardError):
    """Nothing was started; the sentence says what to change."""


def take_house(home: Path, *, briefly: bool = False) -> IO[str]:
    """Take the house for this process, or say who has it. The kernel lets go when the holder dies.

    `briefly`: for one command, such as a check of the ledger. Whoever comes meanwhile waits for its end.
    """
    (home / "run").mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = (home / "run" / "lock").open("a+")
    until = time.monotonic() + LONGEST_COMMAND
    while not _taken(lock):
        lock.seek(0)
        holder = lock.read().strip()
        if not holder.endswith(BRIEFLY) or time.monotonic() > until:
            raise CannotStart(
                "Steelyard is already running here.",
                f"Process {holder.removesuffix(BRIEFLY) or 'unknown'} serves {home}.",
                "Stop it first, or give this start its own STEELYARD_HOME.",
            )
        time.sleep(0.1)
    lock.truncate(0)
    lock.write(f"{os.getpid()}{BRIEFLY if briefly else ''}\n")
    lock.flush()
    return lock


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def check_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free // 2**20
    if free < NEEDED_MB:
        raise CannotStart(
            f"There is too little disk space: {free} MB free, {NEEDED_MB} MB are needed.",
            f"The data is in {folder}.",
            "Free some space, or set STEELYARD_HOME to a folder on a larger disk.",
        )


def check_ports(bind: str, ports: Mapping[str, int], *, patience: float = 0) -> None:
    """Raise CannotStart for a taken port. `patience` (seconds) lets a killed start's children go first."""
    until = time.monotonic() + patience
    for setting, port in ports.items():
        while not _free(bind, port):
            if time.monotonic() > until:
                raise CannotStart(
                    f"Port {port} is in use{_holder(port)}.",
                    "",
                    f"Stop that program, or set {setting} in steelyard.toml "
                    f"(or STEELYARD_{setting.upper()}) to another port.",
                )
            time.sleep(0.1)


def _free(bind: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((bind, port))
        except OSError as fault:
            return fault.errno not in (errno.EADDRINUSE, errno.EACCES)
    return True


def _holder(port: int) -> str:
    """“ by chromium (process 812)”, when the machine lets us know."""
    inodes = {line[9] for line in _listeners() if int(line[1].rpartition(":")[2], 16) == port}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if any(str(handle.readlink()) in _links(inodes) for handle in (process / "fd").iterdir()):
                return f" by {(process / 'comm').read_text().strip()} (process {process.name})"
    return ""


def _links(inodes: Iterable[str]) -> set[str]:
    return {f"socket:[{inode}]" for inode in inodes}


def _listeners() -> Iterable[list[str]]:
    for table in TABLES:
        with contextlib.suppress(OSError):
            for line in table.read_text().splitlines()[1:]:
                parts = line.split()
                if parts[3] == "0A":  # LISTEN
                    yield parts
