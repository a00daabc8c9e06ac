"""Links of Telegram and our identifiers: a post is CHAT:MESSAGE, a chat and an account are their numbers."""

import re

from steelyard.enforcement.connector import Target
from steelyard.enforcement.connectors.telegram.store import Chat, Store

_LINK = re.compile(
    r"(?:https?://)?(?:t\.me|telegram\.me)/(?:s/)?(?:c/(?P<inside>\d+)|(?P<name>[A-Za-z]\w{3,31}))"
    r"(?:/(?:\d+/)?(?P<post>\d+))?/?(?:\?\S*)?"
)
_OURS = re.compile(r"telegram:(?P<chat>-?\d+)(?::(?P<post>\d+))?")
_OFFSET = 1_000_000_000_000
"""A supergroup's or channel's number is -100 and the number in its links."""


def post_id(chat: int, message: int) -> str:
    return f"{chat}:{message}"


def parts(id_: str) -> tuple[int, int] | None:
    """(chat, message) of a post; None for what is no post of Telegram."""
    chat, _, message = id_.partition(":")
    if not re.fullmatch(r"-?\d{1,18}", chat) or not re.fullmatch(r"\d{1,18}", message):
        return None
    return int(chat), int(message)


def number(id_: str) -> int | None:
    return int(id_) if re.fullmatch(r"-?\d{1,18}", id_) else None


def link_to(chat: int, message: int, name: str) -> str:
    """What a person opens; "" for a small group, whose posts have no address."""
    if name:
        return f"https://t.me/{name}/{message}"
    inside = -chat - _OFFSET
    return f"https://t.me/c/{inside}/{message}" if inside > 0 else ""


def find(text: str, store: Store) -> Target | None:
    """What a link means, if it is of a chat that we are in."""
    if ours := _OURS.fullmatch(text.strip()):
        return _target(int(ours["chat"]), ours["post"])
    found = _LINK.fullmatch(text.strip())
    chat = _chat(found, store) if found else None
    return _target(chat.id, found["post"]) if found and chat else None


def first_in(text: str, store: Store) -> Target | None:
    """The first link in a text that is of a chat of ours."""
    return next((target for word in text.split() if (target := find(word, store))), None)


def _chat(found: "re.Match[str]", store: Store) -> Chat | None:
    wanted = found["name"]
    id_ = -_OFFSET - int(found["inside"]) if found["inside"] else 0
    return next(
        (c for c in store.chats() if c.id == id_ or (wanted and c.name.lower() == wanted.lower())), None
    )


def _target(chat: int, message: str | None) -> Target:
    if message:
        return Target(post_id(chat, int(message)), str(chat))
    return Target(str(chat), kind="channel" if chat < 0 else "account")
