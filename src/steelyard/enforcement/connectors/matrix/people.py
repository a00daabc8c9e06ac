"""Building blocks for people on the homeserver: channels, memberships, and an encrypted chat between two.

The encrypted chat is two ordinary clients (matrix-nio with vodozemac); keys never leave their own stores.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nio

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import MemberSession
from steelyard.enforcement.connectors.matrix.wire import Absent, Wire

ONLY_OWNERS_POST = 50


def open_channel(
    wire: Wire, owner: MemberSession, alias: str, name: str, *, topic: str = "", broadcast: bool = False
) -> str:
    """A public channel in the directory; with `broadcast` only its owner writes. Asking again finds it."""
    server = owner.account.partition(":")[2]
    try:
        found = wire.call("GET", f"/_matrix/client/v3/directory/room/{quote(f'#{alias}:{server}', safe='')}")
        return str(found["room_id"])
    except Absent:
        pass
    asked: dict[str, Any] = {
        "preset": "public_chat", "visibility": "public", "room_alias_name": alias,
        "name": name, "topic": topic,
    }  # fmt: skip
    if broadcast:
        asked["power_level_content_override"] = {"events_default": ONLY_OWNERS_POST}
    return str(wire.call("POST", "/_matrix/client/v3/createRoom", token=owner.token, json=asked)["room_id"])


def say(wire: Wire, who: MemberSession, room: str, text: str, *, key: str) -> str:
    """Post as an ordinary member, once per `key`. Returns the post's id."""
    path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/send/m.room.message/{quote(key, safe='')}"
    return str(wire.call("PUT", path, token=who.token, json={"msgtype": "m.text", "body": text})["event_id"])


def talk_in_private(
    homeserver: str, one: MemberSession, other: MemberSession, store: Path, lines: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    """Two people chat, end-to-end encrypted. Returns the room and what the second one decrypted.

    `store` is a folder for both clients' keys. Raises Refused when a line did not arrive readable.
    """
    return asyncio.run(_talk(homeserver, one, other, store, lines))


async def _talk(
    homeserver: str, one: MemberSession, other: MemberSession, store: Path, lines: Sequence[str]
) -> tuple[str, tuple[str, ...]]:
    writer = await _client(homeserver, one, store / "one")
    reader = await _client(homeserver, other, store / "other")
    heard: list[str] = []

    async def listen(room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        if event.decrypted and event.sender == one.account:
            heard.append(event.body)

    reader.add_event_callback(listen, nio.RoomMessageText)
    try:
        room = await _encrypted_room(writer, reader)
        for line in lines:
            await writer.room_send(
                room, "m.room.message", {"msgtype": "m.text", "body": line}, ignore_unverified_devices=True
            )
        for _ in range(20):
            if len(heard) >= len(lines):
                break
            await reader.sync(timeout=500)
    finally:
        await writer.close()
        await reader.close()
    if heard != list(lines):
        raise Refused(
            "The encrypted chat did not arrive.", f"{len(heard)} of {len(lines)} lines were readable."
        )
    return room, tuple(heard)


async def _encrypted_room(writer: nio.AsyncClient, reader: nio.AsyncClient) -> str:
    made = await writer.room_create(
        preset=nio.RoomPreset.private_chat,
        invite=[reader.user_id],
        initial_state=[nio.EnableEncryptionBuilder().as_dict()],
    )
    await reader.join(made.room_id)
    for _ in range(20):  # both sides must know the members and their devices before the first line
        await writer.sync(timeout=200)
        await reader.sync(timeout=200)
        if writer.should_query_keys:
            await writer.keys_query()
        room = writer.rooms.get(made.room_id)
        if room and reader.user_id in room.users and writer.device_store.active_user_devices(reader.user_id):
            break
    return str(made.room_id)


async def _client(homeserver: str, who: MemberSession, store: Path) -> nio.AsyncClient:
    store.mkdir(parents=True, exist_ok=True, mode=0o700)
    client = nio.AsyncClient(
        homeserver, who.account, device_id=who.device, store_path=str(store),
        config=nio.AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True, request_timeout=15),
    )  # fmt: skip
    client.restore_login(who.account, who.device, who.token)
    if client.should_upload_keys:
        await client.keys_upload()
    await client.sync(timeout=0)
    return client
