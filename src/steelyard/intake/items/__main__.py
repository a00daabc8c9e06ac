"""`python -m steelyard.intake.items`: the generic door as its own process, without Django and the database.

python -m steelyard.intake.items                      serve on 127.0.0.1, port `items_port`
python -m steelyard.intake.items key new NAME         make a sandbox key and show it once
python -m steelyard.intake.items key remove NAME      take a key away
"""

import ctypes
import signal
import sys
from typing import Any

from steelyard.base.config import config, home
from steelyard.base.errors import SteelyardError
from steelyard.intake.items.door import LARGEST, Door, Turned, told
from steelyard.intake.items.keys import SCOPES, Keys

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
        if scope.path != "/v1/items":
            raise Turned(404, "There is nothing at this address.", "Post to /v1/items.")
        if scope.method != "POST":
            raise Turned(405, "This address takes POST only.", "Post your items.")
        key = self._door.admit(scope.headers.get("authorization") or "")
        return await self._door.items(
            key, await _body(scope, proto), scope.headers.get("idempotency-key") or ""
        )


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
    return Application(Door(keys(), lambda: watched.screen))


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
                sys.stdout.write(keys().make(name, SCOPES) + "\n")
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
