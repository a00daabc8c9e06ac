"""A room's events as an ordinary member reads them, and the public directory."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from steelyard.enforcement.connector import Author, ReadPost
from steelyard.enforcement.connectors.matrix import accounts
from steelyard.enforcement.connectors.matrix.translation import moment, readable, words
from steelyard.enforcement.connectors.matrix.wire import Denied, Wire
from steelyard.enforcement.public_reading import PublicChannel, PublicList, PublicPage

Json = dict[str, Any]
POSTS_ONLY = '{"types":["m.room.message","m.sticker"],"lazy_load_members":true}'
PAGES = 12
"""How many pages of the homeserver's are asked for in search of posts that nobody hid"""


def read_post(event: Json, names: Mapping[str, str | None], account: str) -> ReadPost | None:
    """One event as `account` sees it; None for what is removed, and for an edit that its original shows."""
    content = event.get("content") or {}
    if not content or (content.get("m.relates_to") or {}).get("rel_type") == "m.replace":
        return None
    edit = event.get("unsigned", {}).get("m.relations", {}).get("m.replace")
    fresh = edit.get("content", {}).get("m.new_content") if isinstance(edit, dict) else None
    sender = event["sender"]
    return ReadPost(
        id=event["event_id"],
        author=Author(sender, names.get(sender) or sender),
        text=words(fresh or content),
        at=moment(event["origin_server_ts"]),
        mine=sender == account,
        edited=bool(fresh),
    )


def names_in(events: list[Json]) -> dict[str, str | None]:
    """Account -> display name, from membership events."""
    return {
        event["state_key"]: event["content"].get("displayname") for event in events if "state_key" in event
    }


def public_channels(wire: Wire, token: str, *, search: str, after: str, limit: int) -> PublicList:
    """A page of the public directory, of all of it or of what has `search` in its name or topic."""
    asked: Json = {"limit": limit}
    if after:
        asked["since"] = after
    if search:
        asked["filter"] = {"generic_search_term": search}
    said = wire.call("POST", "/_matrix/client/v3/publicRooms", token=token, json=asked)
    found = (_channel(room) for room in said["chunk"] if room.get("canonical_alias"))
    return PublicList(channels=tuple(found), next=str(said.get("next_batch", "")))


def read_public(wire: Wire, token: str, alias: str, *, before: str, limit: int) -> PublicPage | None:
    """A listed channel's posts, read by the member that `token` belongs to, who joins when necessary."""
    try:
        room = str(wire.call("GET", f"/_matrix/client/v3/directory/room/{quote(alias, safe='')}")["room_id"])
        listed = wire.call("GET", f"/_matrix/client/v3/directory/list/room/{quote(room, safe='')}")
        if listed.get("visibility") != "public":
            return None
        accounts.join(wire, token, room)
        about = wire.call("GET", f"/_matrix/client/v1/room_summary/{quote(room, safe='')}", token=token)
    except Denied:  # closed, unknown or forbidden: to a stranger all the same
        return None
    if about.get("join_rule") != "public" or about.get("encryption"):
        return None
    posts, older = _posts_before(wire, token, room, before, limit)
    more = older and any(_posts_before(wire, token, room, older, limit, enough=1))
    return PublicPage(
        channel=_channel({**about, "room_id": room, "canonical_alias": alias}),
        posts=tuple(posts),
        older=older if more else "",
    )


def _posts_before(
    wire: Wire, token: str, room: str, at: str, limit: int, *, enough: int = 0
) -> tuple[list[ReadPost], str]:
    """What a member sees before `at`, the newest first, and where the posts before those are ("" nowhere).

    A page of the homeserver's has fewer posts than it was asked for, or none, where some are hidden: the next one is
    asked for until there are `enough` (`limit` where nothing is said).
    """
    path, found = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/messages", list[ReadPost]()
    for _ in range(PAGES):
        asked = {"dir": "b", "limit": limit, "filter": POSTS_ONLY} | ({"from": at} if at else {})
        said = wire.call("GET", path, token=token, params=asked)
        names = names_in(said.get("state", []))
        found += [post for event in said["chunk"] if (post := read_post(event, names, ""))]
        at = str(said.get("end", ""))
        if not at or len(found) >= (enough or limit):
            break
    return found, at


def _channel(room: Json) -> PublicChannel:
    members = room.get("num_joined_members")
    return PublicChannel(
        id=readable(room.get("room_id")),
        alias=readable(room.get("canonical_alias")),
        name=readable(room.get("name")) or readable(room.get("canonical_alias")),
        topic=readable(room.get("topic")),
        members=members if isinstance(members, int) else 0,
    )
