"""What Synapse holds about an account, from its admin API: the account, and its sessions with addresses and times.

Who wrote to whom and what they wrote is not handed over from here: the admin API has no reading of it that keeps
to one account, and end-to-end encrypted words are nobody's to give.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

import msgspec

from steelyard.enforcement.connector import Held
from steelyard.enforcement.connectors.matrix.wire import Absent, Wire

_ACCOUNT = ("name", "displayname", "creation_ts", "threepids", "deactivated", "last_seen_ts", "user_type")


def held_about(
    wire: Wire, token: str, account: str, categories: Sequence[str], *, since: date | None, until: date | None
) -> tuple[Held, ...]:
    """() when the homeserver knows no such account. Passwords are hashes we never read."""
    if not account.startswith("@"):
        return ()
    try:
        found = wire.call("GET", f"/_synapse/admin/v2/users/{quote(account, safe='')}", token=token)
    except Absent:
        return ()
    held = []
    if "subscriber" in categories:
        held.append(_held("subscriber", "account.json", {name: found.get(name) for name in _ACCOUNT}))
    if "identification" in categories:
        who = wire.call("GET", f"/_synapse/admin/v1/whois/{quote(account, safe='')}", token=token)
        held.append(_held("identification", "sessions.json", list(_sessions(who, since, until))))
    return tuple(held)


def _sessions(who: dict[str, Any], since: date | None, until: date | None) -> Iterator[dict[str, Any]]:
    """Each address an account was seen from, with the last time; only of the days that were asked for."""
    first, last = _start(since), _start(until + timedelta(days=1)) if until else None
    for device in who.get("devices", {}).values():
        for session in device.get("sessions", []):
            for seen in session.get("connections", []):
                at = int(seen.get("last_seen", 0))
                if (first is None or at >= first) and (last is None or at < last):
                    yield {name: seen.get(name) for name in ("ip", "last_seen", "user_agent")}


def _start(day: date | None) -> int | None:
    return int(datetime.combine(day, time(), UTC).timestamp() * 1000) if day else None


def _held(category: str, name: str, content: object) -> Held:
    return Held(
        category=category, name=name, content=msgspec.json.format(msgspec.json.encode(content), indent=1)
    )
