# SPDX-License-Identifier: AGPL-3.0-or-later
"""Labels on posts, handed to every client in `unsigned`: the post itself stays as its author signed it.

A label is code and words, both told to us. It is a lookup in memory, since every event served asks.
"""

import json
from typing import Any

from synapse.events import EventBase
from synapse.module_api import ModuleApi
from synapse.storage.database import LoggingTransaction

FIELD = "org.steelyard.label"
MOST = 200_000
"""Labelled posts kept in memory, about 300 bytes each; a newer one beyond that is refused in words."""
_TABLE = (
    "CREATE TABLE IF NOT EXISTS steelyard_labels"
    " (event_id TEXT PRIMARY KEY, room_id TEXT NOT NULL, label TEXT NOT NULL)"
)


class Labels:
    def __init__(self, api: ModuleApi) -> None:
        self.api = api
        self._of: dict[str, dict[str, str]] | None = None
        api.register_add_extra_fields_to_unsigned_client_event_callbacks(
            add_field_to_unsigned_callback=self.unsigned
        )

    async def unsigned(self, event: EventBase) -> dict[str, Any]:
        """What every client sees beside the post."""
        label = (await self._known()).get(event.event_id)
        return {FIELD: label} if label else {}

    async def put(self, events: list[str], label: dict[str, str] | None) -> dict[str, list[str]]:
        """Label these posts, or with None take their labels away."""
        known = await self._known()
        if label and len(known) + len(events) > MOST:
            raise ValueError(f"At most {MOST} posts carry a label at a time.")
        found = await self.api.run_db_interaction("steelyard_label", self._put, events, label)
        for event in found["done"]:
            if label:
                known[event] = label
            else:
                known.pop(event, None)
        return found

    async def _known(self) -> dict[str, dict[str, str]]:
        if self._of is None:
            self._of = await self.api.run_db_interaction("steelyard_labels", _read)
        return self._of

    def _put(
        self, txn: LoggingTransaction, events: list[str], label: dict[str, str] | None
    ) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {"done": [], "already": [], "missing": []}
        written = json.dumps(label, sort_keys=True) if label else None
        for event in events:
            txn.execute("SELECT room_id FROM events WHERE event_id = ?", (event,))
            row = txn.fetchone()
            if row is None:
                found["missing"].append(event)
                continue
            txn.execute("SELECT label FROM steelyard_labels WHERE event_id = ?", (event,))
            before = (txn.fetchone() or (None,))[0]
            if before == written:
                found["already"].append(event)
                continue
            txn.execute("DELETE FROM steelyard_labels WHERE event_id = ?", (event,))
            if written:
                txn.execute("INSERT INTO steelyard_labels VALUES (?, ?, ?)", (event, row[0], written))
            found["done"].append(event)
        return found


def _read(txn: LoggingTransaction) -> dict[str, dict[str, str]]:
    txn.execute(_TABLE)
    txn.execute("SELECT event_id, label FROM steelyard_labels")
    return {event: json.loads(label) for event, label in txn.fetchall()}
