"""The ledger's real parts, for tests of any room: the signer as its own process."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from steelyard.base.errors import Unreachable
from steelyard.ledger.signer import client

SOURCE = Path(__file__).resolve().parents[2] / "src"


def start(*command: str, **more) -> "subprocess.Popen[str]":
    """A Python process of ours: `start("-m", "steelyard.ledger.signer")`."""
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **more}
    return subprocess.Popen([sys.executable, *command], env=environment, text=True)


def wait_for_signer(process: "subprocess.Popen[str]") -> None:
    for _ in range(400):
        try:
            client.state()
        except Unreachable:
            assert process.poll() is None, "the signer ended while starting"
            time.sleep(0.025)
        else:
            return
    raise AssertionError("the signer did not start")


@contextmanager
def running_signer() -> Iterator["subprocess.Popen[str]"]:
    """A signer for the current STEELYARD_HOME."""
    process = start("-m", "steelyard.ledger.signer")
    try:
        wait_for_signer(process)
        yield process
    finally:
        process.kill()
        process.wait()
