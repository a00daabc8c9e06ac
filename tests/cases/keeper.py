"""A keeper of clocks as a process of its own, with the drill's clock: it can be killed like any other."""

import os
import sys
import time


def main(database: str, begun: str, since: str, speed: str, until: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "steelyard.assembly.settings"
    import django

    django.setup()
    from datetime import datetime

    from django.db import connection

    connection.settings_dict["NAME"] = database
    from steelyard.base.clock import run_clock
    from steelyard.cases.escalation import escalate

    with run_clock(datetime.fromisoformat(begun), speed=float(speed), since=float(since)):
        while True:
            if not escalate():
                if time.monotonic() > float(until):
                    return  # the drill is over and nothing is left; on a loaded machine that comes later
                time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])
