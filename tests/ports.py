"""A port for a server that a test starts: nothing else takes it between the asking and the starting."""

import itertools
import os
import random
import socket

_FIRST, _EACH, _WORKERS = 12_000, 2_000, 10
"""Below the ports that a system gives to whoever asks for any; those that run side by side have some each."""
_mine = int(os.environ.get("PYTEST_XDIST_WORKER", "gw9")[2:]) % _WORKERS
_next = itertools.count(random.randrange(_EACH))


def free_port() -> int:
    """Given once in a run, and free when it is given."""
    while True:
        port = _FIRST + _mine * _EACH + next(_next) % _EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
