"""Telegram's updates in our words. Pure: no network, and nothing here decides anything."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from steelyard.enforcement.connector import (
    SeenMedia,
    SeenPost,
    SeenReport,
    Surface,
    Target,
    content_hash,
)
from steelyard.enforcement.connectors.telegram.links import first_in, link_to, post_id
from steelyard.enforcement.connectors.telegram.store import Store

POSTS = ("message", "edited_message", "channel_post", "edited_channel_post")
FILE = "telegram-file:"
_HERE = frozenset({"member", "administrator", "creator", "restricted"})


class Update(NamedTuple):
    """What one update is, so that each kind is dealt with where it belongs."""

    id: int
    kind: str
    body: Mapping[str, Any]


def update_of(raw: Mapping[str, Any]) -> Update:
    kind = next((name for name in raw if name != "update_id"), "")
    return Update(int(raw["update_id"]), kind, raw.get(kind) or {})


def public(chat: Mapping[str, Any]) -> bool:
    """A group or channel with a public name: anybody can read it. Without one it is a private place."""
    return bool(chat.get("username")) and chat.get("type") != "private"


def author_of(message: Mapping[str, Any]) -> tuple[str, str]:
    """Who answers for a message: a channel that posts as itself, else the person."""
    chat = message.get("sender_chat") or (message["chat"] if "from" not in message else None)
    if chat and not message.get("is_automatic_forward"):
        return str(chat["id"]), str(chat.get("title", ""))
    person = message.get("from") or {}
    name = " ".join(filter(None, (person.get("first_name"), person.get("last_name"))))
    return str(person.get("id", chat["id"] if chat else "")), name


def seen_post(message: Mapping[str, Any]) -> SeenPost:
    chat, (author, author_name) = message["chat"], author_of(message)
    at = datetime.fromtimestamp(int(message["date"]), UTC)
    text, name = words_of(message), str(chat.get("username", ""))
    number = int(message["message_id"])
    answered = message.get("reply_to_message")
    return SeenPost(
        connector="telegram", id=post_id(chat["id"], number), channel=str(chat["id"]),
        channel_name=str(chat.get("title", "")),
        surface=Surface.PUBLIC_CHANNEL if public(chat) else Surface.PRIVATE_GROUP,
        author=author, author_name=author_name, text=text, at=at,
        replies_to=post_id(chat["id"], int(answered["message_id"])) if answered else "",
        media=tuple(_files(message)), revision=str(message.get("edit_date", "")),
        facts={"forwarded": True} if "forward_origin" in message else {},
        link=link_to(chat["id"], number, name),
        content_hash=content_hash(author, int(message["date"]) * 1000, "message", {"text": text}),
    )  # fmt: skip


def words_of(message: Mapping[str, Any]) -> str:
    """What is written, and below it the addresses that hide behind words or buttons."""
    text = str(message.get("text") or message.get("caption") or "")
    entities = message.get("entities") or message.get("caption_entities") or []
    hidden = [entity["url"] for entity in entities if entity.get("type") == "text_link" and entity.get("url")]
    rows = (message.get("reply_markup") or {}).get("inline_keyboard") or []
    hidden += [button["url"] for row in rows for button in row if button.get("url")]
    new = [address for address in dict.fromkeys(hidden) if address not in text]
    return "\n".join(filter(None, (text, *new)))


def _files(message: Mapping[str, Any]) -> Iterable[SeenMedia]:
    if sizes := message.get("photo"):
        largest = max(sizes, key=lambda size: size["width"] * size["height"])
        yield SeenMedia(uri=FILE + largest["file_id"], mime="image/jpeg", size=largest.get("file_size", 0))
    for kind in ("video", "animation", "document", "sticker"):
        if found := message.get(kind):
            yield SeenMedia(
                uri=FILE + found["file_id"], mime=found.get("mime_type", ""), size=found.get("file_size", 0),
                name=found.get("file_name", ""),
            )  # fmt: skip


def command_of(message: Mapping[str, Any], me: str) -> tuple[str, str]:
    """("report", what follows) for “/report@our_bot what follows”; ("", "") for no command of ours."""
    text = str(message.get("text") or "")
    if not text.startswith("/"):
        return "", ""
    first, _, rest = text[1:].partition(" ")
    name, _, whom = first.partition("@")
    return ("", "") if whom and whom.lower() != me.lower() else (name.lower(), rest.strip())


def report_of(message: Mapping[str, Any], me: str, store: Store) -> SeenReport | None:
    """A report by /report in answer to a post, or in a private chat by forwarding one or naming its link."""
    command, rest = command_of(message, me)
    if message["chat"]["type"] != "private":
        about = message.get("reply_to_message")
        return _report(message, seen_post(about), rest) if command == "report" and about else None
    if found := _forwarded(message):
        return _report(message, found, "")
    if command in ("", "report") and (target := first_in(str(message.get("text", "")), store)):
        return _report(message, target, str(message.get("text", "")).removeprefix("/report").strip())
    return None


def _forwarded(message: Mapping[str, Any]) -> SeenPost | None:
    """Telegram says where a forwarded post of a channel stood; of a person's it says only who wrote it."""
    origin = message.get("forward_origin") or {}
    if origin.get("type") != "channel":
        return None
    there = {
        name: message[name]
        for name in ("text", "caption", "entities", "caption_entities", "photo", "video", "document")
        if name in message
    }
    return seen_post(
        there | {"chat": origin["chat"], "message_id": origin["message_id"], "date": origin["date"]}
    )


def _report(message: Mapping[str, Any], about: SeenPost | Target, reason: str) -> SeenReport:
    post = about if isinstance(about, SeenPost) else None
    target = Target(about.id, about.channel) if isinstance(about, SeenPost) else about
    return SeenReport(
        connector="telegram", id=post_id(message["chat"]["id"], int(message["message_id"])), about=target,
        kind=target.kind, reporter=author_of(message)[0], reason=reason, body={"text": words_of(message)},
        at=datetime.fromtimestamp(int(message["date"]), UTC), post=post,
    )  # fmt: skip


def joined(update: Update) -> tuple[str, str] | None:
    """(channel, account) of somebody who is in a public group now and was not before."""
    if update.kind != "chat_member" or not public(update.body["chat"]):
        return None
    before, after = (update.body[name]["status"] in _HERE for name in ("old_chat_member", "new_chat_member"))
    user = update.body["new_chat_member"]["user"]["id"]
    return (str(update.body["chat"]["id"]), str(user)) if after and not before else None
