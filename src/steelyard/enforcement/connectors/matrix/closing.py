"""Closing a channel: its members are moved out and read why; nobody comes in or reads it until it is opened again."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from steelyard.base.errors import Refused, Unreachable, gettext_noop
from steelyard.enforcement.connectors.matrix import accounts
from steelyard.enforcement.connectors.matrix.wire import Denied, Wire

PATIENCE = 8.0
"""Seconds that one call goes on moving people; of a large channel the rest is moved when the measure is tried again."""
Ops = Callable[[str, dict[str, Any]], dict[str, Any]]


class Closing:
    def __init__(self, wire: Wire, operator: accounts.OwnAccount, ops: Ops, ask: Callable[..., Any]) -> None:
        """`ops` tells the module and `ask` asks it."""
        self._wire, self._operator, self._ops, self._ask = wire, operator, ops, ask

    def close(self, room: str, name: str, words: str) -> bool:
        """Returns whether anything changed. `words` is what its members read, in a room called `name`."""
        if not self._ask("closed", room=room)["closed"]:
            self._enter(room)
        self._ops("listing", {"room": room, "listed": False})
        self._block(room, blocked=True)
        asked = {"room": room, "keeper": self._operator_id(), "name": name, "words": words}
        return self._until_nobody_is_left("close", asked)

    def reopen(self, room: str) -> bool:
        if not self._ask("closed", room=room)["closed"]:
            return False
        self._block(room, blocked=False)
        self._ops("listing", {"room": room, "listed": True})
        return self._until_nobody_is_left("reopen", {"room": room})

    def _until_nobody_is_left(self, what: str, asked: dict[str, Any]) -> bool:
        until, changed = time.monotonic() + PATIENCE, False
        while time.monotonic() < until:
            said = self._ops(what, asked)
            changed = changed or bool(said["changed"])
            if not said["left"]:
                return changed
        raise Unreachable(
            gettext_noop("The members of the channel are being moved."), "",
            gettext_noop("Nothing has to be done: the rest are moved when it is tried again."),
        )  # fmt: skip

    def _enter(self, room: str) -> None:
        """Our account enters and stays. Where it may not, people enter by invitation, and could not come back."""
        try:
            accounts.join(self._wire, self._operator.token(), room)
        except Denied as no:
            raise Refused(
                gettext_noop("This channel cannot be closed."),
                gettext_noop("Only invited people enter it, so its members could not be brought back."),
                gettext_noop("Freeze it: then nobody posts in it."),
            ) from no

    def _block(self, room: str, *, blocked: bool) -> None:
        path = f"/_synapse/admin/v1/rooms/{quote(room, safe='')}/block"
        self._wire.call("PUT", path, token=self._operator.token(), json={"block": blocked})

    def _operator_id(self) -> str:
        path = "/_matrix/client/v3/account/whoami"
        return str(self._wire.call("GET", path, token=self._operator.token())["user_id"])
