# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policy lists (`m.policy.rule.*`): what a room of them says, and whom here it would hit. Carries nothing out."""

import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from typing import Any

from synapse.module_api import ModuleApi
from synapse.storage.database import LoggingTransaction

BANS = frozenset({"m.ban", "org.matrix.mjolnir.ban"})
KINDS = {
    "m.policy.rule.user": "account",
    "m.policy.rule.room": "channel",
    "m.policy.rule.server": "server",
}
MOST = 200
"""Of each kind that are named; the count is whole."""


async def rules_in(api: ModuleApi, room: str) -> list[dict[str, str]]:
    """The rules in force in a room that this homeserver is in; withdrawn ones have no entity."""
    state = await api.get_room_state(room)
    found = []
    for (kind, _), event in sorted(state.items()):
        told = {name: event.content.get(name) for name in ("entity", "recommendation", "reason")}
        if kind in KINDS and isinstance(told["entity"], str) and told["entity"]:
            words = {name: value if isinstance(value, str) else "" for name, value in told.items()}
            found.append({"kind": KINDS[kind], **words, "by": event.sender})
    return found


async def hit_by(api: ModuleApi, rules: Iterable[dict[str, str]], exempt: frozenset[str]) -> dict[str, Any]:
    """Whom the rules would hit among the accounts and rooms known here. Administrators and `exempt` are told apart."""
    return await api.run_db_interaction("steelyard_hit_by", _hit_by, list(rules), exempt, api.server_name)


def _hit_by(
    txn: LoggingTransaction, rules: list[dict[str, str]], exempt: frozenset[str], here: str
) -> dict[str, Any]:
    txn.execute("SELECT DISTINCT user_id FROM room_memberships UNION SELECT name FROM users")
    accounts = [name for (name,) in txn.fetchall()]
    txn.execute("SELECT name FROM users WHERE admin = 1")
    spared = exempt | {name for (name,) in txn.fetchall()}
    txn.execute("SELECT room_id FROM rooms")
    rooms = [room for (room,) in txn.fetchall()]
    users, places, servers = (_pattern(rules, kind) for kind in ("account", "channel", "server"))
    named = [who for who in accounts if users(who) or servers(who.partition(":")[2])]
    hit = sorted(who for who in named if who not in spared)
    channels = sorted(room for room in rooms if places(room))
    own = [who for who in hit if who.endswith(f":{here}")]
    return {
        "accounts": hit[:MOST], "accounts_in_all": len(hit), "spared": sorted(set(named) & spared),
        "ours": len(own), "own": own[:MOST],
        "channels": channels[:MOST], "channels_in_all": len(channels),
    }  # fmt: skip


def _pattern(rules: list[dict[str, str]], kind: str) -> Callable[[str], bool]:
    """Globs of the specification: `*` is anything, `?` one character; only bans are carried by a list."""
    named = {one["entity"][:255] for one in rules if one["kind"] == kind and one["recommendation"] in BANS}
    globs = [name for name in named if "*" in name or "?" in name]
    # `translate` makes patterns that try each place once, whatever a stranger wrote.
    tried = re.compile("|".join(translate(one.replace("[", "[[]")) for one in globs)) if globs else None
    return lambda name: name in named or bool(tried and tried.match(name))
