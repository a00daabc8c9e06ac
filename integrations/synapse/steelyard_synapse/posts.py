# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which posts there have been: ids only, so that our side can tell which it never received."""

import time
from typing import Any

from synapse.storage.database import LoggingTransaction

SETTLED_MS = 15_000
"""Younger posts may still be on their way to us."""


def posts_after(txn: LoggingTransaction, after: int | None, settled_ms: int, limit: int) -> dict[str, Any]:
    """Ids of the next settled posts and the cursor to ask with next; without `after`, only where we are now."""
    if after is None:
        txn.execute("SELECT COALESCE(MAX(stream_ordering), 0) FROM events")
        row = txn.fetchone()
        return {"posts": [], "cursor": str(row[0] if row else 0)}
    txn.execute(
        "SELECT stream_ordering, event_id FROM events"
        " WHERE stream_ordering > ? AND type IN ('m.room.message', 'm.sticker')"
        " AND NOT outlier AND received_ts < ? ORDER BY stream_ordering LIMIT ?",
        (after, int(time.time() * 1000) - settled_ms, limit),
    )
    rows = txn.fetchall()
    return {"posts": [event for _, event in rows], "cursor": str(rows[-1][0] if rows else after)}
