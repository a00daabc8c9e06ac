# SPDX-License-Identifier: AGPL-3.0-or-later
"""At every start: post, hide, read, restore and read again in a scratch room.

Hiding works only while all of it came out right.
"""

import logging
from typing import Any

from synapse.api.errors import SynapseError
from synapse.events import EventBase
from synapse.module_api import ModuleApi, UserID

from steelyard_synapse.hiding import Hiding

logger = logging.getLogger(__name__)

LOCALPART = "steelyard-selftest"
FIRST_AFTER_MS = 200
AGAIN_AFTER_MS = 60_000


class WrongAnswer(Exception):
    """Synapse's private interfaces did not do what hiding relies on."""


class SelfTest:
    """`state` is pending, passed or failed; hiding is refused unless it is passed."""

    def __init__(self, api: ModuleApi, hiding: Hiding) -> None:
        self.api, self.hiding = api, hiding
        self.user = api.get_qualified_user_id(LOCALPART)
        self.state, self.why = "pending", ""

    def is_own(self, event: EventBase) -> bool:
        return event.sender == self.user

    def start(self) -> None:
        self.api.delayed_background_call(FIRST_AFTER_MS, self.run, desc="steelyard_selftest")

    async def run(self) -> None:
        try:
            await self.hiding.prepare()
            await self._try_it(await self._room())
        except Exception as fault:  # whatever goes wrong here, hiding stays off and says why
            self.state, self.why = "failed", f"{type(fault).__name__}: {fault}"
            logger.error("Steelyard's self-test failed, hiding is switched off: %s", self.why)
            self.api.delayed_background_call(AGAIN_AFTER_MS, self.run, desc="steelyard_selftest")
        else:
            self.state, self.why = "passed", ""

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
