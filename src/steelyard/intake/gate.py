"""The gate: answers the module before a post is accepted, over a Unix socket, one JSON line each way.

A second socket, the control, is for our own processes: it changes the lists and tells the state of things.
Whoever may open the first cannot reach the second.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from steelyard.base.errors import BadInput, Broken
from steelyard.intake.refusals import Change, Question, Refusals

LONGEST_LINE = 1024 * 1024
Counts = Callable[[], dict[str, object]]
Line = Callable[[bytes], bytes]


class Gate:
    def __init__(self, refusals: Refusals, counts: Counts) -> None:
        self._refusals, self._counts = refusals, counts
        self._modules: set[asyncio.StreamWriter] = set()
        self._files = b""
        self.asked = self.refused = 0

    async def open(self, gate: Path, control: Path) -> None:
        # Synapse may be another user of our group; the folder above lets nobody else through by default.
        await _listen(gate, self._serve_module, mode=0o660)
        await _listen(control, self._serve_own, mode=0o600)

    async def _serve_module(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._modules.add(writer)
        writer.write(self._told())
        writer.write(self._files)
        try:
            await _lines(reader, writer, self._answer)
        finally:
            self._modules.discard(writer)

    def refuse_files(self, line: bytes) -> None:
        """Which files are refused from now on: every module hears it at once, and each as it connects."""
        self._files = line
        for module in self._modules:
            module.write(line)

    async def _serve_own(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _lines(reader, writer, self._obey)

    def _answer(self, line: bytes) -> bytes:
        if line.startswith(b'{"ping"'):
            return b'{"pong":true}\n'
        # Strangers write the text, and msgspec would refuse half a surrogate pair in it.
        question = msgspec.convert(json.loads(line), Question)
        self.asked += 1
        if (reason := self._refusals.answer(question)) is None:
            return b'{"id":%d}\n' % question.id
        self.refused += 1
        return msgspec.json.encode({"id": question.id, "refuse": reason}) + b"\n"

    def _obey(self, line: bytes) -> bytes:
        if line.startswith(b'{"status"'):
            return msgspec.json.encode(self.status()) + b"\n"
        try:
            changed = self._refusals.apply(msgspec.json.decode(line, type=Change))
        except (BadInput, msgspec.DecodeError) as wrong:
            return msgspec.json.encode({"wrong": str(wrong)}) + b"\n"
        if changed:
            for module in self._modules:
                module.write(self._told())
        return b'{"changed":%s}\n' % (b"true" if changed else b"false")

    def status(self) -> dict[str, object]:
        lists = self._refusals.lists
        return {
            "modules": len(self._modules),
            "asked": self.asked,
            "refused": self.refused,
            "frozen_channels": len(lists.channels),
            "muted_accounts": len(lists.accounts),
            "blocked_content": len(lists.content),
            **self._counts(),
        }

    def _told(self) -> bytes:
        return msgspec.json.encode({"refusals": self._refusals.lists}) + b"\n"


async def nobody_serves(path: Path) -> None:
    """Raises Broken where another intake answers at its socket."""
    with suppress(OSError):
        _, other = await asyncio.open_unix_connection(str(path))
        other.close()
        raise Broken("Another intake serves this home.", f"It answers at {path}.", "Stop it first.")


async def _listen(path: Path, serve: Callable[..., object], *, mode: int) -> None:
    """Take the socket over from a process that was killed; refuse to take it from one that lives."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    await nobody_serves(path)
    path.unlink(missing_ok=True)
    await asyncio.start_unix_server(serve, str(path), limit=LONGEST_LINE)  # type: ignore[arg-type]
    path.chmod(mode)


async def _lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Line) -> None:
    """One answer for each line, in order. A line that is none ends the conversation, not the process."""
    with suppress(OSError, ValueError, RecursionError, msgspec.MsgspecError, asyncio.CancelledError):
        while line := await reader.readline():
            writer.write(answer(line))
            await writer.drain()
    writer.close()
