"""What concerns other people's homeservers: where a post went, and lists of policies."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from steelyard.enforcement.connectors.matrix.stream import OPS
from steelyard.enforcement.connectors.matrix.translation import moment
from steelyard.enforcement.connectors.matrix.wire import Wire
from steelyard.enforcement.elsewhere import Handed, Hit, ListedRule

AT_ONCE = 100
"""Ids in one address; a homeserver takes no line of more than 16 KiB."""
RULES = {"account": "m.policy.rule.user", "channel": "m.policy.rule.room", "server": "m.policy.rule.server"}


def handed_to(wire: Wire, token: str, items: Sequence[str]) -> Mapping[str, tuple[Handed, ...]]:
    found: dict[str, tuple[Handed, ...]] = {}
    for start in range(0, len(items), AT_ONCE):
        asked = {"id": list(items[start : start + AT_ONCE])}
        said = wire.call("GET", f"{OPS}/reached", token=token, params=asked)
        found |= {item: tuple(map(_handed, servers)) for item, servers in said["reached"].items()}
    return found


def _handed(one: Mapping[str, Any]) -> Handed:
    return Handed(
        server=one["server"], at=moment(one["at"]), acknowledged=one["acknowledged"],
        told=moment(one["told"]) if one["told"] else None,
    )  # fmt: skip


def read_list(wire: Wire, token: str, room: str, own: Iterable[str]) -> tuple[tuple[ListedRule, ...], Hit]:
    """`own`: local names of the operator's own accounts, which no list hits."""
    said = wire.call("GET", f"{OPS}/rules", token=token, params={"room": room, "spare": sorted(own)})
    hit = said["hit"]
    return tuple(ListedRule(**rule) for rule in said["rules"]), Hit(
        accounts=tuple(hit["accounts"]), accounts_in_all=hit["accounts_in_all"], ours=hit["ours"],
        spared=tuple(hit["spared"]), channels=tuple(hit["channels"]), channels_in_all=hit["channels_in_all"],
        own=tuple(hit["own"]),
    )  # fmt: skip


def publish_rule(wire: Wire, token: str, room: str, rule: ListedRule) -> str:
    """One state event for each entity, so that publishing again replaces and withdrawing empties it."""
    key = hashlib.sha256(rule.entity.encode()).hexdigest()
    told = {"entity": rule.entity, "recommendation": rule.recommendation, "reason": rule.reason}
    path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/state/{RULES[rule.kind]}/{key}"
    said = wire.call("PUT", path, token=token, json=told if rule.recommendation else {})
    return str(said["event_id"])
