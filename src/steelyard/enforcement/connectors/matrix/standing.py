"""Channels, accounts and files as ordinary members meet them."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from steelyard.base.identifiers import new_ref
from steelyard.enforcement.connector import Mark, Reading, Sight, Target
from steelyard.enforcement.connectors.matrix import accounts, links
from steelyard.enforcement.connectors.matrix.wire import Absent, Denied, Wire

PROBE = "org.steelyard.probe"
"""What the member tries to send: the module refuses it always, and says what a post would have met."""
_BLIND = Reading(Sight.UNREADABLE)
Asked = Callable[..., dict[str, Any]]


def seen(wire: Wire, token: str, ask: Asked, target: Target) -> Reading:
    """What is no post. `token` is the member's; `ask` asks the module what no member of ours can try."""
    if target.kind == "channel":
        return channel_seen(wire, token, ask, target)
    if target.kind == "account":
        return account_seen(ask, target)
    return file_seen(wire, token, target) if target.kind == "media" else _BLIND


def channel_seen(wire: Wire, token: str, ask: Asked, target: Target) -> Reading:
    """The module is asked for a channel in which only some may write."""
    try:
        accounts.join(wire, token, target.id)
    except Denied as no:
        # A room that is shut says so without a code of its own; "forbidden" is one for invited people.
        return _BLIND if no.code == "M_FORBIDDEN" else Reading(Sight.HIDDEN, marks=(Mark.CLOSED,))
    met = _met(wire, token, target.id)
    if met is None:
        met = ask("trial", room=target.id).get("marks", [])
    path = f"/_matrix/client/v3/directory/list/room/{quote(target.id, safe='')}"
    unlisted = wire.call("GET", path).get("visibility") != "public"
    marks = ([Mark.FROZEN] if Mark.FROZEN in met else []) + ([Mark.UNLISTED] if unlisted else [])
    return Reading(Sight.VISIBLE, marks=tuple(marks))


def account_seen(ask: Asked, target: Target) -> Reading:
    """What its own attempt to write meets. An account that is in no room of ours cannot be tried."""
    said = ask("trial", account=target.id)
    if not said["known"]:
        return _BLIND
    marks = [mark for mark in (Mark.MUTED, Mark.LIMITED, Mark.BANNED) if mark in said["marks"]]
    return Reading(Sight.VISIBLE, marks=(*marks, *([Mark.SUSPENDED] if said["suspended"] else [])))


def file_seen(wire: Wire, token: str, target: Target) -> Reading:
    if not (found := links.read_media(target.id)):
        return _BLIND
    server, name = found
    path = f"/_matrix/client/v1/media/download/{quote(server, safe='')}/{quote(name, safe='')}"
    try:
        wire.download(path, token=token, most=0)
    except Absent:
        return Reading(Sight.HIDDEN)
    return Reading(Sight.VISIBLE)


def _met(wire: Wire, token: str, room: str) -> list[str] | None:
    """What the member's own probe met; None when the member may not write there at all."""
    path = f"/_matrix/client/v3/rooms/{quote(room, safe='')}/send/{PROBE}/{new_ref()}"
    try:
        wire.call("PUT", path, token=token, json={})
    except Denied as no:
        told = no.said.get("steelyard")
        return list(told.get("probe", [])) if isinstance(told, dict) else None
    return None
