# SPDX-License-Identifier: AGPL-3.0-or-later
"""Remove posts for good, everywhere a redaction reaches, with the author's own right to do so."""

from typing import Any

from synapse.api.errors import SynapseError
from synapse.module_api import ModuleApi


async def redact_as_author(api: ModuleApi, events: list[str], reason: str) -> dict[str, Any]:
    """Redact each post and its edits. A post redacted before stays as it is and is reported as `already`."""
    found: dict[str, Any] = {"done": [], "already": [], "missing": [], "refused": {}, "redactions": []}
    for event_id in events:
        event = await api._store.get_event(event_id, allow_none=True)
        if event is None:
            found["missing"].append(event_id)
        elif event.internal_metadata.is_redacted():
            found["already"].append(event_id)
        elif not api.is_mine(event.sender):
            found["refused"][event_id] = "Its author's account is on another homeserver."
        else:
            await _redact_whole(api, event, reason, found)
    return found


async def _redact_whole(api: ModuleApi, event: Any, reason: str, found: dict[str, Any]) -> None:
    try:
        for edit in await _edits(api, event):
            await _redact(api, event.room_id, event.sender, edit, reason)
        sent = await _redact(api, event.room_id, event.sender, event.event_id, reason)
    except SynapseError as fault:  # for example an author who was banned from the room
        found["refused"][event.event_id] = fault.msg
    else:
        found["done"].append(event.event_id)
        found["redactions"].append(sent)


async def _redact(api: ModuleApi, room: str, sender: str, event_id: str, reason: str) -> str:
    version = await api._store.get_room_version(room)
    content = {"reason": reason} if reason else {}
    place = {"content": {**content, "redacts": event_id}} if version.updated_redaction_rules else {
        "content": content, "redacts": event_id,
    }  # fmt: skip
    sent = await api.create_and_send_event_into_room(
        {"type": "m.room.redaction", "room_id": room, "sender": sender, **place}
    )
    return sent.event_id


async def _edits(api: ModuleApi, event: Any) -> list[str]:
    """Visible edits, and those that hiding has put aside."""

    def look(txn: Any) -> list[str]:
        txn.execute(
            "SELECT r.event_id FROM event_relations r JOIN events e USING (event_id)"
            " WHERE r.relates_to_id = ? AND r.relation_type = 'm.replace' AND e.sender = ?"
            " UNION SELECT event_id FROM steelyard_hidden WHERE root_id = ? AND event_id <> ?",
            (event.event_id, event.sender, event.event_id, event.event_id),
        )
        return [found for (found,) in txn.fetchall()]

    return await api.run_db_interaction("steelyard_edits", look)
