# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hide posts from every reader of this homeserver, and bring them back exactly as they were.

This is the one file that relies on Synapse's private interfaces: the `soft_failed` flag of an event's
internal metadata (readers are not shown such events), the event cache, and the relations through which an
edit or a thread's newest reply would show a hidden text elsewhere. The self-test tries it at every start
and switches it off when the answer is wrong. Clients that hold a post already keep it until it is redacted;
other homeservers are not reached.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from synapse.module_api import ModuleApi
from synapse.storage.database import LoggingTransaction

Row = tuple[Any, ...]


class Hiding:
    def __init__(self, api: ModuleApi) -> None:
        self.api = api
        self.store = api._store
        self.ready = False

    async def prepare(self) -> None:
        """Our own two tables, inside Synapse's database, so that they are backed up together."""

        def create(txn: LoggingTransaction) -> None:
            txn.execute(
                "CREATE TABLE IF NOT EXISTS steelyard_hidden (event_id TEXT PRIMARY KEY,"
                " root_id TEXT NOT NULL, room_id TEXT NOT NULL, case_ref TEXT NOT NULL,"
                " relations TEXT NOT NULL)"
            )
            txn.execute("CREATE INDEX IF NOT EXISTS steelyard_hidden_root ON steelyard_hidden (root_id)")
            txn.execute(
                "CREATE TABLE IF NOT EXISTS steelyard_notes (name TEXT PRIMARY KEY, note TEXT NOT NULL)"
            )

        await self.api.run_db_interaction("steelyard_prepare", create)
        self.ready = True

    async def hide(self, events: Sequence[str], case: str) -> dict[str, list[str]]:
        """Hide posts together with their edits. A post named by one of its edits is hidden whole."""
        return await self.api.run_db_interaction("steelyard_hide", self._hide, events, case)

    async def restore(self, events: Sequence[str]) -> dict[str, list[str]]:
        """Bring back what `hide` hid; what Synapse itself rejected stays rejected."""
        return await self.api.run_db_interaction("steelyard_restore", self._restore, events)

    async def is_hidden(self, event: str) -> bool:
        if not self.ready:
            return False

        def look(txn: LoggingTransaction) -> bool:
            txn.execute("SELECT 1 FROM steelyard_hidden WHERE event_id = ?", (event,))
            return txn.fetchone() is not None

        return await self.api.run_db_interaction("steelyard_is_hidden", look)

    async def note(self, name: str) -> str | None:
        def read(txn: LoggingTransaction) -> str | None:
            txn.execute("SELECT note FROM steelyard_notes WHERE name = ?", (name,))
            found = txn.fetchone()
            return str(found[0]) if found else None

        return await self.api.run_db_interaction("steelyard_note", read)

    async def keep_note(self, name: str, note: str) -> None:
        def write(txn: LoggingTransaction) -> None:
            txn.execute(
                "INSERT INTO steelyard_notes VALUES (?, ?)"
                " ON CONFLICT (name) DO UPDATE SET note = excluded.note",
                (name, note),
            )

        await self.api.run_db_interaction("steelyard_keep_note", write)

    # What runs inside the transaction.

    def _hide(self, txn: LoggingTransaction, events: Sequence[str], case: str) -> dict[str, list[str]]:
        done, already, missing = [], [], []
        for event in events:
            if _one(txn, "SELECT 1 FROM steelyard_hidden WHERE event_id = ?", event):
                already.append(event)
                continue
            root = self._root(txn, event)
            family = self._with_edits(txn, root)
            found = [member for member in family if self._hide_one(txn, member, root, case)]
            (done if found else missing).append(event)
        return {"done": done, "already": already, "missing": missing}

    def _restore(self, txn: LoggingTransaction, events: Sequence[str]) -> dict[str, list[str]]:
        done, already, missing = [], [], []
        restored: set[str] = set()
        for event in events:
            hidden = _one(txn, "SELECT root_id FROM steelyard_hidden WHERE event_id = ?", event)
            if hidden is None:
                known = event in restored or _one(txn, "SELECT 1 FROM events WHERE event_id = ?", event)
                (already if known else missing).append(event)
                continue
            restored.update(self._restore_family(txn, hidden[0]))
            done.append(event)
        return {"done": done, "already": already, "missing": missing}

    def _hide_one(self, txn: LoggingTransaction, event: str, root: str, case: str) -> bool:
        stored = _one(
            txn,
            "SELECT e.room_id, j.internal_metadata FROM events e JOIN event_json j USING (event_id)"
            " WHERE e.event_id = ?",
            event,
        )
        if stored is None:
            return False
        if json.loads(stored[1]).get("soft_failed"):
            return True  # Synapse rejected it itself: invisible already, and not ours to restore
        relations = self._take_relations(txn, event, stored[0])
        txn.execute(
            "INSERT INTO steelyard_hidden VALUES (?, ?, ?, ?, ?)",
            (event, root, stored[0], case, json.dumps(relations)),
        )
        self._flag(txn, event, stored[1], hidden=True)
        return True

    def _restore_family(self, txn: LoggingTransaction, root: str) -> list[str]:
        txn.execute(
            "SELECT h.event_id, h.room_id, h.relations, j.internal_metadata FROM steelyard_hidden h"
            " JOIN event_json j USING (event_id) WHERE h.root_id = ?",
            (root,),
        )
        family = txn.fetchall()
        for event, room, relations, metadata in family:
            self._flag(txn, event, metadata, hidden=False)
            self._put_relations(txn, event, room, json.loads(relations))
        txn.execute("DELETE FROM steelyard_hidden WHERE root_id = ?", (root,))
        return [event for event, *_ in family]

    def _flag(self, txn: LoggingTransaction, event: str, metadata: str, *, hidden: bool) -> None:
        """The private interface itself: the flag that readers' queries obey, and the cache that remembers."""
        fields = json.loads(metadata)
        fields.pop("soft_failed", None)
        if hidden:
            fields["soft_failed"] = True
        txn.execute(
            "UPDATE event_json SET internal_metadata = ? WHERE event_id = ?", (json.dumps(fields), event)
        )
        self.store.invalidate_get_event_cache_after_txn(txn, event)

    def _root(self, txn: LoggingTransaction, event: str) -> str:
        edited = _one(
            txn,
            "SELECT r.relates_to_id FROM event_relations r JOIN events e USING (event_id)"
            " JOIN events o ON o.event_id = r.relates_to_id"
            " WHERE r.event_id = ? AND r.relation_type = 'm.replace' AND o.sender = e.sender",
            event,
        )
        return str(edited[0]) if edited else event

    def _with_edits(self, txn: LoggingTransaction, root: str) -> list[str]:
        txn.execute(
            "SELECT r.event_id FROM event_relations r JOIN events e USING (event_id)"
            " JOIN events o ON o.event_id = r.relates_to_id"
            " WHERE r.relates_to_id = ? AND r.relation_type = 'm.replace' AND o.sender = e.sender",
            (root,),
        )
        return [root, *(str(event) for (event,) in txn.fetchall())]

    # Relations: an original's edits and a thread's newest reply are shown through them.

    def _take_relations(self, txn: LoggingTransaction, event: str, room: str) -> list[Row]:
        txn.execute(
            "SELECT relates_to_id, relation_type, aggregation_key FROM event_relations WHERE event_id = ?",
            (event,),
        )
        taken = txn.fetchall()
        if taken:
            txn.execute("DELETE FROM event_relations WHERE event_id = ?", (event,))
            self._forget_relations(txn, room, taken)
        return taken

    def _put_relations(self, txn: LoggingTransaction, event: str, room: str, rows: Iterable[Row]) -> None:
        rows = list(rows)
        redacted = rows and _one(txn, "SELECT 1 FROM redactions WHERE redacts = ?", event)
        if not rows or redacted:
            return  # Synapse drops the relations of a redacted event, so they stay dropped
        txn.executemany(
            "INSERT INTO event_relations (event_id, relates_to_id, relation_type, aggregation_key)"
            " VALUES (?, ?, ?, ?)",
            [(event, *row) for row in rows],
        )
        self._forget_relations(txn, room, rows)

    def _forget_relations(self, txn: LoggingTransaction, room: str, rows: Iterable[Row]) -> None:
        store = self.store
        for parent, kind, _ in rows:
            drop = [(store.get_relations_for_event, (room, parent))]
            if kind == "m.reference":
                drop.append((store.get_references_for_event, (parent,)))
            if kind == "m.replace":
                drop.append((store.get_applicable_edit, (parent,)))
            if kind == "m.thread":
                drop += [
                    (store.get_thread_summary, (parent,)),
                    (store.get_thread_participated, (parent,)),
                    (store.get_threads, (room,)),
                ]
                self._newest_in_thread(txn, room, parent)
            for cached, key in drop:
                store._invalidate_cache_and_stream(txn, cached, key)

    def _newest_in_thread(self, txn: LoggingTransaction, room: str, root: str) -> None:
        newest = _one(
            txn,
            "SELECT event_id, topological_ordering, stream_ordering FROM event_relations"
            " JOIN events USING (event_id) WHERE relates_to_id = ? AND relation_type = 'm.thread'"
            " ORDER BY topological_ordering DESC, stream_ordering DESC LIMIT 1",
            root,
        )
        txn.execute("DELETE FROM threads WHERE room_id = ? AND thread_id = ?", (room, root))
        if newest:
            txn.execute(
                "INSERT INTO threads (room_id, thread_id, latest_event_id, topological_ordering,"
                " stream_ordering) VALUES (?, ?, ?, ?, ?)",
                (room, root, *newest),
            )


def _one(txn: LoggingTransaction, sql: str, value: str) -> Row | None:
    txn.execute(sql, (value,))
    return txn.fetchone()
