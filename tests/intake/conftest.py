"""A real Synapse with a real intake process behind it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.homeserver import STARTS_WITHIN, Homeserver, own_homeserver, wait_until

SOURCE = Path(__file__).resolve().parents[2] / "src"


class Intake:
    """The process behind the machines' door, which tests stop, hold and kill."""

    def __init__(self, homeserver: Homeserver, database_url: str) -> None:
        self.homeserver = homeserver
        self.env = {
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "STEELYARD_HOME": str(homeserver.home),
            "STEELYARD_DATABASE_URL": database_url,
            "STEELYARD_INTAKE_PORT": str(homeserver.intake_port),
            "STEELYARD_SYNAPSE_PORT": str(homeserver.port),
            # The database is emptied between tests, and what it forgot must not be caught up in the next one.
            "STEELYARD_CATCH_UP_SECONDS": "0",
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Intake":
        with (self.homeserver.home / "intake-output").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "steelyard.intake"], env=self.env,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        wait_until(lambda: self.gate()["breaker"] == "closed", seconds=STARTS_WITHIN, alive=self.process)
        return self

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def stop(self) -> int:
        assert self.process
        self.process.terminate()
        return self.process.wait(60)

    def hang(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self.process
        self.process.send_signal(signal.SIGCONT)

    def gate(self) -> dict[str, Any]:
        """What the module says of the gate: breaker and counters."""
        return dict(self.homeserver.connector.status()["gate"])

    def up_to_date(self) -> bool:
        """Nothing that members reported in an earlier story is still on its way."""
        cursor = self.homeserver.home / "intake" / "matrix-reports-cursor"
        before = cursor.read_text() if cursor.exists() else ""
        return not self.homeserver.connector.reports_after(before)[0]

    @property
    def memory_mb(self) -> float:
        assert self.process
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * 4096 / 1e6


@pytest.fixture(scope="session")
def homeserver() -> Iterator[Homeserver]:
    with own_homeserver() as server:
        yield server


@pytest.fixture(scope="module")
def process(homeserver: Homeserver, django_db_setup: None, django_db_blocker: Any) -> Iterator[Intake]:
    """It ends with its file: what it brings late would lie among the rows of the next file's tests."""
    from django.db import connection

    values = connection.settings_dict
    host = values["HOST"] or values["OPTIONS"].get("host", "")
    url = f"postgresql://{values['USER']}:{values['PASSWORD']}@/{values['NAME']}?host={host}"
    found = Intake(homeserver, url)
    try:
        yield found
    finally:
        found.kill()
        with django_db_blocker.unblock():
            call_command("flush", verbosity=0, interactive=False)


@pytest.fixture
def intake(process: Intake, transactional_db: None) -> Intake:
    """The same process for all tests of a file, started again after one that stopped it.

    Files come in any order and share a homeserver: what was reported there while nobody fetched is
    fetched first and forgotten, so that a test finds only its own.
    """
    behind = not process.up_to_date()
    if not process.alive:
        process.start()
    if behind:
        wait_until(process.up_to_date)
        call_command("flush", verbosity=0, interactive=False)
    return process
