# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reports made in any client, with every field the client sent. Synapse collects them and shows less."""

import json
from typing import Any

from synapse.storage.database import LoggingTransaction

Cursor = tuple[int, int, int]
START: Cursor = (0, 0, 0)


def read_cursor(text: str) -> Cursor:
    """ "12.0.3": the last event, room and user report seen. Raises ValueError."""
    events, rooms, users = (int(part) for part in text.split("."))
    return events, rooms, users


def reports_after(txn: LoggingTransaction, after: Cursor, limit: int) -> dict[str, Any]:
    """The next reports of each kind, and the cursor to ask with next time."""
    items = _items(txn, after[0], limit)
    rooms = _plain(txn, ("channel", "room_reports", "room_id"), after[1], limit)
    users = _plain(txn, ("account", "user_reports", "target_user_id"), after[2], limit)
    cursor = [
        found[-1]["number"] if found else seen
        for found, seen in zip((items, rooms, users), after, strict=True)
    ]
    return {"reports": items + rooms + users, "cursor": ".".join(map(str, cursor))}


def _items(txn: LoggingTransaction, after: int, limit: int) -> list[dict[str, Any]]:
    txn.execute(
        "SELECT r.id, r.received_ts, r.user_id, r.room_id, r.event_id, r.reason, r.content, j.json"
        " FROM event_reports r LEFT JOIN event_json j ON j.event_id = r.event_id"
        " WHERE r.id > ? ORDER BY r.id LIMIT ?",
        (after, limit),
    )
    return [
        {
            "kind": "item", "number": number, "at": at, "reporter": reporter, "channel": room, "item": event,
            "reason": reason or "", "body": json.loads(body or "{}"),
            "event": json.loads(stored) if stored else None,
        }
        for number, at, reporter, room, event, reason, body, stored in txn.fetchall()
    ]  # fmt: skip


def _plain(
    txn: LoggingTransaction, about: tuple[str, str, str], after: int, limit: int
) -> list[dict[str, Any]]:
    kind, table, column = about
    txn.execute(
        f"SELECT id, received_ts, user_id, {column}, reason FROM {table} WHERE id > ? ORDER BY id LIMIT ?",
        (after, limit),
    )
    return [
        {"kind": kind, "number": number, "at": at, "reporter": reporter, kind: target, "reason": reason or ""}
        for number, at, reporter, target, reason in txn.fetchall()
    ]
