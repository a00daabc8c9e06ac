# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names that people give themselves and their rooms: asked about like posts, by the same gate, budget and breaker.

Only the words are asked about. Whoever may not post may still read, go in and out, and be called what they like.

A name that somebody writes into one room's membership by hand is seen on its way through Synapse's own handler of
memberships, which is private: for the callback that sees it (`check_event_allowed`) Synapse would load a room's whole
state at every event of everybody. The self-test tries it and takes our part out when it does not work.
"""

from collections.abc import Collection
from http import HTTPStatus
from secrets import token_hex
from typing import Any

from synapse.api.errors import Codes, SynapseError
from synapse.module_api import NOT_SPAM, ModuleApi, UserID
from synapse.spam_checker_api import RegistrationBehaviour

from steelyard_synapse.gate import Gate
from steelyard_synapse.places import Places
from steelyard_synapse.refusals import Reason, Refusals, fingerprint, words_of

ROOM_NAMES = {"m.room.name", "m.room.topic"}


class Names:
    """Registers everything that takes a name; `places` is asked first about a newcomer."""

    def __init__(
        self, api: ModuleApi, refusals: Refusals, gate: Gate, places: Places, exempt: frozenset[str]
    ) -> None:
        self.api, self.refusals, self.gate, self.places, self.exempt = api, refusals, gate, places, exempt
        api.register_spam_checker_callbacks(
            check_registration_for_spam=self.registration, user_may_create_room=self.room
        )
        api.register_third_party_rules_callbacks(on_profile_update=self.profile)
        self._decoy = f"Self-test {token_hex(8)}"
        self._memberships = api._hs.get_room_member_handler()
        self._passed_on = self._memberships.update_membership
        self._memberships.update_membership = self.membership

    async def membership(self, requester: Any, *args: Any, **more: Any) -> Any:
        """In Synapse's place, with all that it was asked: going in, out, and being called something in one room."""
        named, user = (more.get("content") or {}).get("displayname"), requester.user.to_string()
        if named == self._decoy:
            raise _no({})
        if user not in self.exempt and (reason := await self.refused(named)):
            raise _no(reason)
        return await self._passed_on(requester, *args, **more)

    async def try_it(self, user: str, room: str) -> bool:
        """Whether a refused name is refused in one room. If not, Synapse's own handler is asked as before."""
        try:
            await self.api.update_room_membership(
                user, user, room, "join", content={"displayname": self._decoy}
            )
        except SynapseError as no:
            return no.code == HTTPStatus.FORBIDDEN
        except BaseException:
            self._leave_out()
            raise
        self._leave_out()
        return False

    def _leave_out(self) -> None:
        self._memberships.update_membership = self._passed_on

    async def refused(self, words: object) -> Reason | None:
        """Why a name is not taken; None when it is, or when nobody answers in time."""
        if not isinstance(words, str) or not words.strip():
            return None
        if reason := self.refusals.content.get(fingerprint(words)):
            return reason
        answer = await self.gate.ask(
            {"event": "", "room": "", "sender": "", "type": "name", "text": words, "state": False}
        )
        return answer.get("refuse") if answer else None

    async def registration(
        self,
        email_threepid: dict[str, Any] | None,
        username: str | None,
        request_info: Collection[tuple[str, str]],
        auth_provider_id: str | None = None,
    ) -> RegistrationBehaviour:
        behaviour = await self.places.check_registration(
            email_threepid, username, request_info, auth_provider_id
        )
        if reason := await self.refused(username):
            raise _no(reason)
        return behaviour

    async def room(self, user: str, config: dict[str, Any] | None = None) -> Any:
        """A room's name and topic when it is made; later ones are asked about as events."""
        if user in self.exempt:
            return NOT_SPAM
        for words in _of_room(config or {}):
            if reason := await self.refused(words):
                return Codes.FORBIDDEN, {"steelyard": reason}
        return NOT_SPAM

    async def profile(self, user: str, profile: Any, by_admin: bool, deactivation: bool) -> None:
        """Synapse asks when it has the new name and before rooms get it: one that is refused is taken away again."""
        named = getattr(profile, "display_name", None)
        if by_admin or deactivation or user in self.exempt or not await self.refused(named):
            return
        await self.api.set_displayname(UserID.from_string(user), UserID.from_string(user).localpart)


def _of_room(config: dict[str, Any]) -> list[object]:
    found = [config.get(name) for name in ("name", "topic", "room_alias_name")]
    for state in config.get("initial_state") or ():
        if (
            isinstance(state, dict)
            and state.get("type") in ROOM_NAMES
            and isinstance(state.get("content"), dict)
        ):
            found.append(words_of(str(state["type"]), state["content"]))
    return found


def _no(reason: Reason) -> SynapseError:
    said = reason.get("reason") or "This name cannot be used here."
    return SynapseError(403, said, Codes.FORBIDDEN, additional_fields={"steelyard": reason})
