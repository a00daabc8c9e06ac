"""Our side of the socket behind which the bot runs: one JSON line each way, and is a failure worth retrying?"""

import base64
import json
import socket
from pathlib import Path
from typing import Any

from steelyard.base.errors import Refused, Unreachable, gettext_noop

TIMEOUT = 40.0  # seconds: longer than the bot waits for its turn in a chat


class Forbidden(Refused):
    """The bot may not: it was never let in, was blocked, or lacks the right."""


class Wire:
    """Calls methods of the Bot API through the bot's process. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def call(self, method: str, **params: Any) -> Any:
        """The method's result. Raises Unreachable, Forbidden or Refused."""
        said = self._ask({"method": method, "params": params})
        if fault := said.get("fault"):
            raise _fault(fault)
        return said.get("result")

    def download(self, file: str, most: int) -> bytes | None:
        """A file's bytes; None when it is gone or larger than `most`."""
        found = self._ask({"download": file, "most": most})
        if fault := found.get("fault"):
            if fault["kind"] == "refused":
                return None
            raise _fault(fault)
        return base64.b64decode(found["result"]) if found.get("result") else None

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(TIMEOUT)
                line.connect(str(self._path))
                with line.makefile("rwb") as file:
                    file.write(json.dumps(question).encode() + b"\n")
                    file.flush()
                    said = json.loads(file.readline())
        except (OSError, ValueError) as trouble:
            raise Unreachable(
                gettext_noop("The bot's process does not answer."), type(trouble).__name__,
                gettext_noop("It starts again by itself; `steelyard telegram` says what is wrong."),
            ) from trouble  # fmt: skip
        return said if isinstance(said, dict) else {}


def _fault(fault: dict[str, Any]) -> Unreachable | Refused:
    why = str(fault.get("why", ""))
    if fault["kind"] == "wait":
        return Unreachable(
            gettext_noop("Telegram asks us to slow down."), f"{fault.get('seconds', 1)} s",
            gettext_noop("Nothing has to be done: it is tried again until it answers."),
        )  # fmt: skip
    if fault["kind"] == "unreachable":
        return Unreachable(gettext_noop("The platform does not answer at the moment."), why)
    kind = Forbidden if fault["kind"] == "forbidden" else Refused
    return kind(gettext_noop("The platform refused this."), why)
