"""Before anything serves: our database and role are there, both clocks agree, the tables are of this version.

Runs as a process of its own, with the owner's rights, and ends: what serves afterwards has fewer rights, and
the supervisor need not hold Django in memory.
"""

import os
import sys

from steelyard.base.clock import database_time, now
from steelyard.base.config import config, home, stated
from steelyard.base.errors import Broken, SteelyardError
from steelyard.base.files import write_private

MOST_SKEW = 2.0  # seconds: deadlines are written by one clock and read by the other


def prepare() -> None:
    """Raises SteelyardError with what to do."""
    if not stated().database_url:
        from steelyard.assembly.postgres import APP, OWNER, own_cluster

        cluster = own_cluster(home())
        cluster.prepare()
        write_private(home() / "keys" / "database-url", cluster.url(APP).encode())
        os.environ["STEELYARD_DATABASE_URL"] = cluster.url(OWNER)
        config.cache_clear()
    import django

    django.setup()
    from django.core.management import call_command

    check_clocks()
    call_command("migrate", interactive=False, verbosity=0)


def check_clocks() -> None:
    skew = abs((now() - database_time()).total_seconds())
    if skew > MOST_SKEW:
        raise Broken(
            f"The clocks of this machine and of the database are {skew:.0f} seconds apart.",
            "Deadlines and receipts would be wrong.",
            "Set both clocks by NTP, then start again.",
        )


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    try:
        prepare()
    except SteelyardError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
