"""Commands that read the database work whether or not the house is running."""

import os
import sys

from steelyard.base.config import config
from steelyard.base.errors import Unreachable

STARTED = "STEELYARD_STARTED_FOR_ONE_COMMAND"


def need_database() -> None:
    """Come back with the database up: begin again under a supervisor when our own is not running."""
    if not config().database_url or not _answers():
        if os.environ.get("STEELYARD_DATABASE_URL") or os.environ.get(STARTED):
            raise Unreachable("The database does not answer.", do="Run `steelyard doctor`.")
        os.environ[STARTED] = "1"
        again = [sys.executable, "-m", "steelyard", *sys.argv[1:]]
        os.execv(
            sys.executable, [sys.executable, "-m", "steelyard.assembly.supervisor", "with-database", *again]
        )
    import django

    django.setup()


def _answers() -> bool:
    import psycopg

    try:
        psycopg.connect(config().database_url, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True
