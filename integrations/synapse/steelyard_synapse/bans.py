# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts that are banned: nobody signs in to one any more, and whoever tries reads why and where to contest it.

Posts of theirs are refused where everybody's are. Sessions that are open stay: ending them would destroy the keys of
encrypted chats, which no lifting of the ban would bring back.
"""

from collections.abc import Collection
from typing import Any

from synapse.module_api import NOT_SPAM, ModuleApi, errors

from steelyard_synapse.refusals import Refusals


class Bans:
    """Registers everything by which an account comes in somewhere."""

    def __init__(self, api: ModuleApi, refusals: Refusals, exempt: frozenset[str]) -> None:
        self.api, self.refusals, self.exempt = api, refusals, exempt
        api.register_spam_checker_callbacks(
            check_login_for_spam=self.login,
            user_may_join_room=self.join,
            user_may_invite=self.invite,
            user_may_create_room=self.make,
        )

    async def login(
        self,
        user: str,
        device: str | None,
        device_name: str | None,
        request_info: Collection[tuple[str | None, str]],
        auth_provider_id: str | None = None,
    ) -> Any:
        """Asked when the password was right: a stranger learns of no ban."""
        return self._of(user)

    async def join(self, user: str, room: str, is_invited: bool) -> Any:
        """Into no room but those of the operator's own letters, which say why."""
        no = self._of(user)
        return NOT_SPAM if no == NOT_SPAM or (is_invited and await self._asked_by_us(user, room)) else no

    async def invite(self, user: str, invited: str, room: str) -> Any:
        return self._of(user)

    async def make(self, user: str, config: dict[str, Any] | None = None) -> Any:
        return self._of(user)

    async def _asked_by_us(self, user: str, room: str) -> bool:
        state = await self.api.get_room_state(room, [("m.room.member", user)])
        return any(event.sender in self.exempt for event in state.values())

    def _of(self, user: str) -> Any:
        reason = self.refusals.banned.get(user)
        return (errors.Codes.FORBIDDEN, {"steelyard": reason}) if reason else NOT_SPAM
