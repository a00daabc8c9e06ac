"""A whole house of its own for a test: real processes, real database, free ports, gone afterwards."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from steelyard.assembly.postgres import SYSTEM_HOME
from tests.ports import free_port

READY_WITHIN = 240  # bounds a hang; a busy machine starts slowly


class TestHouse:
    __test__ = False

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.web, self.intake = free_port(), free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith("STEELYARD_")}
        self.env = kept | {
            "STEELYARD_HOME": str(folder),
            "STEELYARD_WEB_PORT": str(self.web),
            "STEELYARD_INTAKE_PORT": str(self.intake),
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        self.started: list[subprocess.Popen[str]] = []

    def command(self, *words: str, within: float = 120) -> "subprocess.CompletedProcess[str]":
        argv = [sys.executable, "-m", "steelyard", *words]
        return subprocess.run(argv, env=self.env, capture_output=True, text=True, timeout=within, check=False)

    def serve(self) -> "subprocess.Popen[str]":
        """Start the house and come back when it is ready."""
        argv = [sys.executable, "-m", "steelyard", "serve"]
        process = subprocess.Popen(
            argv, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, process_group=0
        )
        self.started.append(process)
        self.wait_for(
            lambda: self.state().get("ready") and self.state()["supervisor"] == process.pid, process
        )
        return process

    def state(self) -> dict:
        with contextlib.suppress(OSError):
            return json.loads((self.folder / "run" / "state.json").read_text())
        return {}

    def wait_for(self, happens, process) -> None:
        until = time.monotonic() + READY_WITHIN
        while not happens():
            if process.poll() is not None or time.monotonic() > until:
                process.kill()
                raise AssertionError(process.stdout.read())
            time.sleep(0.05)

    def close(self) -> None:
        for process in self.started:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(30)
            process.stdout.close()
        name = self.folder / "keys" / "cluster-name"
        if os.geteuid() == 0 and name.exists():
            shutil.rmtree(SYSTEM_HOME / "clusters" / name.read_text(), ignore_errors=True)


def found(made: TestHouse) -> tuple[int, dict[str, str]]:
    """What `steelyard doctor` ends with and says: each line with its grade."""
    asked = made.command("doctor", "--json")
    return asked.returncode, {line["what"]: line["grade"] for line in json.loads(asked.stdout)}


@contextlib.contextmanager
def house() -> Iterator[TestHouse]:
    with tempfile.TemporaryDirectory(prefix="sy-", dir="/tmp") as folder:
        made = TestHouse(Path(folder))
        try:
            yield made
        finally:
            made.close()
