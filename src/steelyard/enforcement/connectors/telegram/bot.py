"""`python -m steelyard.enforcement.connectors.telegram.bot`: the bot itself, on aiogram, a process of its own.

Only here is aiogram loaded (150 MB), and only here is the token known. It keeps what Telegram tells it in the
store before Telegram forgets it, and calls the methods that our side asks for over a Unix socket.
"""

import asyncio
import base64
import io
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import h11
import msgspec
from aiogram import Bot, methods
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramConflictError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from pydantic import ValidationError

from steelyard.enforcement.connectors.telegram.pace import Pace, TooSoon
from steelyard.enforcement.connectors.telegram.settings import Settings, settings_in_force
from steelyard.enforcement.connectors.telegram.store import Store

ASKED_FOR = (
    "message", "edited_message", "channel_post", "edited_channel_post", "chat_member", "my_chat_member",
    "chat_join_request",
)  # fmt: skip


def as_it_came(method: type[TelegramMethod[Any]]) -> type[TelegramMethod[Any]]:
    """The method with its parameters checked and its result untouched: Telegram's servers and aiogram's models are
    not always of the same version, and a field too few must not make the bot deaf."""
    kind: Any = type(method)
    found: type[TelegramMethod[Any]] = kind(
        method.__name__, (method,), {"__returning__": Any, "__module__": __name__}
    )
    return found


RawUpdates = as_it_came(methods.GetUpdates)
CALLABLE = {
    name[0].lower() + name[1:]: as_it_came(getattr(methods, name))
    for name in (
        "DeleteMessage", "DeleteMessages", "SendMessage", "ForwardMessage", "RestrictChatMember", "BanChatMember",
        "UnbanChatMember", "BanChatSenderChat", "UnbanChatSenderChat", "SetChatPermissions", "GetChat",
        "GetChatMember", "GetChatAdministrators", "DeclineChatJoinRequest", "DeleteAllMessageReactions",
        "GetMe", "GetWebhookInfo",
    )
}  # fmt: skip
"""What our side may ask for, and nothing else."""
WRITES = frozenset({"sendMessage", "forwardMessage"})
LONGEST_LINE = 64 * 1024 * 1024
AFTER_TROUBLE = 3.0
_log = logging.getLogger(__name__)


class TheBot:
    """One bot: what it hears goes into the store, what it is asked to do it does."""

    def __init__(self, settings: Settings, store: Store, pace: Pace | None = None) -> None:
        server = TelegramAPIServer.from_base(settings.api) if settings.api else None
        self._session = AiohttpSession(api=server) if server else AiohttpSession()
        self.bot = Bot(settings.token, session=self._session)
        self._settings, self._store, self._pace = settings, store, pace or Pace()

    async def hear(self) -> None:
        """For ever: by webhook where an address is stated, else by long polling."""
        if self._settings.webhook:
            await self._webhook()
        else:
            await self._poll()

    async def _poll(self) -> None:
        after: int | None = None
        while True:
            try:
                if after is None:
                    await self.bot.delete_webhook(drop_pending_updates=False)
                asked = {
                    "offset": after,
                    "timeout": self._settings.patience,
                    "allowed_updates": list(ASKED_FOR),
                }
                found = await self.bot(
                    RawUpdates.model_validate(asked), request_timeout=self._settings.patience + 20
                )
                self._keep(found)
                after = found[-1]["update_id"] + 1 if found else (after or 0)
            except TelegramRetryAfter as slow:
                await asyncio.sleep(slow.retry_after)
            except (
                TelegramNetworkError, TelegramServerError, TelegramConflictError, ClientDecodeError, OSError,
            ) as trouble:  # fmt: skip
                _log.warning("Telegram is not heard at the moment: %s", type(trouble).__name__)
                await asyncio.sleep(AFTER_TROUBLE)

    def _keep(self, updates: Sequence[dict[str, Any]]) -> None:
        """Telegram forgets them with the next question, so they are on disk before it."""
        self._store.put([(int(update["update_id"]), msgspec.json.encode(update)) for update in updates])

    async def _webhook(self) -> None:
        settings = self._settings
        server = await asyncio.start_server(self._on_push, "127.0.0.1", settings.webhook_port)
        await self.bot.set_webhook(
            settings.webhook, secret_token=settings.secret, allowed_updates=list(ASKED_FOR)
        )
        async with server:
            await server.serve_forever()

    async def _on_push(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """200 means that it is on our disk; anything else has Telegram send it again."""
        with suppress(OSError, h11.RemoteProtocolError, TimeoutError, asyncio.CancelledError):
            secret, body = await asyncio.wait_for(_request(reader), 30)
            status = self._pushed(secret, body)
            writer.write(b"HTTP/1.1 %d -\r\ncontent-length: 0\r\nconnection: close\r\n\r\n" % status)
            await writer.drain()
        writer.close()

    def _pushed(self, secret: str, body: bytes) -> int:
        if not self._settings.is_secret(secret):
            return 403
        try:
            self._keep([msgspec.json.decode(body, type=dict[str, Any])])
        except (msgspec.DecodeError, KeyError, ValueError, TypeError):
            return 400
        except Exception as fault:
            _log.error("An update was not kept: %s", type(fault).__name__)
            return 503
        return 200

    async def answer(self, line: bytes) -> bytes:
        """One question of our own side."""
        try:
            asked = json.loads(line)
            result = await (self._download(asked) if "download" in asked else self._call(asked))
            said: dict[str, Any] = {"result": result}
        except TooSoon as wait:
            said = {"fault": {"kind": "wait", "seconds": round(wait.seconds + 1)}}
        except TelegramRetryAfter as wait:
            said = {"fault": {"kind": "wait", "seconds": wait.retry_after}}
        except (TelegramForbiddenError, TelegramUnauthorizedError) as no:
            said = {"fault": {"kind": "forbidden", "why": _plain(no)}}
        except (TelegramNetworkError, TelegramServerError, ClientDecodeError) as trouble:
            said = {"fault": {"kind": "unreachable", "why": type(trouble).__name__}}
        except TelegramAPIError as no:
            said = {"fault": {"kind": "refused", "why": _plain(no)}}
        except (ValidationError, ValueError, KeyError) as wrong:
            said = {"fault": {"kind": "refused", "why": type(wrong).__name__}}
        return json.dumps(said).encode() + b"\n"

    async def _call(self, asked: dict[str, Any]) -> Any:
        name, params = asked["method"], asked.get("params") or {}
        method, chat = CALLABLE[name].model_validate(params), params.get("chat_id")
        await self._pace.turn(chat, writes=name in WRITES)
        try:
            return await self.bot(method)
        except TelegramRetryAfter as slow:
            self._pace.silence(chat, slow.retry_after)
            raise

    async def _download(self, asked: dict[str, Any]) -> str:
        found = await self.bot.get_file(asked["download"])
        if not found.file_path or (found.file_size or 0) > asked["most"]:
            return ""
        content = await self.bot.download_file(found.file_path, io.BytesIO())
        raw = content.read() if content else b""
        return base64.b64encode(raw).decode() if len(raw) <= asked["most"] else ""

    async def close(self) -> None:
        await self._session.close()


def _plain(fault: TelegramAPIError) -> str:
    return (
        fault.message
        if isinstance(fault, TelegramBadRequest | TelegramForbiddenError)
        else type(fault).__name__
    )


async def _request(reader: asyncio.StreamReader) -> tuple[str, bytes]:
    connection, secret, body = h11.Connection(h11.SERVER), "", bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(1 << 16))
        elif isinstance(event, h11.Request):
            headers = dict(event.headers)
            secret = headers.get(b"x-telegram-bot-api-secret-token", b"").decode("ascii", "replace")
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > LONGEST_LINE:
                raise h11.RemoteProtocolError("too large")
        elif isinstance(event, h11.EndOfMessage):
            return secret, bytes(body)
        else:
            raise h11.RemoteProtocolError("gone")


async def serve_socket(path: Path, answer: Callable[[bytes], Awaitable[bytes]]) -> asyncio.Server:
    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, ValueError, asyncio.CancelledError):
            while line := await reader.readline():
                writer.write(await answer(line))
                await writer.drain()
        writer.close()

    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(on_connection, str(path), limit=LONGEST_LINE)
    path.chmod(0o600)
    return server


async def serve(settings: Settings) -> None:
    """Until SIGTERM."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    the_bot = TheBot(settings, Store(settings.store))
    server = await serve_socket(settings.socket, the_bot.answer)
    hearing = asyncio.create_task(the_bot.hear())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({hearing, stopped}, return_when=asyncio.FIRST_COMPLETED)
    server.close()
    if hearing.done() and (fault := hearing.exception()):
        raise fault
    hearing.cancel()
    await the_bot.close()


def main() -> int:
    settings = settings_in_force()
    try:
        asyncio.run(serve(settings))
    except TelegramUnauthorizedError:
        sys.stderr.write("Telegram does not know the bot's token. Run: steelyard telegram\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
