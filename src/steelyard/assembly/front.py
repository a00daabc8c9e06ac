"""What stands between the network and Django: the whole request first, in bounded time and size.

Django works in a few threads. A thread that waited for a body would be lost for as long as its sender likes,
and four senders who write one byte a minute would close the house. Here they wait on the event loop.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

WHOLE_WITHIN = 30.0  # seconds for a body to arrive
LARGEST = 3_000_000  # bytes; every form and file we take is smaller
HELD = 100_000_000  # bytes of unfinished bodies together
Headers = list[tuple[str, str]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


SAID = {
    408: "Your request did not arrive in time. Send it again.",
    413: "This is larger than anything we take here. Send less, or in parts.",
    503: "Too much is arriving at the moment. Wait a minute and send it again.",
}


class NotTaken(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Front:
    """An RSGI application round a WSGI one."""

    def __init__(self, application: Wsgi, threads: int) -> None:
        self._application = application
        self._threads = ThreadPoolExecutor(threads, "web")
        self._held = 0

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        try:
            body = await asyncio.wait_for(self._whole(protocol), WHOLE_WITHIN)
        except NotTaken as fault:
            _refuse(protocol, fault.status)
        except TimeoutError:
            _refuse(protocol, 408)
        else:
            status, headers, content = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._answer, environ(scope, body)
            )
            protocol.response_bytes(status, headers, content)

    async def _whole(self, protocol: Any) -> bytes:
        body = bytearray()
        try:
            async for chunk in protocol:
                body += chunk
                self._held += len(chunk)
                if len(body) > LARGEST:
                    raise NotTaken(413)
                if self._held > HELD:
                    raise NotTaken(503)
            return bytes(body)
        finally:
            self._held -= len(body)

    def _answer(self, request: dict[str, Any]) -> tuple[int, Headers, bytes]:
        said: list[tuple[int, Headers]] = []
        answer = self._application(
            request, lambda status, headers, fault=None: said.append((int(status[:3]), headers))
        )
        try:
            content = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        return *said[-1], content


def _refuse(protocol: Any, status: int) -> None:
    plain = ("content-type", "text/plain; charset=utf-8")
    protocol.response_str(status, [plain, ("cache-control", "no-store")], f"{SAID[status]}\n")


def environ(scope: Any, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 wants it, and nothing of this process's own environment."""
    server, _, port = scope.server.rpartition(":")
    found = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    if scope.authority:
        found["HTTP_HOST"] = scope.authority
    for name in scope.headers.keys():  # noqa: SIM118 - not a dictionary
        values = scope.headers.get_all(name)
        found[_name(name)] = ("; " if name == "cookie" else ",").join(values)
    found["CONTENT_LENGTH"] = str(len(body))  # what came, whatever was announced
    return found


def _name(header: str) -> str:
    plain = header.upper().replace("-", "_")
    return plain if plain == "CONTENT_TYPE" else f"HTTP_{plain}"
