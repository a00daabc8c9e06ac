"""The web process: Django by WSGI under granian, one worker with a few threads."""

import ctypes
import signal
from collections.abc import Callable
from typing import Any

from granian import Granian
from granian.constants import Interfaces

from steelyard.base.config import config

THREADS = 4  # each may hold a database connection


def load_application() -> Callable[..., Any]:
    """Runs in granian's worker: it must not outlive its parent, or it would keep the port."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    from steelyard.assembly.wsgi import application

    return application


def main() -> None:
    Granian(
        "steelyard.assembly.wsgi:application",
        address=config().bind,
        port=config().web_port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,  # addresses of readers are nobody's business
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(target_loader=load_application, wrap_loader=False)


if __name__ == "__main__":
    main()
