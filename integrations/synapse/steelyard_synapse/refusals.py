# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we were told to refuse. Kept in memory, so that known-bad is refused while nobody answers."""

import base64
import hashlib
import unicodedata
from collections.abc import Mapping
from typing import Any

Reason = dict[str, str]
SHORT = 16
"""Bytes that are kept of a hash: enough that no other file has them by chance."""


class Refusals:
    """Frozen channels, muted and banned accounts, and fingerprints of content that a decision removed."""

    def __init__(self) -> None:
        self.channels: dict[str, Reason] = {}
        self.accounts: dict[str, Reason] = {}
        self.content: dict[str, Reason] = {}
        self.limited: dict[str, Reason] = {}
        """Accounts that post less often; `every`: seconds from one post to the next."""
        self.banned: dict[str, Reason] = {}
        self._posted: dict[str, float] = {}
        self.files: dict[str, frozenset[bytes]] = {}
        """Beginnings of the SHA-256 and MD5 of listed files: which lists they are on is not known here."""

    def replace_files(self, told: Mapping[str, Any]) -> None:
        self.files = {
            kind: frozenset(all_[at : at + SHORT] for at in range(0, len(all_), SHORT))
            for kind in ("sha256", "md5")
            for all_ in [base64.b64decode(told.get(kind, ""))]
        }

    def listed(self, sha256: bytes, md5: bytes) -> bool:
        """Whether a file with these hashes is refused. Says nothing of why."""
        return sha256[:SHORT] in self.files.get("sha256", ()) or md5[:SHORT] in self.files.get("md5", ())

    def replace(self, told: Mapping[str, Any]) -> None:
        self.channels = dict(told.get("channels", {}))
        self.accounts = dict(told.get("accounts", {}))
        self.content = dict(told.get("content", {}))
        self.limited = dict(told.get("limited", {}))
        self.banned = dict(told.get("banned", {}))
        self._posted = {who: at for who, at in self._posted.items() if who in self.limited}

    def applies(self, channel: str, account: str, content: str) -> Reason | None:
        by = self.banned.get(account) or self.accounts.get(account)
        return self.channels.get(channel) or by or self.content.get(content)

    def too_soon(self, account: str, now: float) -> Reason | None:
        """For a limited account, whose post counts when it is let through here. `now`: seconds that only grow."""
        reason = self.limited.get(account)
        if reason is None:
            return None
        before = self._posted.get(account)
        if before is not None and now - before < float(reason.get("every") or 0):
            return reason
        self._posted[account] = now
        return None

    def met_by(self, channel: str, account: str) -> list[str]:
        """What a post of `account` in `channel` meets here, whatever its words, for whoever only asks."""
        lists = {"frozen": (self.channels, channel), "muted": (self.accounts, account),
                 "limited": (self.limited, account), "banned": (self.banned, account)}  # fmt: skip
        return [mark for mark, (entries, id_) in lists.items() if id_ in entries]

    def counts(self) -> dict[str, int]:
        return {
            "channels": len(self.channels),
            "accounts": len(self.accounts),
            "content": len(self.content),
            "limited": len(self.limited),
            "banned": len(self.banned),
            "files": sum(map(len, self.files.values())),
        }


def words_of(kind: str, content: Mapping[str, Any]) -> str:
    """The words a reader would see of an event; "" for an encrypted one."""
    fresh = content.get("m.new_content")
    # Only an edit shows its new content; in any other post it would be a decoy.
    shown = fresh if isinstance(fresh, dict) and edited(content) else content
    found = shown.get({"m.room.topic": "topic", "m.room.name": "name"}.get(kind, "body"), "")
    if kind == "m.reaction":
        relation = content.get("m.relates_to")
        found = relation.get("key", "") if isinstance(relation, dict) else ""
    return found if isinstance(found, str) else ""


def edited(content: Mapping[str, Any]) -> str:
    """The post that this content edits, or ""."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.replace":
        return ""
    target = relation.get("event_id")
    return target if isinstance(target, str) else ""


def fingerprint(words: str) -> str:
    """SHA-256 of the words without differences of width, case and spacing; "" for no words."""
    plain = " ".join(unicodedata.normalize("NFKC", words).casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest() if plain else ""
