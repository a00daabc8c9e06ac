# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Steelyard needs to know of a room before it looks at a post: public, encrypted, its name."""

from typing import Any

from synapse.module_api import ModuleApi

STATE = ("m.room.join_rules", "m.room.encryption", "m.room.name", "m.room.canonical_alias", "m.room.create")


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
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
