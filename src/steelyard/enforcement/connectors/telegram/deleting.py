"""Delete posts, in hundreds where Telegram lets us, and say which of them only a person can delete."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from steelyard.base.clock import now
from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import Target
from steelyard.enforcement.connectors.telegram.links import link_to, parts, post_id
from steelyard.enforcement.connectors.telegram.manifest import AT_ONCE, DELETABLE_FOR
from steelyard.enforcement.connectors.telegram.store import Store
from steelyard.enforcement.connectors.telegram.wire import Forbidden, Wire

GONE = "gone:"
"""Kept about each post that we deleted: bringing back what was never gone would show it twice."""


class Deleted(NamedTuple):
    done: list[str]
    already: list[str]
    by_hand: dict[str, str]


class Deleting:
    def __init__(self, wire: Wire, store: Store, workroom: int) -> None:
        """`workroom`: the moderators' group, 0 for none."""
        self._wire, self._store, self._workroom = wire, store, workroom

    def delete(self, targets: Sequence[Target]) -> Deleted:
        """Raises Unreachable; what was deleted until then is found deleted the next time."""
        found = Deleted([], [], {})
        by_chat: dict[int, list[int]] = defaultdict(list)
        for target in targets:
            if known := parts(target.id):
                by_chat[known[0]].append(known[1])
        for chat, messages in by_chat.items():
            self._in_chat(chat, messages, found)
        return found

    def _in_chat(self, chat: int, messages: list[int], found: Deleted) -> None:
        young = [message for message in messages if self._young(chat, message)]
        together = young if len(young) > 1 else []
        for start in range(0, len(together), AT_ONCE):
            self._many(chat, together[start : start + AT_ONCE], found)
        for message in messages:
            if message not in together:
                self._one(chat, message, found)

    def _young(self, chat: int, message: int) -> bool:
        at = self._store.posted_at(chat, message)
        return at is not None and now() - at < DELETABLE_FOR

    def _many(self, chat: int, messages: list[int], found: Deleted) -> None:
        """Telegram says yes to all or no to all; on no, each is asked for alone."""
        try:
            self._wire.call("deleteMessages", chat_id=chat, message_ids=messages)
        except Refused:
            for message in messages:
                self._one(chat, message, found)
            return
        for message in messages:
            self._gone(chat, message, found.done)

    def _one(self, chat: int, message: int, found: Deleted) -> None:
        try:
            self._wire.call("deleteMessage", chat_id=chat, message_id=message)
        except Refused as no:
            if "message" in no.why and "not found" in no.why:
                return self._gone(chat, message, found.already)
            found.by_hand[post_id(chat, message)] = self._ask_a_person(chat, message, no)
            return None
        return self._gone(chat, message, found.done)

    def _gone(self, chat: int, message: int, into: list[str]) -> None:
        self._store.keep(f"{GONE}{chat}:{message}", True, now())
        into.append(post_id(chat, message))

    def _ask_a_person(self, chat: int, message: int, no: Refused) -> str:
        """The moderators' group gets the link, once; the measure's row says what to do and not where."""
        known = self._store.chat(chat)
        link = link_to(chat, message, known.name if known else "")
        if self._workroom and link and self._store.kept(f"asked:{chat}:{message}") is None:
            text = _("Please delete this post: %(link)s\nOur bot may not: %(why)s") % {
                "link": link,
                "why": no.why,
            }
            try:
                self._wire.call("sendMessage", chat_id=self._workroom, text=text)
                self._store.keep(f"asked:{chat}:{message}", True, now())
            except (Refused, Unreachable):
                pass  # the measure's row still says it
        if isinstance(no, Forbidden):
            return _("Our bot may not delete in this chat. An administrator lets it, or deletes the post.")
        return _(
            "Telegram lets no bot delete this post (48 hours have passed, or it is not the bot's to delete). An "
            "administrator of the chat deletes it there; then try again here, and it counts as done."
        )
