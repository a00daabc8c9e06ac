"""The contract, kept through the bot's process. Holds no connection between calls."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from steelyard.base.clock import now
from steelyard.base.errors import Refused, gettext_noop
from steelyard.enforcement.apart import Apart
from steelyard.enforcement.connector import (
    Operation,
    PlatformReceipt,
    Reading,
    Seen,
    SeenChannel,
    SeenMedia,
    SeenPost,
    SeenReport,
    Sight,
    Surface,
    Target,
)
from steelyard.enforcement.connectors.telegram import links
from steelyard.enforcement.connectors.telegram.deleting import GONE, Deleted, Deleting
from steelyard.enforcement.connectors.telegram.manifest import telegram_manifest
from steelyard.enforcement.connectors.telegram.people import People, owner_of
from steelyard.enforcement.connectors.telegram.store import Store
from steelyard.enforcement.connectors.telegram.talking import Talking
from steelyard.enforcement.connectors.telegram.telling import Telling
from steelyard.enforcement.connectors.telegram.translation import (
    FILE,
    POSTS,
    Update,
    command_of,
    joined,
    report_of,
    seen_post,
    update_of,
)
from steelyard.enforcement.connectors.telegram.wire import Wire

_DELETES = (Operation.CONTAIN_ITEM, Operation.REMOVE_ITEM)
_SENT = "sent:"
Got = TypeVar("Got")


class _Blind(Refused):
    """The bot has no way to read this post."""


class TelegramConnector(Apart):
    """Groups and channels where our bot is an administrator. Safe to share between threads."""

    def __init__(
        self, socket: Path, store: Path, *, workroom: int = 0, rules_delete: bool = False, secret: str = ""
    ) -> None:
        """`socket` is the bot's process's; `secret` is what Telegram's pushes carry, "" where it pushes none."""
        self.manifest = telegram_manifest("telegram", rules_delete=rules_delete)
        self._wire, self._store, self._workroom, self._secret = Wire(socket), Store(store), workroom, secret
        self._people, self._telling = People(self._wire, self._store), Telling(self._wire, self._store)
        self._deleting = Deleting(self._wire, self._store, workroom)
        self._talking = Talking(self._wire, self._store, self._people)
        self._name = ""

    def act_on_many(
        self,
        operation: Operation,
        targets: Sequence[Target],
        *,
        key: str,
        params: Mapping[str, Any] | None = None,
    ) -> PlatformReceipt:
        ability = self.manifest.ability(operation)
        found, reference = Deleted([], [], {}), ""
        if operation in _DELETES:
            found = self._deleting.delete(targets)
        else:
            for target in targets:
                reference = self._one(
                    operation, target, f"{key}:{target.id or target.channel}", params or {}, found
                )
        settled = {*found.done, *found.already, *found.by_hand}
        return PlatformReceipt(
            connector="telegram", operation=operation, key=key, at=now(), done=tuple(found.done),
            already=tuple(found.already), by_hand=found.by_hand, reference=reference, inverse=ability.inverse,
            missing=tuple(target.id for target in targets if target.id not in settled),
        )  # fmt: skip

    def _one(
        self, operation: Operation, target: Target, once: str, params: Mapping[str, Any], found: Deleted
    ) -> str:
        """Telegram knows no keys, so what was sent under one is kept here and not sent again."""
        if (reference := self._store.kept(_SENT + once)) is not None:
            found.done.append(target.id)
            return str(reference)
        text, language = str(params.get("text", "")), str(params.get("language", "en"))
        if operation == Operation.NOTIFY_ACCOUNT:
            reference = self._telling.write(target.id, text, language)
        elif operation == Operation.POST_ANNOUNCEMENT:
            reference = self._telling.announce(target.channel, text)
        elif operation == Operation.RESTORE_ITEM:
            return self._again(target, once, text, language, found)
        else:
            if self._people.carry_out(operation, target.id):
                found.done.append(target.id)
            return ""  # done twice, it is as it was after the first time
        self._store.keep(_SENT + once, reference, now())
        found.done.append(target.id)
        return reference

    def _again(self, target: Target, once: str, text: str, language: str, found: Deleted) -> str:
        post = links.parts(target.id)
        if post is None:
            return ""
        if self._store.kept(f"{GONE}{target.id}") is None:  # it never went, so there is nothing to bring back
            found.already.append(target.id)
            return ""
        if not text:
            raise Refused(gettext_noop("No copy of the words was kept, so they cannot be posted again."))
        reference = self._telling.again(*post, text, language)
        self._store.keep(_SENT + once, reference, now())
        self._store.drop(f"{GONE}{target.id}")
        found.done.append(target.id)
        return reference

    def probe(self, target: Target) -> Reading:
        """Through the moderators' own group, where one is stated: a post that can be passed on is there."""
        post = links.parts(target.id)
        if post and self._store.kept(f"{GONE}{target.id}"):
            return Reading(Sight.REMOVED)
        try:
            seen = self._look(target)
        except _Blind:
            return Reading(Sight.UNREADABLE)
        return Reading(Sight.VISIBLE, seen.content_hash) if seen else Reading(Sight.REMOVED)

    def find(self, link: str) -> Target | None:
        return links.find(link, self._store)

    def address_of(self, target: Target) -> str:
        if (post := links.parts(target.id)) is None:
            return ""
        known = self._store.chat(post[0])
        return links.link_to(*post, known.name if known else "")

    def fetch(self, target: Target) -> SeenPost | None:
        with suppress(_Blind):
            return self._look(target)
        return None

    def _look(self, target: Target) -> SeenPost | None:
        """The post; None when it is gone. Raises _Blind when there is no way to look."""
        post = links.parts(target.id)
        if post is None:
            return None
        if not self._workroom:
            raise _Blind("No moderators' group is stated.")
        chat, message = post
        try:
            copy = self._wire.call(
                "forwardMessage", chat_id=self._workroom, from_chat_id=chat, message_id=message,
                disable_notification=True,
            )  # fmt: skip
        except Refused as no:
            if "not found" in no.why:
                return None
            raise _Blind(no.what, no.why) from no
        self._wire.call("deleteMessage", chat_id=self._workroom, message_id=copy["message_id"])
        return seen_post(self._as_it_stood(copy, chat, message))

    def _as_it_stood(self, copy: Mapping[str, Any], chat: int, message: int) -> dict[str, Any]:
        """The copy with the place, the person and the time of the original instead of the bot's own."""
        origin, known = copy.get("forward_origin") or {}, self._store.chat(chat)
        there = {
            "id": chat,
            "type": known.kind if known else "supergroup",
            "title": known.title if known else "",
        }
        if known and known.name:
            there["username"] = known.name
        original = {
            name: copy[name]
            for name in copy
            if name not in ("forward_origin", "from", "sender_chat", "reply_to_message")
        }
        original |= {"chat": there, "message_id": message, "date": origin.get("date", copy["date"])}
        if author := origin.get("sender_user"):
            original["from"] = author
        elif sender := origin.get("sender_chat"):
            original["sender_chat"] = sender
        return original

    def channel(self, id_: str) -> SeenChannel | None:
        known = self._store.chat(links.number(id_) or 0)
        if known is None:
            return None
        return SeenChannel(
            connector="telegram", id=id_, name=known.title, owner=owner_of(self._wire, known.id),
            surface=Surface.PUBLIC_CHANNEL if known.name else Surface.PRIVATE_GROUP,
        )  # fmt: skip

    def media(self, file: SeenMedia, *, most: int) -> bytes | None:
        if not file.uri.startswith(FILE):
            return None
        return self._wire.download(file.uri.removeprefix(FILE), most)

    def authentic(self, secret: str) -> bool:
        return bool(self._secret) and hmac.compare_digest(secret.encode(), self._secret.encode())

    def waiting(self, most: int) -> bytes | None:
        found = self._store.waiting(most)
        return b"[" + b",".join(body for _, body in found) + b"]" if found else None

    def translate(self, transaction: bytes) -> Seen:
        updates = [update_of(raw) for raw in json.loads(transaction)]
        posts = [_read(self._post, update) for update in updates]
        reports = [_read(self._report, update) for update in updates]
        kept = [post for post in posts if post]
        return Seen(
            mark=hashlib.sha256(",".join(str(update.id) for update in updates).encode()).hexdigest()[:32],
            posts=tuple(kept),
            joins=tuple(filter(None, (_read(joined, update) for update in updates))),
            reports=tuple(report for report in reports if report),
            opened=tuple(str(update.body["from"]["id"]) for update in updates if self._opens(update)),
            private=sum(post.surface == Surface.PRIVATE_GROUP for post in kept),
            other=len(updates) - len(kept),
        )

    def taken(self, transaction: bytes, seen: Seen) -> None:
        updates = [update_of(raw) for raw in json.loads(transaction)]
        self._store.know_posts([
            (int(post.channel), int(post.id.partition(":")[2]), int(post.at.timestamp()), int(post.author))
            for post in seen.posts
        ])  # fmt: skip
        told = {report.id: report for report in seen.reports}
        for update in updates:
            self._talking.about(update, told, self._me())
        self._store.taken([update.id for update in updates])

    def _post(self, update: Update) -> SeenPost | None:
        """A post in one of our chats; not what is said to the bot, nor what moderators say among themselves."""
        if update.kind not in POSTS or update.body["chat"]["type"] == "private":
            return None
        if update.body["chat"]["id"] == self._workroom or command_of(update.body, self._me())[0]:
            return None
        return seen_post(update.body)

    def _report(self, update: Update) -> SeenReport | None:
        return report_of(update.body, self._me(), self._store) if update.kind == "message" else None

    def _opens(self, update: Update) -> bool:
        return update.kind == "message" and update.body["chat"]["type"] == "private"

    def _me(self) -> str:
        if not self._name:
            self._name = str(self._wire.call("getMe")["username"])
        return self._name


def _read(how: Callable[[Update], Got | None], update: Update) -> Got | None:
    """What we cannot read is counted as something else: one update must not keep the others waiting for ever."""
    try:
        return how(update)
    except (KeyError, TypeError, ValueError):
        return None
