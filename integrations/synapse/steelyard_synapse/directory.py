# SPDX-License-Identifier: AGPL-3.0-or-later
"""Channels that were taken out of the public directory, until they are put back. Only what stood there comes back."""

from typing import Any

from synapse.module_api import NOT_SPAM, ModuleApi, errors

from steelyard_synapse.hiding import Hiding

_NOTE = "unlisted:"


class Directory:
    def __init__(self, api: ModuleApi, notes: Hiding) -> None:
        self.api, self.notes = api, notes

    async def put(self, room: str, *, listed: bool) -> bool:
        """Returns whether anything changed. A channel that its owner never listed stays out when it is put back."""
        shown = self.api.public_room_list_manager
        taken_out = await self._taken_out(room)
        if listed:
            if not taken_out:
                return False
            if taken_out == "was listed":
                await shown.add_room_to_public_room_list(room)
            await self.notes.keep_note(_NOTE + room, "")
            return True
        if taken_out:
            return False
        was = await shown.room_is_in_public_room_list(room)
        await self.notes.keep_note(_NOTE + room, "was listed" if was else "was not listed")
        await shown.remove_room_from_public_room_list(room)
        return True

    async def may_publish(self, user: str, room: str) -> Any:
        """Its owner does not list again what was taken out."""
        return errors.Codes.FORBIDDEN if await self._taken_out(room) else NOT_SPAM

    async def _taken_out(self, room: str) -> str:
        if not self.notes.ready:  # the first moments of a start
            await self.notes.prepare()
        return await self.notes.note(_NOTE + room) or ""
