"""The Bot API server, the real bot (aiogram) beside it, and our connector attached: no process is pretended."""

import asyncio
import threading
from collections import Counter
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from steelyard.enforcement.connector import forget_connectors, register
from steelyard.enforcement.connectors.telegram.bot import TheBot, serve_socket
from steelyard.enforcement.connectors.telegram.connector import TelegramConnector
from steelyard.enforcement.connectors.telegram.pace import Pace
from steelyard.enforcement.connectors.telegram.settings import Settings
from steelyard.enforcement.connectors.telegram.store import Store
from steelyard.intake.pulled import pull_once
from tests.homeserver import wait_until
from tests.telegram.bot_api import TOKEN, BotApi

WORKROOM = -1009


class Town:
    """Telegram, our bot, and what we make of it."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.folder, self.api = folder, BotApi()
        self.store = Store(folder / "state.sqlite")
        self.settings = Settings(
            token=TOKEN, socket=folder / "bot.sock", store=folder / "state.sqlite", api=self.api.address,
            patience=1, **more,
        )  # fmt: skip
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ready = threading.Event()
        self._thread.start()
        assert self._ready.wait(60)
        self.connector = TelegramConnector(
            self.settings.socket, self.settings.store, workroom=WORKROOM, secret=self.settings.secret
        )

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self.bot = TheBot(self.settings, self.store, Pace(0, 0))
        server = await serve_socket(self.settings.socket, self.bot.answer)
        hearing = asyncio.create_task(self.bot.hear())
        self._ready.set()
        await self._stop.wait()
        server.close()
        hearing.cancel()
        await self.bot.close()

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)
        self.api.close()

    def heard(self) -> None:
        """Everything that happened on Telegram has been taken in by the intake."""
        self._reached()

        async def here(work: Any) -> Any:
            return work()

        while _at_once(pull_once("telegram", self.folder, here, here, Counter())):
            pass

    def heard_raw(self) -> None:
        """The bot has it and the connector knows of it, without a database."""
        self._reached()
        while (transaction := self.connector.waiting(100)) is not None:
            self.connector.taken(transaction, self.connector.translate(transaction))

    def _reached(self) -> None:
        last = self.api.updates[-1]["update_id"] if self.api.updates else 0
        wait_until(lambda: bool(self.api.hook[0]) or self.api.confirmed > last)


def _at_once(story: Coroutine[Any, Any, bool]) -> bool:
    """Run what never waits, in this thread: the test's transaction is this thread's."""
    try:
        story.send(None)
    except StopIteration as end:
        return bool(end.value)
    raise AssertionError("It waited.")


@pytest.fixture
def telegram(tmp_path: Path) -> Iterator[Town]:
    town = Town(tmp_path)
    register("telegram", lambda: town.connector)
    try:
        yield town
    finally:
        forget_connectors()
        town.close()
