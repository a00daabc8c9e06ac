# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which other homeservers were handed a post, and which of them have its removal.

Ids, server names and times; no content. Only what can be taken down is noted, for as long as `KEPT_DAYS`.
"""

import logging
import time
from typing import Any

from synapse.module_api import ModuleApi
from synapse.storage.database import LoggingTransaction

logger = logging.getLogger(__name__)

NOTED = frozenset({"m.room.message", "m.sticker", "m.room.redaction"})
PUSHED = "/send"
"""The only way of delivery that the other server has acknowledged."""
KEPT_DAYS = 180
_DAY_MS = 86_400_000
_TABLE = (
    "CREATE TABLE IF NOT EXISTS steelyard_delivered (event_id TEXT NOT NULL, server_name TEXT NOT NULL,"
    " at_ms BIGINT NOT NULL, acknowledged INTEGER NOT NULL, PRIMARY KEY (event_id, server_name))"
)
_BY_TIME = "CREATE INDEX IF NOT EXISTS steelyard_delivered_at ON steelyard_delivered (at_ms)"


class Deliveries:
    """Off where this version of Synapse does not tell (before 1.158)."""

    def __init__(self, api: ModuleApi) -> None:
        self.api, self.ready = api, False
        register = getattr(api, "register_federation_callbacks", None)
        self.known = register is not None
        if register:
            register(on_event_delivered_over_federation=self.delivered)
            api.looping_background_call(self._forget_old, _DAY_MS, desc="steelyard_forget_deliveries")

    async def delivered(self, delivery: Any) -> None:
        """What was handed to a server at once. A fault here never holds the post back."""
        rows = [event.event_id for event in delivery.events if event.type in NOTED]
        if not rows:
            return
        acknowledged = int(getattr(delivery.method, "value", delivery.method) == PUSHED)
        await self.api.run_db_interaction(
            "steelyard_delivered", self._note, delivery.server_name, rows, acknowledged
        )

    async def reached(self, events: list[str]) -> dict[str, list[dict[str, Any]]]:
        """By post: each server that was handed it or an edit of it, since when, and since when it has the removal."""
        return await self.api.run_db_interaction("steelyard_reached", self._reached, events)

    def _note(self, txn: LoggingTransaction, server: str, events: list[str], acknowledged: int) -> None:
        self._prepare(txn)
        txn.executemany(
            "INSERT INTO steelyard_delivered VALUES (?, ?, ?, ?) ON CONFLICT (event_id, server_name)"
            " DO UPDATE SET acknowledged = excluded.acknowledged WHERE steelyard_delivered.acknowledged = 0",
            [(event, server, int(time.time() * 1000), acknowledged) for event in events],
        )

    def _reached(self, txn: LoggingTransaction, events: list[str]) -> dict[str, list[dict[str, Any]]]:
        self._prepare(txn)
        return {event: self._servers(txn, event) for event in events}

    def _servers(self, txn: LoggingTransaction, event: str) -> list[dict[str, Any]]:
        txn.execute(
            "SELECT server_name, MIN(at_ms), MAX(acknowledged) FROM steelyard_delivered WHERE event_id = ? OR event_id"
            " IN (SELECT event_id FROM event_relations WHERE relates_to_id = ? AND relation_type = 'm.replace')"
            " GROUP BY server_name ORDER BY server_name",
            (event, event),
        )
        handed = txn.fetchall()
        txn.execute(
            "SELECT d.server_name, MIN(d.at_ms) FROM steelyard_delivered d JOIN redactions r ON"
            " r.event_id = d.event_id WHERE r.redacts = ? AND d.acknowledged = 1 GROUP BY d.server_name",
            (event,),
        )
        told = dict(txn.fetchall())
        return [
            {"server": server, "at": at, "acknowledged": bool(sure), "told": told.get(server)}
            for server, at, sure in handed
        ]

    def _prepare(self, txn: LoggingTransaction) -> None:
        if not self.ready:
            txn.execute(_TABLE)
            txn.execute(_BY_TIME)
            self.ready = True

    async def _forget_old(self) -> None:
        before = int(time.time() * 1000) - KEPT_DAYS * _DAY_MS

        def forget(txn: LoggingTransaction) -> None:
            self._prepare(txn)
            txn.execute("DELETE FROM steelyard_delivered WHERE at_ms < ?", (before,))

        await self.api.run_db_interaction("steelyard_forget_deliveries", forget)
