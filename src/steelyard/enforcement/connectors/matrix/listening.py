"""The bot's client: hears commands, answers them in private, takes invitations. No encryption, no store of keys."""

from pathlib import Path
from typing import Any

import aiohttp
import nio

from steelyard.base.errors import Unreachable
from steelyard.base.files import write_private
from steelyard.enforcement.connectors.matrix.wire import silent
from steelyard.enforcement.moderated import Answer, Asked

CONFIG = nio.AsyncClientConfig(
    max_limit_exceeded=5,
    max_timeouts=0,
    request_timeout=60,
    store_sync_tokens=False,
    encryption_enabled=False,
)
WAITS_MS = 30_000
MARK = "!"
LONGEST = 4000  # characters of one command
DIRECT = "m.direct"
CANNOT_READ = "I cannot read encrypted chats. I have opened another chat with you; write to me there."
_FENCES = dict.fromkeys(range(0x2066, 0x206A))
_NOTHING = {"types": [], "limit": 0}
ONLY = {
    "presence": _NOTHING,
    "account_data": {"types": [DIRECT]},
    "room": {
        "timeline": {"types": ["m.room.message"], "limit": 50},
        "state": {"types": ["m.room.encryption"], "lazy_load_members": True},
        "ephemeral": _NOTHING, "account_data": _NOTHING,
    },
}  # fmt: skip


async def listen(homeserver: str, account: str, token: str, since: Path, answer: Answer) -> None:
    """For ever. How far it has read is kept after the answers are out: after a crash a command is heard again."""
    client = nio.AsyncClient(homeserver, account, config=CONFIG)
    client.user_id, client.access_token = account, token
    listener = _Listener(client, answer)
    try:
        await listener.begin()
        while True:
            mark = since.read_text() if since.exists() else None
            heard = await client.sync(timeout=WAITS_MS if mark else 0, since=mark, sync_filter=ONLY)
            if not isinstance(heard, nio.SyncResponse):
                raise Unreachable("The messenger does not answer.", type(heard).__name__)
            await listener.take(heard, first=mark is None)
            write_private(since, heard.next_batch.encode())
    except (aiohttp.ClientError, TimeoutError) as fault:
        raise silent(fault) from fault
    finally:
        await client.close()


class _Listener:
    def __init__(self, client: nio.AsyncClient, answer: Answer) -> None:
        self._client, self._answer = client, answer
        self._direct: dict[str, str] = {}
        """Our own unencrypted chat with each person"""

    async def begin(self) -> None:
        """Which chats there are is kept on the homeserver, in our own account's data."""
        said = await self._plain("GET", ["user", self._client.user_id, "account_data", DIRECT])
        self._direct = {who: rooms[-1] for who, rooms in said.items() if isinstance(rooms, list) and rooms}

    async def take(self, heard: nio.SyncResponse, *, first: bool) -> None:
        sent = heard.transport_response
        whole = await sent.json() if sent is not None else {}  # nio leaves most of an invitation out
        for room, told in whole.get("rooms", {}).get("invite", {}).items():
            await self._invited(room, told.get("invite_state", {}).get("events", []))
        for room, info in heard.rooms.join.items():
            for event in () if first else info.timeline.events:
                if isinstance(event, nio.RoomMessageText) and (words := _bare(event.body)).startswith(MARK):
                    await self._command(room, event, words)

    async def _invited(self, room: str, state: list[dict[str, Any]]) -> None:
        """By somebody of our own server; what is encrypted we cannot read, so a chat of our own is opened instead."""
        own = self._client.user_id
        by = next((str(event.get("sender", "")) for event in state if event.get("state_key") == own), "")
        encrypted = any(event.get("type") == "m.room.encryption" for event in state)
        if by.partition(":")[2] != own.partition(":")[2]:
            await self._client.room_leave(room)
        elif encrypted:
            await self._client.room_leave(room)
            await self._say(await self._chat_with(by), CANNOT_READ)
        else:
            await self._client.join(room)

    async def _command(self, room: str, event: nio.RoomMessageText, words: str) -> None:
        if event.sender == self._client.user_id:
            return
        asked = Asked(
            id=event.event_id, account=event.sender, channel=room, private=self._direct.get(event.sender) == room,
            words=words[len(MARK) : LONGEST],
        )  # fmt: skip
        said = await self._answer(asked)
        if said is None:
            return
        there = await self._chat_with(event.sender) if said.private else room
        await self._say(there, said.text, key=event.event_id)

    async def _chat_with(self, account: str) -> str:
        """Our chat with a person, opened when there is none or they have left it."""
        known = self._direct.get(account)
        if known and await self._is_there(account, known):
            return known
        made = await self._client.room_create(
            preset=nio.RoomPreset.private_chat, invite=[account], is_direct=True
        )
        if not isinstance(made, nio.RoomCreateResponse):
            raise Unreachable("The messenger opened no chat.", str(getattr(made, "message", "")))
        self._direct[account] = made.room_id
        kept = {who: [room] for who, room in self._direct.items()}
        await self._plain("PUT", ["user", self._client.user_id, "account_data", DIRECT], kept)
        return str(made.room_id)

    async def _is_there(self, account: str, room: str) -> bool:
        found = await self._client.room_get_state_event(room, "m.room.member", account)
        content = getattr(found, "content", {})
        return isinstance(content, dict) and content.get("membership") in ("join", "invite")

    async def _say(self, room: str, text: str, *, key: str | None = None) -> None:
        content = {"msgtype": "m.notice", "body": text}
        await self._client.room_send(room, "m.room.message", content, tx_id=key)

    async def _plain(
        self, method: str, path: list[str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._client.access_token}", "Content-Type": "application/json"}
        data = nio.Api.to_json(body) if body is not None else None
        answer = await self._client.send(method, nio.Api._build_path(path), data, headers)
        said = await answer.json() if answer.status < 400 else {}  # noqa: PLR2004 - HTTP
        return said if isinstance(said, dict) else {}


def _bare(body: str) -> str:
    """Without the marks of direction that we put round our own words, when somebody copies them."""
    return body.translate(_FENCES).strip()
