"""The contract, kept by telling the platform. Every message has a type and is signed (see README.md)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from steelyard.base.clock import now
from steelyard.base.config import Platform
from steelyard.base.errors import Unreachable, gettext_noop
from steelyard.base.identifiers import new_ref
from steelyard.enforcement.apart import Apart
from steelyard.enforcement.connector import (
    Mark,
    Operation,
    PlatformReceipt,
    Reading,
    Seen,
    SeenChannel,
    SeenMedia,
    SeenPost,
    Sight,
    Surface,
    Target,
    content_hash,
)
from steelyard.enforcement.connectors.http.manifest import http_manifest
from steelyard.enforcement.connectors.http.wire import Wire


class HttpConnector(Apart):
    """One platform at the generic door. Safe to share between threads."""

    def __init__(self, platform: Platform, secrets: Callable[[], tuple[str, ...]]) -> None:
        """`secrets`: those that sign, the newest first. Raises BadInput for a declaration that cannot be."""
        self._platform = platform
        self.manifest = http_manifest(platform.name, platform)
        self._wire = Wire(platform.callback, secrets)

    def close(self) -> None:
        self._wire.close()

    def act_on_many(
        self,
        operation: Operation,
        targets: Sequence[Target],
        *,
        key: str,
        params: Mapping[str, Any] | None = None,
    ) -> PlatformReceipt:
        ability = self.manifest.ability(operation)
        said = self._wire.tell(
            key,
            {
                "type": "action",
                "operation": operation,
                "key": key,
                "targets": [msgspec.to_builtins(target) for target in targets],
                "params": dict(params or {}),
            },
        )
        done, already, missing = (_names(said, name) for name in ("done", "already", "missing"))
        if said.get("done") is None and not already and not missing:
            done = tuple(target.id for target in targets)  # a bare 2xx means: all of them
        return PlatformReceipt(
            connector=self._platform.name, operation=operation, key=key, at=now(), done=done,
            already=already, missing=missing, reference=str(said.get("reference", ""))[:200],
            inverse=ability.inverse,
        )  # fmt: skip

    def probe(self, target: Target) -> Reading:
        if not self.manifest.shows(target):
            return Reading(Sight.UNREADABLE)
        said = self._ask("read", target=msgspec.to_builtins(target))
        try:
            marks = tuple(Mark(name) for name in _names(said, "marks"))
            return Reading(Sight(str(said.get("sight"))), str(said.get("content_hash", "")), marks)
        except ValueError:
            raise Unreachable(
                gettext_noop("The platform's answer cannot be read."),
                "It names no sight, or a mark that we do not know.",
            ) from None

    def find(self, link: str) -> Target | None:
        """By the shape of the platform's links, as its operator stated it."""
        before, found, after = self._platform.links.partition("{id}")
        if not found or not (link.startswith(before) and link.endswith(after)):
            return None
        name = link[len(before) : len(link) - len(after)]
        return Target(name) if name and "/" not in name and "?" not in name else None

    def fetch(self, target: Target) -> SeenPost | None:
        found = self._ask("fetch", target=msgspec.to_builtins(target)).get("post")
        return seen_post(self._platform.name, found) if isinstance(found, dict) else None

    def channel(self, id_: str) -> SeenChannel | None:
        found = self._ask("channel", id=id_).get("channel")
        if not isinstance(found, dict):
            return None
        return SeenChannel(
            connector=self._platform.name, id=id_, name=str(found.get("name", "")),
            surface=_surface(found), owner=str(found.get("owner", "")),
        )  # fmt: skip

    def media(self, file: SeenMedia, *, most: int) -> bytes | None:
        """Only below the address that the operator named: what strangers write names no address we open."""
        allowed = self._platform.media
        if not allowed or not file.uri.startswith(allowed) or ".." in file.uri:
            return None
        return self._wire.download(file.uri, most)

    def authentic(self, secret: str) -> bool:
        """Nothing is pushed to the homeserver's door; items come by their own, with keys."""
        return False

    def translate(self, transaction: bytes) -> Seen:
        return Seen(mark="", posts=())

    def _ask(self, kind: str, **more: Any) -> dict[str, Any]:
        """What a platform that cannot be asked does not answer is unknown, not absent."""
        if not self._platform.reads_back:
            raise Unreachable(gettext_noop("This platform cannot be read back."))
        return self._wire.tell(new_ref(), {"type": kind} | more)


def seen_post(platform: str, item: Mapping[str, Any]) -> SeenPost:
    """Our words for an item as the platform writes it. Raises BadInput or Unreachable never: gaps stay empty."""
    text, author = str(item.get("text", "")), str(item.get("author", ""))
    at = _moment(item.get("at"))
    return SeenPost(
        connector=platform, id=str(item.get("id", "")), channel=str(item.get("channel", "")),
        channel_name=str(item.get("channel_name", "")), surface=_surface(item), author=author,
        author_name=str(item.get("author_name", "")), text=text, at=at, link=str(item.get("link", "")),
        content_hash=content_hash(author, int(at.timestamp() * 1000), "item", {"text": text}),
    )  # fmt: skip


def _surface(found: Mapping[str, Any]) -> Surface:
    return Surface.PRIVATE_GROUP if found.get("surface") == Surface.PRIVATE_GROUP else Surface.PUBLIC_CHANNEL


def _moment(stated: object) -> datetime:
    try:
        found = datetime.fromisoformat(str(stated))
    except ValueError:
        return now()
    return found if found.tzinfo else now()


def _names(said: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = said.get(name)
    return tuple(str(each) for each in found) if isinstance(found, list) else ()
