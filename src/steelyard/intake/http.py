"""The little of HTTP that one trusted sender needs, on h11: 1 MB of memory where a framework takes 17."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType

import h11
import msgspec

LARGEST = 32 * 1024 * 1024  # a hundred events of 64 KiB, and room for what they carry along
IDLE = 300.0  # seconds
CHUNK = 64 * 1024
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    secret: str
    """The bearer token, or ""."""
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    body: object


Handler = Callable[[Request], Awaitable[Answer]]


class TooLarge(Exception):
    pass


async def serve_http(handler: Handler, host: str, port: int) -> asyncio.Server:
    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _converse(handler, reader, writer)
        except (OSError, TimeoutError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass  # the other side went away or does not speak HTTP, or we are stopping
        finally:
            writer.close()

    return await asyncio.start_server(on_connection, host, port)


async def _converse(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h11.Connection(h11.SERVER)
    while True:
        try:
            request = await _next_request(connection, reader)
        except TooLarge:
            await _say(connection, writer, Answer(413, {"errcode": "M_TOO_LARGE", "error": "Too large."}))
            return
        if request is None:
            return
        await _say(connection, writer, await _answer(handler, request))
        if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
            return
        connection.start_next_cycle()


async def _answer(handler: Handler, request: Request) -> Answer:
    try:
        return await handler(request)
    except Exception as fault:  # whatever it is, the sender keeps what it has and sends it again
        # Neither the path nor the body: both may hold what people wrote. The trace holds our own code only.
        _log.error("A transaction was not taken: %s", type(fault).__name__, exc_info=_without_values(fault))
        return Answer(503, {"errcode": "M_UNKNOWN", "error": "Not taken. Send it again."})


def _without_values(fault: BaseException) -> tuple[type[Exception], Exception, TracebackType | None]:
    """The trace without the message, which may quote the row that did not fit."""
    return (Exception, Exception(type(fault).__name__), fault.__traceback__)


async def _next_request(connection: h11.Connection, reader: asyncio.StreamReader) -> Request | None:
    asked: h11.Request | None = None
    body: list[bytes] = []
    size = 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await asyncio.wait_for(reader.read(CHUNK), IDLE))
        elif isinstance(event, h11.Request):
            asked = event
        elif isinstance(event, h11.Data):
            size += len(event.data)
            if size > LARGEST:
                raise TooLarge
            body.append(bytes(event.data))
        elif isinstance(event, h11.EndOfMessage) and asked is not None:
            return _request(asked, b"".join(body))
        else:
            return None


def _request(asked: h11.Request, body: bytes) -> Request:
    headers = dict(asked.headers)
    return Request(
        method=asked.method.decode(),
        path=asked.target.decode("ascii", "replace").partition("?")[0],
        secret=headers.get(b"authorization", b"").decode("ascii", "replace").removeprefix("Bearer "),
        body=body,
    )


async def _say(connection: h11.Connection, writer: asyncio.StreamWriter, answer: Answer) -> None:
    body = msgspec.json.encode(answer.body)
    headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
    for event in (
        h11.Response(status_code=answer.status, headers=headers), h11.Data(data=body), h11.EndOfMessage(),
    ):  # fmt: skip
        if sent := connection.send(event):
            writer.write(sent)
    await writer.drain()
