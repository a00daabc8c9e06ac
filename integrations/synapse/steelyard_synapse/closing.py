# SPDX-License-Identifier: AGPL-3.0-or-later
"""Close a channel and open it again: its members are moved to a room that says why, and are brought back.

Synapse's own shutdown has everybody leave, and a room that everybody of a homeserver has left can be entered by
nobody again. Here one account of the operator stays, and who was moved out is noted. The room is blocked meanwhile,
so nobody enters or comes back early; that is Synapse's own switch, and whoever asks for this turns it.
"""

import json
import logging
from typing import Any

from synapse.api.errors import SynapseError
from synapse.module_api import ModuleApi, UserID
from synapse.storage.database import LoggingTransaction
from synapse.types import create_requester

from steelyard_synapse.hiding import Hiding

logger = logging.getLogger(__name__)

AT_ONCE = 40
"""Members moved in one call, each about 50 ms: whoever asks goes on asking while some are left."""
_NOTE = "closed:"
_TABLE = (
    "CREATE TABLE IF NOT EXISTS steelyard_moved_out"
    " (room_id TEXT NOT NULL, user_id TEXT NOT NULL, PRIMARY KEY (room_id, user_id))"
)


class Closing:
    def __init__(self, api: ModuleApi, notes: Hiding) -> None:
        self.api, self.notes = api, notes

    async def close(self, room: str, keeper: str, name: str, words: str) -> dict[str, Any]:
        """Move members out. `keeper` is in the room and stays. Returns whether anything changed and who is left."""
        members = await self._members(room)
        if keeper not in members:
            raise SynapseError(400, "The account that is to stay is not in the room.")
        told = await self.notes.note(_NOTE + room)
        there = json.loads(told)["told_in"] if told else await self._tell(room, keeper, name, words)
        leaving = [one for one in members if one != keeper]
        for member in leaving[:AT_ONCE]:
            await self._run("steelyard_moved_out", _note_moved, room, member)
            await self.move(member, room, "leave")
            await self._try_to_move(member, there, "join")
        return {"changed": bool(leaving) or not told, "left": max(0, len(leaving) - AT_ONCE)}

    async def reopen(self, room: str) -> dict[str, Any]:
        """Bring them back; whoever may not come any more (suspended, gone) stays away."""
        told = await self.notes.note(_NOTE + room)
        if not told:
            return {"changed": False, "left": 0}
        there = json.loads(told)["told_in"]
        moved = await self._run("steelyard_moved", _moved_out_of, room)
        for member in moved[:AT_ONCE]:
            await self._try_to_move(member, room, "join")
            await self._try_to_move(member, there, "leave")
            await self._run("steelyard_back", _forget_moved, room, member)
        if len(moved) <= AT_ONCE:
            await self.notes.keep_note(_NOTE + room, "")
        return {"changed": True, "left": max(0, len(moved) - AT_ONCE)}

    async def is_closed(self, room: str) -> bool:
        return bool(await self.notes.note(_NOTE + room))

    async def move(self, member: str, room: str, action: str) -> None:
        """As the member, at the operator's wish: no rate limit, and a suspended one leaves too."""
        requester = create_requester(member, authenticated_entity=self.api.server_name)
        await self.api._hs.get_room_member_handler().update_membership(
            requester=requester, target=UserID.from_string(member), room_id=room, action=action,
            content={}, ratelimit=False, require_consent=False,
        )  # fmt: skip

    async def _try_to_move(self, member: str, room: str, action: str) -> None:
        try:
            await self.move(member, room, action)
        except SynapseError as no:  # an account that was closed since, a room that somebody left before
            logger.info("Steelyard could not %s %s: %s", action, room, no.msg)

    async def _tell(self, room: str, keeper: str, name: str, words: str) -> str:
        there, _ = await self.api.create_room(
            keeper,
            {
                "preset": "public_chat", "visibility": "private", "name": name,
                "power_level_content_override": {"users_default": -10},
            },
            ratelimit=False,
        )  # fmt: skip
        await self.notes.keep_note(_NOTE + room, json.dumps({"told_in": there}))
        await self.api.create_and_send_event_into_room(
            {"type": "m.room.message", "room_id": there, "sender": keeper,
             "content": {"msgtype": "m.notice", "body": words}}
        )  # fmt: skip
        return there

    async def _members(self, room: str) -> list[str]:
        return await self._run("steelyard_members", _members_of, room)

    async def _run(self, name: str, what: Any, *given: str) -> Any:
        return await self.api.run_db_interaction(name, what, *given)


def _members_of(txn: LoggingTransaction, room: str) -> list[str]:
    txn.execute(
        "SELECT user_id FROM local_current_membership WHERE room_id = ? AND membership = 'join'"
        " ORDER BY user_id",
        (room,),
    )
    return [user for (user,) in txn.fetchall()]


def _note_moved(txn: LoggingTransaction, room: str, member: str) -> None:
    txn.execute(_TABLE)
    txn.execute("INSERT INTO steelyard_moved_out VALUES (?, ?) ON CONFLICT DO NOTHING", (room, member))


def _moved_out_of(txn: LoggingTransaction, room: str) -> list[str]:
    txn.execute(_TABLE)
    txn.execute("SELECT user_id FROM steelyard_moved_out WHERE room_id = ? ORDER BY user_id", (room,))
    return [user for (user,) in txn.fetchall()]


def _forget_moved(txn: LoggingTransaction, room: str, member: str) -> None:
    txn.execute("DELETE FROM steelyard_moved_out WHERE room_id = ? AND user_id = ?", (room, member))
