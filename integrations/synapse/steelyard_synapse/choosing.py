# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rooms chose us as their policy server: those whose state names this server with our key.

Whoever asks may know of that state before we do: it comes over federation, as does a room that we are just joining. An
event says what it builds on (`prev_events`), so we know when we lack something, wait for that, briefly, and look again.
Nothing is remembered of a question that came too early: asked again, it is answered anew.
"""

from collections import Counter
from typing import Any

from synapse.api.errors import Codes, NotFoundError, SynapseError
from synapse.module_api import ModuleApi

STATE = (("m.room.policy", ""), ("org.matrix.msc4284.policy", ""))
ARRIVES = 10.0
"""Seconds that what an event builds on may take to reach us; whoever asks waits thirty."""
LOOKS_EVERY = 0.1
AT_ONCE = 20
"""Questions of one server that may wait; beyond them it is told no at once."""


class Choosing:
    def __init__(self, api: ModuleApi) -> None:
        self.api = api
        self._waiting: Counter[str] = Counter()

    async def room_version(self, room: str, asker: str) -> Any:
        """The version of a room that we are in, or are just joining. Raises SynapseError 404 for any other."""
        return await self._patiently(asker, lambda: self._version(room))

    async def chosen(self, event: Any, key: str, asker: str) -> None:
        """Returns when the room chose us. Raises SynapseError 404 when it has not, as of what this event builds on."""
        await self._patiently(asker, lambda: self._named(event, key))

    async def _patiently(self, asker: str, look: Any) -> Any:
        until = self.api._hs.get_reactor().seconds() + ARRIVES
        self._waiting[asker] += 1
        try:
            while (found := await look()) is None:
                if self._waiting[asker] > AT_ONCE or self.api._hs.get_reactor().seconds() > until:
                    raise _not_ours()
                await self.api.sleep(LOOKS_EVERY)
            return found
        finally:
            self._waiting[asker] -= 1
            self._waiting += Counter()  # forgets who waits for nothing

    async def _version(self, room: str) -> Any:
        try:
            return await self.api._store.get_room_version(room)
        except NotFoundError:
            return None

    async def _named(self, event: Any, key: str) -> bool | None:
        """True; None while we lack something; raises when we lack nothing and it does not name us."""
        complete = await self._complete(event)  # before the state is read: what arrives in between counts
        if await self._names_us(event.room_id, key):
            return True
        if not complete:
            return None
        await self.api.sleep(LOOKS_EVERY)  # what is stored is in the cache of the state a moment later
        if await self._names_us(event.room_id, key):
            return True
        raise _not_ours()

    async def _names_us(self, room: str, key: str) -> bool:
        state = await self.api.get_room_state(room, STATE)
        stable, unstable = (state.get(kind) for kind in STATE)
        if stable is not None:
            keys = stable.content.get("public_keys")
            given = keys.get("ed25519") if isinstance(keys, dict) else None
            return given == key and stable.content.get("via") == self.api.server_name
        return bool(unstable) and (unstable.content.get("public_key"), unstable.content.get("via")) == (
            key, self.api.server_name,
        )  # fmt: skip

    async def _complete(self, event: Any) -> bool:
        before = set(event.prev_event_ids())
        if await self.api._store.is_partial_state_room(event.room_id):
            return False
        return before == await self.api._store.have_events_in_timeline(before)


def _not_ours() -> SynapseError:
    return SynapseError(404, "This room has not chosen us as its policy server.", Codes.NOT_FOUND)
