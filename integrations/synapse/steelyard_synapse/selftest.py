# SPDX-License-Identifier: AGPL-3.0-or-later
"""At every start: what relies on Synapse's private interfaces is tried in a scratch room.

Each thing works only while its own trial came out right; the others go on without it.
"""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from synapse.api.errors import SynapseError
from synapse.events import EventBase
from synapse.module_api import ModuleApi, UserID

from steelyard_synapse.closing import Closing
from steelyard_synapse.hiding import Hiding
from steelyard_synapse.names import Names
from steelyard_synapse.posts import posts_after
from steelyard_synapse.redaction import redact_as_author
from steelyard_synapse.reports import START, reports_after
from steelyard_synapse.trial import try_to_write

logger = logging.getLogger(__name__)

LOCALPART = "steelyard-selftest"
FIRST_AFTER_MS = 200
AGAIN_AFTER_MS = 60_000


class WrongAnswer(Exception):
    """Synapse's private interfaces did not do what hiding relies on."""


class Trial:
    """`state` is pending, passed or failed; what it is about is refused unless it is passed."""

    def __init__(self, what: str) -> None:
        self.what, self.state, self.why = what, "pending", ""

    async def run(self, tried: Callable[[], Awaitable[None]]) -> bool:
        try:
            await tried()
        except Exception as fault:  # whatever goes wrong here, it stays off and says why
            self.state, self.why = "failed", f"{type(fault).__name__}: {fault}"
            logger.error("Steelyard's self-test failed, %s is switched off: %s", self.what, self.why)
        else:
            self.state, self.why = "passed", ""
        return self.state == "passed"

    def told(self) -> dict[str, str]:
        return {"state": self.state, "why": self.why}


class SelfTest:
    """Hiding, removing, the feeds of posts and reports, and the policy server's signature."""

    def __init__(self, api: ModuleApi, hiding: Hiding) -> None:
        self.api, self.hiding = api, hiding
        self.user = api.get_qualified_user_id(LOCALPART)
        self.hides, self.removes, self.feeds, self.signs, self.moves, self.tries, self.calls = (
            Trial(what)
            for what in (
                "Hiding", "Removing", "Reading posts and reports", "The policy server", "Closing channels",
                "Trying to write", "Names in one room",
            )
        )  # fmt: skip
        self.closing = Closing(api, hiding)
        self.names: Names | None = None
        self.sign: Callable[[EventBase], Awaitable[None]] | None = None
        """Sign an event as the policy server and have Synapse check it; None where there is none."""

    def told(self) -> dict[str, Any]:
        others = {
            "removing": self.removes, "feeds": self.feeds, "policy_server": self.signs, "closing": self.moves,
            "trying": self.tries, "names": self.calls,
        }  # fmt: skip
        return {**self.hides.told(), "others": {name: one.told() for name, one in others.items()}}

    def is_own(self, event: EventBase) -> bool:
        return event.sender == self.user

    def start(self) -> None:
        self.api.delayed_background_call(FIRST_AFTER_MS, self.run, desc="steelyard_selftest")

    async def run(self) -> None:
        """Hiding last: while it is pending, so is the whole."""
        trials = ((self.feeds, self._feeds), (self.removes, self._removing), (self.signs, self._signing),
                  (self.moves, self._moving), (self.tries, self._trying), (self.calls, self._naming),
                  (self.hides, self._hiding))  # fmt: skip
        passed = [await trial.run(tried) for trial, tried in trials if trial.state != "passed"]
        if not all(passed):
            self.api.delayed_background_call(AGAIN_AFTER_MS, self.run, desc="steelyard_selftest")

    async def _feeds(self) -> None:
        await self.api.run_db_interaction("steelyard_selftest_reports", reports_after, START, 1)
        await self.api.run_db_interaction("steelyard_selftest_posts", posts_after, 0, 0, 1)

    async def _removing(self) -> None:
        await self.hiding.prepare()
        room = await self._room()
        event = await self._post(room, {"body": "Self-test: removed."})
        found = await redact_as_author(self.api, [event], "self-test")
        read = await self._read(room, event)
        if found["done"] != [event] or (read and read.get("content")):
            raise WrongAnswer("a removed post could still be read")

    async def _signing(self) -> None:
        if self.sign is None:
            raise WrongAnswer("this version of Synapse lacks what it is made of")
        event = await self._post(await self._room(), {"body": "Self-test: signed."})
        await self.sign(await self.api._store.get_event(event))

    async def _moving(self) -> None:
        await self.closing.move(self.user, await self._room(), "join")

    async def _trying(self) -> None:
        if (await try_to_write(self.api, self.user, await self._room()))["marks"] != []:
            raise WrongAnswer("a probe met what nobody put there")

    async def _naming(self) -> None:
        if self.names is None or not await self.names.try_it(self.user, await self._room()):
            raise WrongAnswer("a refused name was taken in one room")

    async def _hiding(self) -> None:
        await self._try_it(await self._room())

    async def _try_it(self, room: str) -> None:
        root = await self._post(room, {"body": "Self-test: hidden and restored."})
        edit = await self._post(
            room,
            {
                "body": "* Self-test, edited.",
                "m.new_content": {"msgtype": "m.notice", "body": "Self-test, edited."},
                "m.relates_to": {"rel_type": "m.replace", "event_id": root},
            },
        )
        before = [await self._read(room, event) for event in (root, edit)]
        if None in before:
            raise WrongAnswer("a fresh post could not be read")
        try:
            await self.hiding.hide([root], "self-test")
            if any([await self._read(room, event) for event in (root, edit)]):
                raise WrongAnswer("a hidden post could still be read")
        finally:
            await self.hiding.restore([root])
        if [await self._read(room, event) for event in (root, edit)] != before:
            raise WrongAnswer("a restored post was not as it was before")

    async def _room(self) -> str:
        """The scratch room, made on the first start and kept."""
        known = await self.hiding.note("selftest_room")
        if known:
            return known
        if not await self.api.check_user_exists(self.user):
            await self.api.register_user(LOCALPART, displayname="Steelyard self-test")
        room, _ = await self.api.create_room(
            self.user, {"preset": "private_chat", "name": "Steelyard self-test"}, ratelimit=False
        )
        await self.hiding.keep_note("selftest_room", room)
        return room

    async def _post(self, room: str, content: dict[str, Any]) -> str:
        sent = await self.api.create_and_send_event_into_room(
            {
                "type": "m.room.message", "room_id": room, "sender": self.user,
                "content": {"msgtype": "m.notice", **content},
            }
        )  # fmt: skip
        return sent.event_id

    async def _read(self, room: str, event: str) -> dict[str, Any] | None:
        """As the scratch room's member reads it, through the same handler as the client API."""
        try:
            found = await self.api._hs.get_event_handler().get_event(
                UserID.from_string(self.user), room, event
            )
        except SynapseError:
            return None
        return dict(found.event.get_dict()) if found else None
