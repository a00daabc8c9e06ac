# SPDX-License-Identifier: AGPL-3.0-or-later
"""Countries whose newcomers are refused, and who was last seen from where.

Only where the operator configured a country database: a CSV file of address ranges, `first,last,country`, as
published for free by several providers. Nothing is looked up anywhere else and no account's country is stored: the
addresses are those that Synapse itself keeps, for as long as it keeps them.
"""

import csv
import json
from bisect import bisect_right
from collections.abc import Collection
from ipaddress import ip_address
from typing import Any

from synapse.api.errors import Codes, SynapseError
from synapse.module_api import ModuleApi
from synapse.spam_checker_api import RegistrationBehaviour
from synapse.storage.database import LoggingTransaction

_NOTE = "closed_countries"
_TABLE = "CREATE TABLE IF NOT EXISTS steelyard_notes (name TEXT PRIMARY KEY, note TEXT NOT NULL)"
V4, V6 = 4, 6


class Places:
    def __init__(self, api: ModuleApi, database: str) -> None:
        self.api = api
        self.ranges = _read(database) if database else {}
        self._closed: frozenset[str] | None = None

    @property
    def known(self) -> bool:
        """Whether anything can be said about countries here at all."""
        return any(starts for starts, _, _ in self.ranges.values())

    async def closed_now(self) -> frozenset[str]:
        """Read once: what was closed before a restart is closed for the first newcomer after it."""
        if self._closed is None:
            self._closed = await self.api.run_db_interaction("steelyard_closed", _read_closed)
        return self._closed

    def country_of(self, address: str) -> str:
        """ISO 3166-1 alpha-2, or "" where the database says nothing of the address."""
        try:
            found = ip_address(address)
        except ValueError:
            return ""
        found = getattr(found, "ipv4_mapped", None) or found
        starts, ends, countries = self.ranges.get(found.version, ([], [], []))
        at = bisect_right(starts, int(found)) - 1
        return countries[at] if at >= 0 and int(found) <= ends[at] else ""

    async def refuses(self, address: str) -> bool:
        return bool(closed := await self.closed_now()) and self.country_of(address) in closed

    async def check_registration(
        self,
        email_threepid: dict[str, Any] | None,
        username: str | None,
        request_info: Collection[tuple[str, str]],
        auth_provider_id: str | None = None,
    ) -> RegistrationBehaviour:
        """Refused in plain words, where Synapse's own answer would be that there were too many attempts."""
        for _agent, address in request_info:
            if await self.refuses(address):
                raise SynapseError(403, "No new accounts are opened from your country.", Codes.FORBIDDEN)
        return RegistrationBehaviour.ALLOW

    async def close(self, country: str, *, closed: bool) -> bool:
        """Refuse or take newcomers from a country; returns whether that was a change."""
        if not self.known:
            raise SynapseError(
                400, "No country database is configured on this homeserver, so it cannot tell.", Codes.UNKNOWN
            )
        before = await self.closed_now()
        wanted = before | {country} if closed else before - {country}
        await self.api.run_db_interaction("steelyard_close", _write_closed, wanted)
        self._closed = wanted
        return wanted != before

    async def seen_from(self, country: str) -> dict[str, Any]:
        """The accounts last seen from a country, and how many public rooms they made."""
        if not self.known:
            return {"known": False, "accounts": [], "channels": 0}
        newest = await self.api.run_db_interaction("steelyard_seen", _newest_addresses)
        accounts = sorted({user for user, address in newest if self.country_of(address) == country})
        makers = await self.api.run_db_interaction("steelyard_makers", _makers)
        there = frozenset(accounts)
        return {"known": True, "accounts": accounts, "channels": sum(maker in there for maker in makers)}


def _read(file: str) -> dict[int, tuple[list[int], list[int], list[str]]]:
    """By IP version: where each range starts and ends, and its country. Ranges may stand in any order."""
    found: dict[int, list[tuple[int, int, str]]] = {V4: [], V6: []}
    with open(file, encoding="utf-8", newline="") as lines:  # noqa: PTH123 (a homeserver's own Python)
        for row in csv.reader(lines):
            first, last, country = ip_address(row[0].strip()), ip_address(row[1].strip()), row[2].strip()
            found[first.version].append((int(first), int(last), country.upper()))
    made = {}
    for version, rows in found.items():
        rows.sort()
        made[version] = ([r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows])
    return made


def _read_closed(txn: LoggingTransaction) -> frozenset[str]:
    txn.execute(_TABLE)
    txn.execute("SELECT note FROM steelyard_notes WHERE name = ?", (_NOTE,))
    row = txn.fetchone()
    return frozenset(json.loads(row[0])) if row else frozenset()


def _write_closed(txn: LoggingTransaction, closed: frozenset[str]) -> None:
    txn.execute("DELETE FROM steelyard_notes WHERE name = ?", (_NOTE,))
    txn.execute("INSERT INTO steelyard_notes (name, note) VALUES (?, ?)", (_NOTE, json.dumps(sorted(closed))))


def _newest_addresses(txn: LoggingTransaction) -> list[tuple[str, str]]:
    txn.execute(
        "SELECT u.user_id, u.ip FROM user_ips u JOIN"
        " (SELECT user_id, MAX(last_seen) AS at FROM user_ips GROUP BY user_id) n"
        " ON n.user_id = u.user_id AND n.at = u.last_seen"
    )
    return [(user, address) for user, address in txn.fetchall()]


def _makers(txn: LoggingTransaction) -> list[str]:
    txn.execute("SELECT creator FROM rooms WHERE is_public AND creator IS NOT NULL")
    return [maker for (maker,) in txn.fetchall()]
