# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files posts show, so that a post goes together with its files and comes back with them.

Only files that the post's author put there: anybody can name the address of somebody else's file in a post, and must
not be able to have it taken away like that.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from synapse.module_api import ModuleApi
from synapse.storage.database import LoggingTransaction

_TABLE = (
    "CREATE TABLE IF NOT EXISTS steelyard_files"
    " (uri TEXT NOT NULL, event_id TEXT NOT NULL, PRIMARY KEY (uri, event_id))"
)
_FAMILY = (
    "SELECT j.event_id, j.json FROM event_json j WHERE j.event_id = ?"
    " UNION SELECT j.event_id, j.json FROM event_relations r JOIN event_json j USING (event_id)"
    " JOIN events e USING (event_id) JOIN events o ON o.event_id = r.relates_to_id"
    " WHERE r.relates_to_id = ? AND r.relation_type = 'm.replace' AND e.sender = o.sender"
    " UNION SELECT j.event_id, j.json FROM steelyard_hidden h JOIN event_json j USING (event_id)"
    " WHERE h.root_id = ?"
)
PREFIX = "mxc://"


class Files:
    def __init__(self, api: ModuleApi) -> None:
        self.api = api

    async def shown_by(self, events: Sequence[str]) -> list[str]:
        """Addresses of the files in these posts and their edits; noted, so that `freed_with` knows them."""
        return await self.api.run_db_interaction("steelyard_files", self._shown_by, events)

    async def freed_with(self, events: Sequence[str]) -> list[str]:
        """Of the files noted with these posts, those that no other hidden post shows. Changes nothing."""
        return await self.api.run_db_interaction("steelyard_freed", self._freed_with, events)

    async def noted_with(self, events: Sequence[str]) -> list[str]:
        """Files noted with these posts and with no other, also when the posts do not tell any more. Changes nothing."""
        return await self.api.run_db_interaction("steelyard_noted", self._noted_with, events)

    def _shown_by(self, txn: LoggingTransaction, events: Sequence[str]) -> list[str]:
        txn.execute(_TABLE)
        found = [(uri, member) for event in events for uri, member in self._in_family(txn, event)]
        txn.executemany("INSERT INTO steelyard_files VALUES (?, ?) ON CONFLICT DO NOTHING", found)
        return list(dict.fromkeys(uri for uri, _ in found))

    def _in_family(self, txn: LoggingTransaction, event: str) -> Iterator[tuple[str, str]]:
        txn.execute(_FAMILY, (event, event, event))
        for member, stored in txn.fetchall():
            whole = json.loads(stored)
            for uri in set(files_in(whole.get("content"))):
                if self._is_theirs(txn, uri, str(whole.get("sender", ""))):
                    yield uri, member

    def _is_theirs(self, txn: LoggingTransaction, uri: str, sender: str) -> bool:
        server, _, media = uri.removeprefix(PREFIX).partition("/")
        if server != self.api.server_name:
            return server == sender.partition(":")[2]
        txn.execute("SELECT user_id FROM local_media_repository WHERE media_id = ?", (media,))
        row = txn.fetchone()
        return bool(row) and row[0] == sender

    def _noted_with(self, txn: LoggingTransaction, events: Sequence[str]) -> list[str]:
        txn.execute(_TABLE)
        noted: dict[str, None] = {}
        for event in events:
            txn.execute("SELECT uri FROM steelyard_files WHERE event_id = ?", (event,))
            noted.update((uri, None) for (uri,) in txn.fetchall())
        return [uri for uri in noted if self._posts_with(txn, uri) <= set(events)]

    def _posts_with(self, txn: LoggingTransaction, uri: str) -> set[str]:
        txn.execute("SELECT event_id FROM steelyard_files WHERE uri = ?", (uri,))
        return {event for (event,) in txn.fetchall()}

    def _freed_with(self, txn: LoggingTransaction, events: Sequence[str]) -> list[str]:
        txn.execute(_TABLE)
        freed: dict[str, None] = {}
        for event in events:
            txn.execute(
                "SELECT DISTINCT f.uri FROM steelyard_files f JOIN steelyard_hidden h USING (event_id)"
                " WHERE h.root_id = (SELECT root_id FROM steelyard_hidden WHERE event_id = ?)",
                (event,),
            )
            freed.update((uri, None) for (uri,) in txn.fetchall())
        return [uri for uri in freed if not self._elsewhere(txn, uri, set(events))]

    def _elsewhere(self, txn: LoggingTransaction, uri: str, events: set[str]) -> bool:
        txn.execute(
            "SELECT h.event_id, h.root_id FROM steelyard_files f JOIN steelyard_hidden h USING (event_id)"
            " WHERE f.uri = ?",
            (uri,),
        )
        return any(not {event, root} & events for event, root in txn.fetchall())


def files_in(content: Any) -> Iterator[str]:
    """Every file that clients show of a post: the file, its preview, encrypted or not, and an edit's new ones."""
    if not isinstance(content, dict):
        return
    info = content.get("info")
    places = [content, content.get("file")]
    if isinstance(info, dict):
        places += [{"url": info.get("thumbnail_url")}, info.get("thumbnail_file")]
    for place in places:
        uri = place.get("url") if isinstance(place, dict) else None
        if isinstance(uri, str) and uri.startswith(PREFIX) and uri.count("/") == 3:  # noqa: PLR2004
            yield uri
    if content.get("m.new_content"):
        yield from files_in(content["m.new_content"])
