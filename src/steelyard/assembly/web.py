"""The web process: granian in front, Django behind it in a few threads."""

import ctypes
import signal

from granian import Granian
from granian.constants import Interfaces

from steelyard.assembly.front import Front
from steelyard.base.config import config

THREADS = 4  # each may hold a database connection


def load_application() -> Front:
    """Runs in granian's worker: it must not outlive its parent, or it would keep the port."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    from django.urls import get_resolver

    from steelyard.assembly.wsgi import application

    _ = get_resolver().url_patterns  # every page's code now, not while the first person waits
    return Front(application, THREADS)


def main() -> None:
    Granian(
        "steelyard.assembly.wsgi:application",
        address=config().bind,
        port=config().web_port,
        interface=Interfaces.RSGI,
        websockets=False,
        workers=1,
        log_access=False,  # addresses of readers are nobody's business
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(
        target_loader=load_application,  # type: ignore[arg-type]  # an object with __rsgi__ will do
        wrap_loader=False,
    )


if __name__ == "__main__":
    main()
