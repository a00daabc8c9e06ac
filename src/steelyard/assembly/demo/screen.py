"""What the demo shows: progress on standard error, so that standard output stays for the last line."""

import sys
from pathlib import Path
from typing import Any

from steelyard.base.config import config, home

BAR = 24


class Screen:
    """A bar that redraws itself on a terminal; a line for each chapter elsewhere."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._last = ""
        self._finished = ""

    def starting(self, what: str) -> None:
        self._draw(f"starting: {what}", final=True)

    def chapter(self, name: str, done: int, of: int) -> None:
        if self._finished == name:
            return
        self._finished = name if done >= of else self._finished
        filled = BAR * done // max(of, 1)
        mark = "✓" if done >= of else "·"
        count = f" {done}/{of}" if of > 1 else ""
        self._draw(f"{mark} {'█' * filled}{'░' * (BAR - filled)} {name}{count}", final=done >= of)

    def fault(self, why: str) -> None:
        self._draw(f"✗ {why}", final=True)

    def addresses(self, result: dict[str, Any]) -> None:
        """Where to look and how to come in."""
        at = config().public_url
        lines = [
            "",
            f"  The messenger: channels, private chats {at}/chat/",
            f"  The public channel, write and report   {at}/en/channel/market",
            f"  Where to send a notice or an order     {at}/en/",
            f"  The published day                      {at}/en/transparency",
            f"  The ledger                             {at}/en/ledger",
            f"  Staff console                          {at}/console/",
            f"  Any other Matrix client                http://localhost:{config().synapse_port}",
            "",
            "  Come in as staff by a one-time link, good for 15 minutes:",
            *(f"    {who['handle']:<5} {who['roles']:<17} {who['link']}" for who in result["sign_ins"]),
            "  A new link, and every other command, for example `doctor` or `ledger verify`:",
            f"    STEELYARD_HOME={home()} {Path(sys.executable).parent / 'steelyard'} sign-in NAME",
            "",
            "  Stop with Ctrl-C; start again and everything is still there.",
        ]
        sys.stderr.write("\n".join(lines) + "\n")
        sys.stderr.flush()

    def _draw(self, line: str, *, final: bool) -> None:
        if not self._live and (not final or line == self._last):
            return
        sys.stderr.write(f"\r\x1b[K{line}" if self._live else line)
        sys.stderr.write("\n" if final else "")
        sys.stderr.flush()
        self._last = line
