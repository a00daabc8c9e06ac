# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Steelyard needs to know of a room before it looks at a post: public, encrypted, its name, its owner."""

from typing import Any

from synapse.module_api import ModuleApi

STATE = (
    "m.room.join_rules",
    "m.room.encryption",
    "m.room.name",
    "m.room.canonical_alias",
    "m.room.create",
    "m.room.power_levels",
)


async def room_facts(api: ModuleApi, room: str) -> dict[str, Any]:
    state = await api.get_room_state(room, [(kind, "") for kind in STATE])
    content = {kind: event.content for (kind, _), event in state.items()}
    rule = content.get("m.room.join_rules", {}).get("join_rule")
    return {
        "id": room,
        "known": bool(state),
        "public": rule == "public",
        "encrypted": "m.room.encryption" in content,
        "name": _text(content.get("m.room.name", {}).get("name")),
        "alias": _text(content.get("m.room.canonical_alias", {}).get("alias")),
        "owner": _owner(state),
    }


def _owner(state: Any) -> str:
    """Whoever made the room, unless others hold more power in it: then the first of the most powerful."""
    made = state.get(("m.room.create", ""))
    creator = _text(made.sender) if made else ""
    levels = state.get(("m.room.power_levels", ""))
    users = levels.content.get("users", {}) if levels else {}
    power = {who: level for who, level in users.items() if isinstance(level, int)}
    if creator not in power and made and made.room_version.msc4289_creator_power_enabled:
        return creator
    highest = max(power.values(), default=0)
    first = sorted(who for who, level in power.items() if level == highest)
    return creator if not first or creator in first else first[0]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
