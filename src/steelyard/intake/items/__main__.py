"""`python -m steelyard.intake.items`: the generic door as its own process.

python -m steelyard.intake.items                        serve on 127.0.0.1, port `items_port`
python -m steelyard.intake.items key new NAME           make a sandbox key and show it once
python -m steelyard.intake.items key new NAME PLATFORM  make a key of an attached platform
python -m steelyard.intake.items key remove NAME        take a key away
python -m steelyard.intake.items secret PLATFORM        a new secret that signs our messages to a platform

Where no platform is attached it runs without Django and the database.
"""

import ctypes
import gc
import os
import signal
import sys
from typing import Any

from steelyard.base.config import config, home
from steelyard.base.errors import NoSuchThing, SteelyardError
from steelyard.base.platforms import exchange_secret
from steelyard.intake.items.door import LARGEST, Door, Recorder, Turned, told
from steelyard.intake.items.keys import Keys

PATIENCE = 4 * LARGEST
JSON = [("content-type", "application/json")]


def keys() -> Keys:
    return Keys(home() / "keys" / "items.json")


class Application:
    """RSGI: what granian calls for each request."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        try:
            status, body = 200, await self._answer(scope, proto)
        except Exception as fault:  # neither the body nor the trace of it goes anywhere
            status, body = told(fault)
        proto.response_bytes(status, JSON, body)

    async def _answer(self, scope: Any, proto: Any) -> bytes:
        if scope.path not in ("/v1/items", "/v1/reports"):
            raise Turned(404, "There is nothing at this address.", "Post to /v1/items or /v1/reports.")
        if scope.method != "POST":
            raise Turned(405, "This address takes POST only.", "Post your items.")
        given, what = scope.headers.get, scope.path.removeprefix("/v1/")
        key = self._door.admit(given("authorization") or "", what)
        body = await _body(scope, proto)
        if what == "reports":
            return await self._door.reports(key, body)
        later = "respond-async" in (given("prefer") or "")
        return await self._door.items(key, body, given("idempotency-key") or "", later=later)


async def _body(scope: Any, proto: Any) -> bytes:
    size = scope.headers.get("content-length") or ""
    if size.isdecimal() and int(size) <= LARGEST:
        return bytes(await proto())
    parts: list[bytes] = []
    length = 0
    async for part in proto:  # read on for a while, so that a well-meaning sender hears the answer
        length += len(part)
        if length <= LARGEST:
            parts.append(part)
        if length > PATIENCE:
            break
    if length > LARGEST:
        raise Turned(413, f"This request is larger than {LARGEST} bytes.", "Send fewer items at once.")
    return b"".join(parts)


def load_application() -> Any:
    """Runs in granian's worker: it must not outlive its parent, or it would keep the port."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
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
    from granian import Granian
    from granian.constants import Interfaces, Loops

    Granian(
        "steelyard.intake.items.__main__:load_application",
        address="127.0.0.1",
        port=config().items_port,
        interface=Interfaces.RSGI,
        loop=Loops.asyncio,
        workers=1,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
    ).serve(target_loader=load_application, wrap_loader=False)


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
