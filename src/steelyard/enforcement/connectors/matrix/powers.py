"""Who may do what in a room, read from its state at the moment it matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from steelyard.base.errors import Refused
from steelyard.enforcement.connectors.matrix.wire import Wire
from steelyard.enforcement.moderated import Powers

Json = Mapping[str, Any]
OWNER = 100
MODERATOR = 50
MUTED = -1
CREATORS_ABOVE_ALL = 12
"""From this room version on, who made a room stands above all levels and is in no list of them."""
LEVELS = "m.room.power_levels"


@dataclass(frozen=True)
class Levels:
    """A room's power levels as the homeserver would apply them."""

    content: Json
    creators: frozenset[str]
    known: bool
    """The room states levels; without them who made it has all"""

    def of(self, account: str) -> float:
        if account in self.creators:
            return float("inf")
        return _number(_object(self.content.get("users")).get(account), self.default)

    @property
    def default(self) -> int:
        return _number(self.content.get("users_default"), 0)

    def needed(self, act: str) -> int:
        return _number(self.content.get(act), MODERATOR)

    @property
    def to_change(self) -> int:
        """What it takes to change the levels themselves."""
        otherwise = _number(self.content.get("state_default"), MODERATOR if self.known else 0)
        return _number(_object(self.content.get("events")).get(LEVELS), otherwise)

    def removes(self, account: str) -> bool:
        """More than everybody has, and enough to take other people's posts away."""
        return self.of(account) >= self.needed("redact") and self.of(account) > self.default

    def powers(self, account: str, bot: str, over: str) -> Powers:
        stops = self.of(account) >= self.needed("ban") and self.of(account) > max(self.default, self.of(over))
        able = self.of(bot) >= self.to_change and self.of(bot) > self.of(over)
        return Powers(removes=self.removes(account), mutes=bool(over) and stops and able)

    def moderators(self) -> tuple[str, ...]:
        named = {*_object(self.content.get("users")), *self.creators}
        return tuple(sorted(one for one in named if self.removes(one)))

    def muted(self, account: str, *, muted: bool) -> dict[str, Any]:
        """The levels with this account stopped from writing, or like everybody else again."""
        users = {name: level for name, level in _object(self.content.get("users")).items() if name != account}
        return {**self.content, "users": {**users, account: MUTED} if muted else users}


def levels_in(wire: Wire, token: str, room: str) -> Levels | None:
    """None where whoever asks is not in the room. Raises Unreachable."""
    try:
        made = state(wire, token, room, "m.room.create", whole=True)
    except Refused:
        return None
    try:
        content: Json = state(wire, token, room, LEVELS)
    except Refused:
        content = {}
    about = _object(made.get("content"))
    creators = {made.get("sender"), *_texts(about.get("additional_creators"))}
    above = _version(about.get("room_version")) >= CREATORS_ABOVE_ALL
    if not content and not above:
        content = {"users": dict.fromkeys(filter(None, creators), OWNER)}
        return Levels(content, frozenset(), known=False)
    return Levels(content, frozenset(filter(None, creators)) if above else frozenset(), known=bool(content))


def state(wire: Wire, token: str, room: str, kind: str, *, whole: bool = False) -> dict[str, Any]:
    """One state event's content, or the whole event. Raises Refused where there is none, or Unreachable."""
    path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/state/{kind}/"
    return wire.call("GET", path, token=token, params={"format": "event"} if whole else None)


def put_state(wire: Wire, token: str, room: str, kind: str, content: Json) -> str:
    path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/state/{kind}/"
    return str(wire.call("PUT", path, token=token, json=dict(content))["event_id"])


def _version(value: object) -> int:
    return int(value) if isinstance(value, str) and value.isdecimal() else 1


def _number(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
