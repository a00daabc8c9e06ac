"""What Telegram does not keep for a bot: what came and is not taken yet, our chats, and what stood before a measure.

One SQLite file of mode 0600, shared by the bot's process and ours. No words stay in it: an update is erased as
soon as it is in the database.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

_TABLES = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS chats (id INTEGER PRIMARY KEY, kind TEXT, title TEXT, name TEXT, rights TEXT);
CREATE TABLE IF NOT EXISTS posts (chat INTEGER, message INTEGER, at INTEGER, author INTEGER,
  PRIMARY KEY (chat, message)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS posts_by_author ON posts (author, at);
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT, at INTEGER);
"""
DAYS_KEPT = 30
"""Which posts there were (never their words), so that a letter's hint finds the chat its reader wrote in."""


class Chat(NamedTuple):
    id: int
    kind: str
    """group, supergroup or channel"""
    title: str
    name: str
    """Its public name; "" for a private chat."""
    rights: frozenset[str]
    """What the bot may do there."""


class Store:
    """Safe to share between threads and processes: each call has a connection of its own."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        fresh = not self._file.exists()
        if fresh:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file.touch(mode=0o600)
        connection = sqlite3.connect(self._file, timeout=10)
        try:
            connection.execute("PRAGMA secure_delete = ON")
            if fresh or not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'kept'").fetchone():
                connection.executescript(_TABLES)
            with connection:
                yield connection
        finally:
            connection.close()

    def put(self, updates: Sequence[tuple[int, bytes]]) -> None:
        """Keep what came; the same update is kept once. Durable when this returns."""
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO inbox VALUES (?, ?)", updates)

    def waiting(self, most: int) -> list[tuple[int, bytes]]:
        with self._open() as db:
            return list(db.execute("SELECT id, body FROM inbox ORDER BY id LIMIT ?", [most]))

    def taken(self, ids: Sequence[int]) -> None:
        with self._open() as db:
            db.executemany("DELETE FROM inbox WHERE id = ?", [(each,) for each in ids])

    def know_chat(self, chat: Chat) -> None:
        with self._open() as db:
            db.execute(
                "INSERT OR REPLACE INTO chats VALUES (?, ?, ?, ?, ?)",
                [chat.id, chat.kind, chat.title, chat.name, " ".join(sorted(chat.rights))],
            )

    def forget_chat(self, id_: int) -> None:
        with self._open() as db:
            db.execute("DELETE FROM chats WHERE id = ?", [id_])

    def chats(self) -> list[Chat]:
        with self._open() as db:
            rows = db.execute("SELECT id, kind, title, name, rights FROM chats ORDER BY id").fetchall()
        return [
            Chat(id_, kind, title, name, frozenset(rights.split())) for id_, kind, title, name, rights in rows
        ]

    def chat(self, id_: int) -> Chat | None:
        return next((each for each in self.chats() if each.id == id_), None)

    def know_posts(self, posts: Sequence[tuple[int, int, int, int]]) -> None:
        """(chat, message, Unix time, author) of each; those older than `DAYS_KEPT` are forgotten."""
        with self._open() as db:
            db.executemany("INSERT OR IGNORE INTO posts VALUES (?, ?, ?, ?)", posts)
            if posts:
                db.execute("DELETE FROM posts WHERE at < ?", [max(p[2] for p in posts) - DAYS_KEPT * 86400])

    def posted_at(self, chat: int, message: int) -> datetime | None:
        with self._open() as db:
            row = db.execute(
                "SELECT at FROM posts WHERE chat = ? AND message = ?", [chat, message]
            ).fetchone()
        return datetime.fromtimestamp(row[0], UTC) if row else None

    def last_chat_of(self, author: int) -> int | None:
        with self._open() as db:
            row = db.execute(
                "SELECT chat FROM posts WHERE author = ? ORDER BY at DESC LIMIT 1", [author]
            ).fetchone()
        return row[0] if row else None

    def kept(self, name: str) -> Any:
        """What was kept under `name`, or None."""
        with self._open() as db:
            row = db.execute("SELECT value FROM kept WHERE name = ?", [name]).fetchone()
        return json.loads(row[0]) if row else None

    def keep(self, name: str, value: Any, at: datetime) -> None:
        with self._open() as db:
            db.execute(
                "INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", [name, json.dumps(value), int(at.timestamp())]
            )

    def kept_below(self, prefix: str) -> dict[str, Any]:
        with self._open() as db:
            rows = db.execute(
                "SELECT name, value FROM kept WHERE name >= ? AND name < ?", [prefix, prefix + "\U0010ffff"]
            ).fetchall()
        return {name.removeprefix(prefix): json.loads(value) for name, value in rows}

    def drop(self, name: str) -> None:
        with self._open() as db:
            db.execute("DELETE FROM kept WHERE name = ?", [name])
