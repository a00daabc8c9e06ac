"""`steelyard serve`."""

import os
import sys


def serve() -> None:
    """Start everything and keep it running, until interrupted.

    The first start makes the database, the keys and the tables. Starts PostgreSQL (unless database_url names
    another server), the signer, the worker, the machines' door and the web pages; restarts what fails. Logs
    are in log/ under the home.
    """
    # Replaced, not started: the supervisor stays small, and signals reach it directly.
    os.execv(sys.executable, [sys.executable, "-m", "steelyard.assembly.supervisor"])
