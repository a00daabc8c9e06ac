"""Telling the gate what to refuse from now on, over its own control socket."""

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from steelyard.base.errors import Refused, Unreachable

TIMEOUT = 5.0


def tell_gate(control: Path, change: Mapping[str, Any]) -> bool:
    """Apply one change, kept across restarts. Returns whether it changed anything. Raises Unreachable."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.settimeout(TIMEOUT)
            line.connect(str(control))
            line.sendall(json.dumps(change).encode() + b"\n")
            said = json.loads(line.makefile("rb").readline())
    except (OSError, ValueError) as fault:
        raise Unreachable(
            "The gate did not take this.",
            type(fault).__name__,
            "Start intake; the change is kept and tried again.",
        ) from fault
    if "wrong" in said:
        raise Refused("The gate cannot use this.", str(said["wrong"]))
    return bool(said.get("changed"))
