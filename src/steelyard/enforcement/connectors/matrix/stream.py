"""What the homeserver pushes and what our module hands on, in our words."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from steelyard.enforcement.connector import SETTLED, Seen, SeenReport, Target
from steelyard.enforcement.connectors.matrix.disclosure import disclosed
from steelyard.enforcement.connectors.matrix.translation import POSTS, moment, readable, seen_post
from steelyard.enforcement.connectors.matrix.wire import Wire

OPS = "/_synapse/client/steelyard"
ROOM_STATE = {
    "m.room.join_rules", "m.room.encryption", "m.room.name", "m.room.canonical_alias", "m.room.create",
    "m.room.power_levels",
}  # fmt: skip
REMEMBERED = 10_000
"""Rooms whose facts are kept in memory, about 300 bytes each."""


class Stream:
    def __init__(
        self, wire: Wire, keys: Path, name: str, ignored: frozenset[str], *, verified_reports: bool = False
    ) -> None:
        self._wire, self._keys, self._name = wire, keys, name
        self._verified_reports = verified_reports
        self._ignored = ignored  # localparts of accounts that write for the operator
        self._rooms: dict[str, Mapping[str, Any]] = {}

    def authentic(self, secret: str) -> bool:
        expected = (self._keys / "hs-token").read_text().strip()
        return hmac.compare_digest(secret.encode(), expected.encode())

    def translate(self, transaction: bytes) -> Seen:
        events = [event for event in json.loads(transaction).get("events", []) if isinstance(event, dict)]
        self._forget_changed(events)
        asked = [event for event in events if self._is_post(event)]
        self._learn({event["room_id"] for event in asked})
        public = [event for event in asked if self._is_public(event["room_id"])]
        encrypted = sum(event.get("type") == "m.room.encrypted" for event in events)
        return Seen(
            mark=_mark(events),
            posts=tuple(seen_post(self._name, event, self._rooms[event["room_id"]]) for event in public),
            joins=tuple(_joins(events)),
            encrypted=encrypted,
            private=len(asked) - len(public),
            other=len(events) - len(asked) - encrypted,
        )

    def posts_after(self, cursor: str, *, settled: timedelta = SETTLED) -> tuple[tuple[str, ...], str]:
        asked = {"settled_ms": str(int(settled.total_seconds() * 1000))} | (
            {"after": cursor} if cursor else {}
        )
        said = self._wire.call("GET", f"{OPS}/posts", token=self.ops_token(), params=asked)
        return tuple(said["posts"]), str(said["cursor"])

    def reports_after(self, cursor: str) -> tuple[tuple[SeenReport, ...], str]:
        said = self._wire.call(
            "GET", f"{OPS}/reports", token=self.ops_token(), params={"after": cursor or "0.0.0"}
        )
        self._learn({told["channel"] for told in said["reports"] if told.get("event")})
        return tuple(self._report(told) for told in said["reports"]), said["cursor"]

    def room(self, room: str) -> Mapping[str, Any]:
        """What the module says of a room, remembered."""
        self._learn({room})
        return self._rooms[room]

    def room_now(self, room: str) -> Mapping[str, Any]:
        """Asked anew: who owns a room changes without our being told in every process."""
        self._rooms.pop(room, None)
        return self.room(room)

    def tell(self, verb: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Have our module do something."""
        return self._wire.call("POST", f"{OPS}/{verb}", token=self.ops_token(), json=asked)

    def ask(self, what: str, **asked: str) -> dict[str, Any]:
        """Ask our module; it changes nothing."""
        return self._wire.call("GET", f"{OPS}/{what}", token=self.ops_token(), params=asked)

    def ops_token(self) -> str:
        return (self._keys / "ops-token").read_text().strip()

    def _report(self, told: Mapping[str, Any]) -> SeenReport:
        kind, event = str(told["kind"]), told.get("event") or {}
        about = {
            "item": Target(told.get("item", ""), told.get("channel", "")),
            "channel": Target(told.get("channel", "")),
            "account": Target(told.get("account", "")),
        }[kind]
        encrypted = event.get("type") == "m.room.encrypted"
        shown = disclosed(event, told.get("body", {})) if encrypted and self._verified_reports else None
        if shown:
            event = {**event, "type": shown.get("type"), "content": shown.get("content")}
        post = (
            seen_post(self._name, {**event, "event_id": about.id}, self.room(about.channel))
            if event.get("type") in POSTS
            else None
        )
        return SeenReport(
            connector=self._name,
            id=f"{kind}-{told['number']}",
            about=about,
            kind=kind,
            reporter=readable(told["reporter"]),
            reason=readable(told["reason"]),
            body=told.get("body", {}),
            at=moment(int(told["at"])),
            post=post,
            encrypted=encrypted,
            proven=bool(shown and post),
        )

    def _is_post(self, event: Mapping[str, Any]) -> bool:
        sender = str(event.get("sender", ""))
        own = sender[1:].partition(":")[0] in self._ignored
        return event.get("type") in POSTS and "state_key" not in event and not own and "room_id" in event

    def _is_public(self, room: str) -> bool:
        return bool(self._rooms[room].get("public"))

    def _forget_changed(self, events: Iterable[Mapping[str, Any]]) -> None:
        for event in events:
            if event.get("type") in ROOM_STATE:
                self._rooms.pop(str(event.get("room_id")), None)

    def _learn(self, rooms: Iterable[str]) -> None:
        unknown = [room for room in rooms if room not in self._rooms]
        if not unknown:
            return
        if len(self._rooms) > REMEMBERED:
            self._rooms.clear()
        said = self._wire.call("GET", f"{OPS}/rooms", token=self.ops_token(), params={"id": unknown})
        self._rooms.update({facts["id"]: facts for facts in said["rooms"]})


def _joins(events: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    """Who came into which room: their own membership, not somebody's invitation or new name."""
    for event in events:
        content, before = event.get("content"), event.get("unsigned")
        was = before.get("prev_content") if isinstance(before, dict) else None
        came = isinstance(content, dict) and content.get("membership") == "join"
        if event.get("type") == "m.room.member" and came and not (
            isinstance(was, dict) and was.get("membership") == "join"
        ):  # fmt: skip
            yield readable(event.get("room_id")), readable(event.get("state_key"))


def _mark(events: Iterable[Mapping[str, Any]]) -> str:
    """A homeserver that starts anew counts its transactions from one again; its events are other ones."""
    named = "\n".join(str(event.get("event_id", "")) for event in events)
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:32]
