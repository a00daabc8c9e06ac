"""An ordinary member's own Matrix client, for one call at a time. matrix-nio speaks for the person."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import nio
from django.utils.translation import gettext_noop as _

from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import MemberSession, NotAccepted, ReadPost
from steelyard.enforcement.connectors.matrix.reading import names_in, read_post
from steelyard.enforcement.connectors.matrix.wire import silent

CONFIG = nio.AsyncClientConfig(
    max_limit_exceeded=0,
    max_timeouts=0,
    request_timeout=15,
    store_sync_tokens=False,
    encryption_enabled=False,
)
NOTICES = "notices"
HTTP_WRONG, HTTP_BROKEN = 400, 500
Json = dict[str, Any]
Got = TypeVar("Got")


class Member:
    def __init__(self, homeserver: str, session: MemberSession) -> None:
        self._homeserver, self._session = homeserver, session

    def read_channel(self, channel: str, *, limit: int = 50) -> tuple[ReadPost, ...]:
        async def read(client: nio.AsyncClient) -> tuple[ReadPost, ...]:
            room = (await _good(await client.join(channel)))["room_id"]
            return await self._page(client, room, limit)

        return self._run(read)

    def post(self, channel: str, text: str, *, key: str) -> str:
        async def send(client: nio.AsyncClient) -> str:
            room = (await _good(await client.join(channel)))["room_id"]
            content = {"msgtype": "m.text", "body": text}
            return str(
                (await _good(await client.room_send(room, "m.room.message", content, tx_id=key)))["event_id"]
            )

        return self._run(send)

    def report(self, channel: str, item: str, reason: str, *, harm: str = "") -> None:
        """In the member's words; the homeserver keeps every field and our module hands them on."""
        body = {"reason": reason, "harm": harm} if harm else {"reason": reason}

        async def tell(client: nio.AsyncClient) -> None:
            room = (await _good(await client.join(channel)))["room_id"]  # the address takes no alias
            path = nio.Api._build_path(["rooms", room, "report", item])
            headers = {"Authorization": f"Bearer {self._session.token}", "Content-Type": "application/json"}
            answer = await client.send("POST", path, json.dumps(body), headers)
            if answer.status >= HTTP_WRONG:
                said = await answer.json()
                raise Refused(_("The messenger did not take the report."), str(said.get("error", "")))

        self._run(tell)

    def notices(self, *, limit: int = 20) -> tuple[ReadPost, ...]:
        async def read(client: nio.AsyncClient) -> tuple[ReadPost, ...]:
            server = self._session.account.partition(":")[2]
            nothing: Json = {"types": [], "limit": 0}
            only = {
                "presence": nothing,
                "account_data": nothing,
                "room": {
                    "timeline": {
                        "senders": [f"@{NOTICES}:{server}"], "types": ["m.room.message"], "limit": limit,
                    },
                    "state": nothing, "ephemeral": nothing, "account_data": nothing,
                },
            }  # fmt: skip
            said = await _good(await client.sync(timeout=0, sync_filter=only))
            rooms = said.get("rooms", {}).get("join", {}).values()
            found = [self._shown(event, {}) for room in rooms for event in room["timeline"]["events"]]
            return tuple(sorted((post for post in found if post), key=lambda post: post.at))

        return self._run(read)

    async def _page(self, client: nio.AsyncClient, room: str, limit: int) -> tuple[ReadPost, ...]:
        posts_only = {"types": ["m.room.message", "m.sticker"], "lazy_load_members": True}
        said = await _good(await client.room_messages(room, limit=limit, message_filter=posts_only))
        names = names_in(said.get("state", []))
        shown = (self._shown(event, names) for event in reversed(said["chunk"]))
        return tuple(post for post in shown if post is not None)

    def _shown(self, event: Json, names: dict[str, str | None]) -> ReadPost | None:
        return read_post(event, names, self._session.account)

    def _run(self, work: Callable[[nio.AsyncClient], Awaitable[Got]]) -> Got:
        """A client for this one call: nothing stays open, nothing is written to disk."""

        async def once() -> Got:
            client = nio.AsyncClient(
                self._homeserver, self._session.account, device_id=self._session.device, config=CONFIG
            )
            client.user_id, client.access_token = self._session.account, self._session.token
            try:
                return await work(client)
            finally:
                await client.close()

        try:
            return asyncio.run(once())
        except (aiohttp.ClientError, TimeoutError) as fault:
            raise silent(fault) from fault


async def _good(answer: nio.Response) -> Json:
    """The whole JSON of a good answer. Raises Refused with the homeserver's words, our own reason first."""
    sent = answer.transport_response
    said = await sent.json() if sent is not None else {}
    if not isinstance(answer, nio.ErrorResponse):
        return dict(said)
    code = str(said.get("errcode", ""))
    if code == "M_LIMIT_EXCEEDED" or (sent is not None and sent.status >= HTTP_BROKEN):
        raise Unreachable(
            _("The messenger cannot do this at the moment."), str(answer.message), _("Try again in a moment.")
        )
    if code in {"M_UNKNOWN_TOKEN", "M_MISSING_TOKEN"}:
        raise Refused(_("You are signed out of the messenger."), do=_("Sign in again."))
    if ours := said.get("steelyard"):
        raise NotAccepted(
            _("This was not accepted."), ours.get("reason", ""), ours.get("appeal", ""),
            case=ours.get("case", ""),
        )  # fmt: skip
    raise Refused(
        _("You may not do this in this channel."), "" if code == "M_FORBIDDEN" else str(answer.message)
    )
