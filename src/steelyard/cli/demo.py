"""`steelyard demo`."""

import os
import sys
from typing import Annotated

import typer


def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Play the story, print one JSON line, and exit.")
    ] = False,
) -> None:
    """Play the main story on real parts and keep serving, until interrupted.

    Starts a Synapse homeserver, PostgreSQL and our own processes on 127.0.0.1, lets the cast post real
    messages, and shows how they are screened, reported, ordered away, decided, contested and published. A
    second start finds its data again, under STEELYARD_HOME.
    """
    os.execv(sys.executable, [sys.executable, "-m", "steelyard.assembly.demo", *(["--once"] if once else [])])
