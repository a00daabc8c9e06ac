"""Matrix events in our words. Strangers write every field, so none is trusted to have its type."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from steelyard.enforcement.connector import SeenChannel, SeenMedia, SeenPost, Surface, content_hash
from steelyard.enforcement.connectors.matrix.markup import visible

Json = Mapping[str, Any]
POSTS = {"m.room.message", "m.sticker"}
LONGEST_NAME = 200  # characters; a room's name may fill an event of 64 KiB
FILES = {"m.image", "m.file", "m.video", "m.audio"}


def seen_post(connector: str, event: Json, room: Json) -> SeenPost:
    """A message, an edit or a file. `room` is what the module told us of its room."""
    content, at = _object(event.get("content")), _number(event.get("origin_server_ts"))
    relation = _object(content.get("m.relates_to"))
    edits = readable(relation.get("event_id")) if relation.get("rel_type") == "m.replace" else ""
    shown = _object(content.get("m.new_content")) if edits else content
    replies_to = readable(_object(relation.get("m.in_reply_to")).get("event_id"))
    channel, post = readable(event.get("room_id")), readable(event.get("event_id"))
    return SeenPost(
        connector=connector,
        id=post,
        channel=channel,
        channel_name=_name_of(room),
        surface=_surface_of(room),
        author=readable(event.get("sender")),
        text=words(shown, reply=bool(replies_to)),
        at=moment(at),
        edits=edits,
        replies_to=replies_to,
        media=_media(event, shown),
        link=link_to(channel, post),
        content_hash=content_hash(readable(event.get("sender")), at, readable(event.get("type")), content),
    )


def seen_channel(connector: str, room: Json) -> SeenChannel:
    """A room as the module told us of it."""
    return SeenChannel(
        connector=connector,
        id=readable(room.get("id")),
        name=_name_of(room),
        surface=_surface_of(room),
        owner=readable(room.get("owner")),
    )


def _name_of(room: Json) -> str:
    return (readable(room.get("name")) or readable(room.get("alias")))[:LONGEST_NAME]


def _surface_of(room: Json) -> Surface:
    return Surface.PUBLIC_CHANNEL if room.get("public") else Surface.PRIVATE_GROUP


def words(content: Json, *, reply: bool = False) -> str:
    """Everything a reader may see: the plain body, and the formatted one where it says something else."""
    body = readable(content.get("body"))
    formatted = readable(visible(readable(content.get("formatted_body")), reply=reply))
    if not formatted or _same(formatted, body):
        return body
    return f"{body}\n{formatted}" if body else formatted


def link_to(channel: str, post: str) -> str:
    """The address that every Matrix client understands."""
    return f"https://matrix.to/#/{channel}/{post}"


def moment(milliseconds: int) -> datetime:
    """A platform's time; one that is no time (a stranger's server may say anything) becomes its nearest."""
    return datetime.fromtimestamp(min(max(milliseconds, 0), 253_402_300_799_000) / 1000, UTC)


def _media(event: Json, shown: Json) -> tuple[SeenMedia, ...]:
    if shown.get("msgtype") not in FILES and event.get("type") != "m.sticker":
        return ()
    info = _object(shown.get("info"))
    return (
        SeenMedia(
            uri=readable(shown.get("url")),
            mime=readable(info.get("mimetype")),
            size=_number(info.get("size")),
            name=readable(shown.get("filename")) or readable(shown.get("body")),
        ),
    )


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def readable(value: Any) -> str:
    """A string that a database takes: NUL and half a surrogate pair become signs for the unreadable."""
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}
