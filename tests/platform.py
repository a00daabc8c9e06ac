"""A platform in memory that keeps the connector's contract: for stories whose subject is not the platform.

The same stories run against a real Synapse in tests/assembly.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from steelyard.base.errors import Unreachable
from steelyard.enforcement.apart import Apart
from steelyard.enforcement.connector import (
    Ability,
    Held,
    KnownThere,
    Manifest,
    Mark,
    Operation,
    PlatformReceipt,
    Reading,
    SeenChannel,
    SeenMedia,
    SeenPost,
    Sight,
    Target,
    content_hash,
    forget_connectors,
    register,
)

AT = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MARKS = {
    Operation.CLOSE_CHANNEL: Mark.CLOSED, Operation.UNLIST_CHANNEL: Mark.UNLISTED,
    Operation.LIMIT_ACCOUNT: Mark.LIMITED, Operation.SUSPEND_ACCOUNT: Mark.SUSPENDED,
    Operation.BAN_ACCOUNT: Mark.BANNED,
}  # fmt: skip
UNMARKS = {
    Operation.REOPEN_CHANNEL: Mark.CLOSED, Operation.RELIST_CHANNEL: Mark.UNLISTED,
    Operation.UNLIMIT_ACCOUNT: Mark.LIMITED, Operation.UNSUSPEND_ACCOUNT: Mark.SUSPENDED,
    Operation.UNBAN_ACCOUNT: Mark.BANNED,
}  # fmt: skip
ITEMS = {Operation.CONTAIN_ITEM, Operation.RESTORE_ITEM, Operation.REMOVE_ITEM}
CHANNEL = "!market:home"
OWNER = "@olga:home"


class MemoryPlatform(Apart):
    """Posts, who sees them, and what was written to whom."""

    def __init__(self) -> None:
        self.posts: dict[str, SeenPost] = {}
        self.files: dict[str, bytes] = {}
        self.hidden: set[str] = set()
        """Everywhere"""
        self.hidden_in: dict[str, list[str]] = {}
        """In these countries alone; a platform that can declares `limits_by_country`"""
        self.labels: dict[str, str] = {}
        self.removed: set[str] = set()
        self.refused: dict[str, Mapping[str, Any]] = {}
        """Frozen channels and muted accounts, with what whoever is refused reads"""
        self.marks: dict[str, dict[Mark, Mapping[str, Any]]] = {}
        """What else a member meets at a channel or an account, with what was said of it"""
        self.channels = {CHANNEL: SeenChannel(connector="memory", id=CHANNEL, name="Market", owner=OWNER)}
        self.blocked: dict[str, Mapping[str, Any]] = {}
        """Hashes of content that it refuses, where it is told to"""
        self.letters: list[tuple[str, str]] = []
        self.announced: list[tuple[str, str]] = []
        self.calls: list[tuple[str, str]] = []
        self.down = False
        self.closed: set[str] = set()
        """Countries from which nobody new is taken"""
        self.seen_from: dict[str, KnownThere] | None = None
        """Who was last seen from where; None: this platform cannot tell countries"""
        self.accounts: dict[str, dict[str, Any]] = {
            "@uma:home": {"subscriber": {"name": "@uma:home", "created": "2026-01-05"},
                          "identification": [{"ip": "192.0.2.7", "day": "2026-09-03"}]}
        }  # fmt: skip
        self.manifest = Manifest(
            connector="memory",
            platform="Memory",
            discloses=("subscriber", "identification"),
            sees=("item", "channel", "account", "media"),
            abilities=tuple(
                Ability(
                    operation=operation,
                    inverse=inverse,
                    delay=timedelta(0),
                    batch=100,
                    limits=("It cannot be brought back.",)
                    if operation in (Operation.REMOVE_ITEM, Operation.ERASE_MEDIA)
                    else (),
                )
                for operation, inverse in (
                    (Operation.CONTAIN_ITEM, Operation.RESTORE_ITEM),
                    (Operation.RESTORE_ITEM, Operation.CONTAIN_ITEM),
                    (Operation.REMOVE_ITEM, None),
                    (Operation.LABEL_ITEM, Operation.UNLABEL_ITEM),
                    (Operation.UNLABEL_ITEM, Operation.LABEL_ITEM),
                    (Operation.FREEZE_CHANNEL, Operation.UNFREEZE_CHANNEL),
                    (Operation.UNFREEZE_CHANNEL, Operation.FREEZE_CHANNEL),
                    (Operation.MUTE_ACCOUNT, Operation.UNMUTE_ACCOUNT),
                    (Operation.UNMUTE_ACCOUNT, Operation.MUTE_ACCOUNT),
                    (Operation.CLOSE_CHANNEL, Operation.REOPEN_CHANNEL),
                    (Operation.REOPEN_CHANNEL, Operation.CLOSE_CHANNEL),
                    (Operation.UNLIST_CHANNEL, Operation.RELIST_CHANNEL),
                    (Operation.RELIST_CHANNEL, Operation.UNLIST_CHANNEL),
                    (Operation.LIMIT_ACCOUNT, Operation.UNLIMIT_ACCOUNT),
                    (Operation.UNLIMIT_ACCOUNT, Operation.LIMIT_ACCOUNT),
                    (Operation.SUSPEND_ACCOUNT, Operation.UNSUSPEND_ACCOUNT),
                    (Operation.UNSUSPEND_ACCOUNT, Operation.SUSPEND_ACCOUNT),
                    (Operation.BAN_ACCOUNT, Operation.UNBAN_ACCOUNT),
                    (Operation.UNBAN_ACCOUNT, Operation.BAN_ACCOUNT),
                    (Operation.QUARANTINE_MEDIA, Operation.RELEASE_MEDIA),
                    (Operation.RELEASE_MEDIA, Operation.QUARANTINE_MEDIA),
                    (Operation.ERASE_MEDIA, None),
                    (Operation.ACKNOWLEDGE_REPORT, None),
                    (Operation.REPLY_TO_REPORT, None),
                    (Operation.CLOSE_REGISTRATION, Operation.OPEN_REGISTRATION),
                    (Operation.OPEN_REGISTRATION, Operation.CLOSE_REGISTRATION),
                    (Operation.NOTIFY_ACCOUNT, None),
                    (Operation.POST_ANNOUNCEMENT, None),
                )
            ),
        )

    def publish(
        self, id_: str, text: str, *, author: str = "@uma:home", media: tuple[SeenMedia, ...] = ()
    ) -> SeenPost:
        content = {"body": text, "msgtype": "m.text"}
        self.posts[id_] = SeenPost(
            connector="memory", id=id_, channel=CHANNEL, channel_name="Market", author=author, text=text,
            at=AT, media=media, content_hash=content_hash(author, 0, "m.room.message", content),
        )  # fmt: skip
        return self.posts[id_]

    def act_on_many(
        self,
        operation: Operation,
        targets: Sequence[Target],
        *,
        key: str,
        params: Mapping[str, Any] | None = None,
    ) -> PlatformReceipt:
        if self.down:
            raise Unreachable("The platform does not answer.")
        self.manifest.ability(operation)
        for target in targets:
            self._do(operation, target, key, params or {})
        unknown = tuple(t.id for t in targets if operation in ITEMS and t.id not in self.posts)
        done = tuple(t.id for t in targets if t.id not in unknown)
        return PlatformReceipt(
            connector="memory", operation=operation, key=key, at=AT, done=done, missing=unknown
        )

    def _do(self, operation: Operation, target: Target, key: str, params: Mapping[str, Any]) -> None:
        if (operation, key + target.id) in self.calls:
            return
        self.calls.append((operation, key + target.id))
        marks = self.marks.setdefault(target.id, {})
        if operation in MARKS:
            marks[MARKS[operation]] = params
        elif operation in UNMARKS:
            marks.pop(UNMARKS[operation], None)
        else:
            self._do_once(operation, target, params)

    def _do_once(self, operation: Operation, target: Target, params: Mapping[str, Any]) -> None:
        done: dict[Operation, Callable[[], object]] = {
            Operation.CONTAIN_ITEM: lambda: self._hide(
                target.id, hidden=True, countries=params.get("countries")
            ),
            Operation.RESTORE_ITEM: lambda: self._hide(target.id, hidden=False, countries=None),
            Operation.BLOCK_CONTENT: lambda: self.blocked.update({target.id: params}),
            Operation.UNBLOCK_CONTENT: lambda: self.blocked.pop(target.id, None),
            Operation.QUARANTINE_MEDIA: lambda: self.hidden.add(target.id),
            Operation.RELEASE_MEDIA: lambda: self.hidden.discard(target.id),
            Operation.REMOVE_ITEM: lambda: self.removed.add(target.id),
            Operation.ERASE_MEDIA: lambda: [self.files.pop(m.uri, None) for m in self.posts[target.id].media],
            Operation.LABEL_ITEM: lambda: self.labels.update({target.id: params["label"]}),
            Operation.UNLABEL_ITEM: lambda: self.labels.pop(target.id, None),
            Operation.FREEZE_CHANNEL: lambda: self.refused.update({target.id: params}),
            Operation.MUTE_ACCOUNT: lambda: self.refused.update({target.id: params}),
            Operation.UNFREEZE_CHANNEL: lambda: self.refused.pop(target.id, None),
            Operation.UNMUTE_ACCOUNT: lambda: self.refused.pop(target.id, None),
            Operation.CLOSE_REGISTRATION: lambda: self.closed.add(target.id),
            Operation.OPEN_REGISTRATION: lambda: self.closed.discard(target.id),
            Operation.NOTIFY_ACCOUNT: lambda: self.letters.append((target.id, params["text"])),
            Operation.ACKNOWLEDGE_REPORT: lambda: self.letters.append((params["reporter"], params["text"])),
            Operation.REPLY_TO_REPORT: lambda: self.letters.append((params["reporter"], params["text"])),
            Operation.POST_ANNOUNCEMENT: lambda: self.announced.append((target.channel, params["text"])),
        }
        done.get(operation, lambda: None)()

    def _hide(self, id_: str, *, hidden: bool, countries: list[str] | None) -> None:
        self.hidden.discard(id_)
        self.hidden_in.pop(id_, None)
        if hidden and countries:
            self.hidden_in[id_] = countries
        elif hidden:
            self.hidden.add(id_)

    def probe(self, target: Target) -> Reading:
        if target.kind in ("channel", "account"):
            refused = Mark.FROZEN if target.kind == "channel" else Mark.MUTED
            met = [*self.marks.get(target.id, {}), *([refused] if target.id in self.refused else [])]
            return Reading(Sight.VISIBLE, marks=tuple(sorted(met)))
        if target.kind == "media":
            return Reading(Sight.HIDDEN if target.id in self.hidden else Sight.VISIBLE)
        if target.id in self.removed:
            return Reading(Sight.REMOVED)
        if target.id in self.hidden or target.id not in self.posts:
            return Reading(Sight.HIDDEN)
        return Reading(Sight.VISIBLE, self.posts[target.id].content_hash)

    def find(self, link: str) -> Target | None:
        id_ = link.removeprefix("memory:")
        if link == id_ or not id_:
            return None
        kind = {"!": "channel", "@": "account"}.get(id_[0], "item")
        return Target(id_, CHANNEL) if kind == "item" else Target(id_, kind=kind)

    def channel(self, id_: str) -> SeenChannel | None:
        if self.down:
            raise Unreachable("The platform does not answer.")
        return self.channels.get(id_)

    def fetch(self, target: Target) -> SeenPost | None:
        if self.down:
            raise Unreachable("The platform does not answer.")
        return self.posts.get(target.id)

    def held_about(self, account, categories, *, since=None, until=None):  # type: ignore[no-untyped-def]
        if self.down:
            raise Unreachable("The platform does not answer.")
        known = self.accounts.get(account, {})
        return tuple(
            Held(category=each, name=f"{each}.json", content=json.dumps(known[each]).encode())
            for each in categories
            if each in known
        )

    def known_in(self, country: str) -> KnownThere | None:
        if self.down:
            raise Unreachable("The platform does not answer.")
        nobody = KnownThere(accounts=(), channels=0)
        return None if self.seen_from is None else self.seen_from.get(country, nobody)

    def refuses_newcomer(self, address: str) -> bool:
        return "IR" in self.closed and address.startswith("192.0.2.")

    def media(self, file: SeenMedia, *, most: int) -> bytes | None:
        if self.down:
            raise Unreachable("The platform does not answer.")
        content = self.files.get(file.uri)
        return content if content and len(content) <= most else None


@contextmanager
def attached(other: MemoryPlatform | None = None) -> Iterator[MemoryPlatform]:
    """The memory platform (or another of its kind), attached for the length of a test."""
    platform = other or MemoryPlatform()
    register("memory", lambda: platform)  # type: ignore[arg-type,return-value]
    try:
        yield platform
    finally:
        forget_connectors()
