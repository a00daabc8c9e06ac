"""`python -m steelyard.intake.items`: the generic door as its own process.

python -m steelyard.intake.items                        serve on 127.0.0.1, port `items_port`
python -m steelyard.intake.items key new NAME           make a sandbox key and show it once
python -m steelyard.intake.items key new NAME PLATFORM  make a key of an attached platform
python -m steelyard.intake.items key remove NAME        take a key away
python -m steelyard.intake.items secret PLATFORM        a new secret that signs our messages to a platform

Where no platform is attached it runs without Django and the database.
"""

import asyncio
import gc
import os
import sys
from typing import Any

from steelyard.base.config import config, home
from steelyard.base.errors import NoSuchThing, SteelyardError
from steelyard.base.platforms import exchange_secret
from steelyard.intake.items.door import LARGEST, Door, Recorder, Turned, told
from steelyard.intake.items.keys import Keys

PATIENCE = 4 * LARGEST
HEADERS = (b"authorization", b"idempotency-key", b"prefer", b"content-length")


def keys() -> Keys:
    return Keys(home() / "keys" / "items.json")


class Application:
    """ASGI, bare: what uvicorn calls for each request."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            status, body = 200, await self._answer(scope, receive)
        except Exception as fault:  # neither the body nor the trace of it goes anywhere
            status, body = told(fault)
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Any) -> bytes:
        path = scope["path"]
        if path not in ("/v1/items", "/v1/reports"):
            raise Turned(404, "There is nothing at this address.", "Post to /v1/items or /v1/reports.")
        if scope["method"] != "POST":
            raise Turned(405, "This address takes POST only.", "Post your items.")
        given = {name: value.decode("latin-1") for name, value in scope["headers"] if name in HEADERS}
        what = path.removeprefix("/v1/")
        key = self._door.admit(given.get(b"authorization", ""), what)
        body = await _body(receive)
        if what == "reports":
            return await self._door.reports(key, body)
        later = "respond-async" in given.get(b"prefer", "")
        return await self._door.items(key, body, given.get(b"idempotency-key", ""), later=later)


async def _body(receive: Any) -> bytes:
    message = await receive()
    if not message.get("more_body"):
        return _bounded(bytes(message.get("body", b"")))
    from steelyard.intake.items.patience import SLOWEST

    try:
        async with asyncio.timeout(SLOWEST):
            return await _rest(message, receive)
    except TimeoutError:
        raise Turned(
            408, "This request did not arrive in time.", "Send it again, or fewer items at once."
        ) from None


async def _rest(message: Any, receive: Any) -> bytes:
    parts: list[bytes] = []
    length = 0
    while True:
        part = message.get("body", b"")
        length += len(part)
        if length <= LARGEST:
            parts.append(part)
        if length > PATIENCE or not message.get("more_body"):
            break  # read on for a while, so that a well-meaning sender hears the answer
        message = await receive()
    return _bounded(b"".join(parts), length)


def _bounded(body: bytes, length: int = 0) -> bytes:
    if max(length, len(body)) > LARGEST:
        raise Turned(413, f"This request is larger than {LARGEST} bytes.", "Send fewer items at once.")
    return body


def load_application() -> Application:
    from steelyard.screening.policy import Watched, folder

    watched = Watched(folder())
    platforms = frozenset(each.name for each in config().platforms)
    recorder = _recorder() if platforms else None
    # What is loaded now stays. Looking through it for garbage again and again would hold up whoever waits then.
    gc.collect()
    gc.freeze()
    return Application(Door(keys(), lambda: watched.screen, recorder, platforms))


def _recorder() -> Recorder:
    """Django only where something follows from items: a door for sandboxes is half as large."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    django.setup()
    from steelyard.intake.items.recorder import StreamRecorder

    return StreamRecorder()


def _attached(name: str) -> str:
    if name in {each.name for each in config().platforms}:
        return name
    raise NoSuchThing(
        f"No platform called “{name}” is attached.", do="Attach it in steelyard.toml: [[platforms]]."
    )


def serve() -> None:
    import uvicorn

    from steelyard.intake.items.patience import Bounded

    uvicorn.run(
        load_application(), host="127.0.0.1", port=config().items_port, http=Bounded, loop="auto", ws="none",
        lifespan="off", log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5,
    )  # fmt: skip


def main(arguments: list[str]) -> int:
    try:
        match arguments:
            case []:
                serve()
            case ["key", "new", name]:
                sys.stdout.write(keys().make(name) + "\n")
            case ["key", "new", name, platform]:
                sys.stdout.write(keys().make(name, platform=_attached(platform)) + "\n")
            case ["secret", platform]:
                sys.stdout.write(exchange_secret(_attached(platform)) + "\n")
            case ["key", "remove", name]:
                keys().take_away(name)
            case _:
                sys.stderr.write(__doc__ or "")
                return 2
    except SteelyardError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
