"""The database's interface: what it takes, and how to read its answers. It speaks plain HTTP and JSON.

Read in its source (see rulebook/law/transparency_database.json): a batch is taken whole or not at all; a used
identifier is said with 302 and no place to go to; after a timeout a refusal as duplicate means that it was taken.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import httpx

from steelyard.base.config import config, home
from steelyard.base.errors import Broken, Refused, Unreachable
from steelyard.rulebook.categories import database_rules

TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_AT = re.compile(r"statement_(\d+)")
_OTHERS = 0o077


@dataclass(frozen=True)
class Answer:
    """What became of a batch. Statements that none of these names were not taken and may be sent again."""

    taken: Mapping[str, str] = field(default_factory=dict)
    """puid -> the database's uuid"""
    used: frozenset[str] = frozenset()
    """puids that it says it has, or is working on"""
    wrong: Mapping[str, str] = field(default_factory=dict)
    """puid -> what it does not accept"""


class Database:
    """One of its two servers. Close it after use."""

    def __init__(self, base: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        # it says "used" with a redirect that leads nowhere
        self._http = httpx.Client(
            base_url=base, headers=headers, timeout=TIMEOUT, trust_env=False, follow_redirects=False
        )

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def submit(self, batch: Sequence[Mapping[str, Any]]) -> Answer:
        """Send up to 100. Raises Unreachable (it may or may not have taken them) or Refused."""
        answer = self._call("POST", "/api/v1/statements", {"statements": list(batch)})
        if answer.status_code == HTTPStatus.CREATED:
            return Answer(taken=_uuids(answer, batch))
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            return _refused(_json(answer).get("errors") or {}, batch)
        raise Refused(f"The database answered {answer.status_code}.", "We do not know this answer.")

    def has(self, puid: str) -> bool:
        """Whether a statement with this identifier arrived."""
        return self._call("GET", f"/api/v1/statement/existing-puid/{puid}").status_code == HTTPStatus.FOUND

    def _call(self, method: str, path: str, json: Any = None) -> httpx.Response:
        try:
            answer = self._http.request(method, path, json=json)
        except httpx.HTTPError as trouble:
            raise Unreachable("The database does not answer.", type(trouble).__name__) from trouble
        if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise Unreachable(
                "The database does not accept our token.",
                "A new token makes the old one invalid.",
                f"Put the newest into {token_file()}.",
            )
        if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
            raise Unreachable("The database asks us to slow down.")
        if answer.is_server_error:
            raise Unreachable(f"The database is in trouble ({answer.status_code}).")
        return answer


def _uuids(answer: httpx.Response, batch: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """It took them all, whatever else its answer says."""
    told = _json(answer).get("statements")
    told = (
        {str(each.get("puid")): str(each.get("uuid", "")) for each in told} if isinstance(told, list) else {}
    )
    return {each["puid"]: told.get(each["puid"], "") for each in batch}


def _refused(errors: Mapping[str, Any], batch: Sequence[Mapping[str, Any]]) -> Answer:
    ours = {each["puid"] for each in batch}
    used = frozenset(map(str, errors.get("existing_puids") or ())) & ours
    wrong = {
        batch[int(at[1])]["puid"]: _said(fault)
        for name, fault in errors.items()
        if (at := _AT.fullmatch(name)) and int(at[1]) < len(batch)
    }
    if not used and not wrong:
        raise Refused("The database refused the batch.", _said(errors))
    return Answer(used=used, wrong=wrong)


def _said(fault: Any) -> str:
    """Field names and texts of an error, in one line."""
    if not isinstance(fault, Mapping):
        return str(fault)[:300]
    return "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in fault.items())[:300]


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        read = answer.json()
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def open_database() -> Database:
    """The server the settings name, with its token. Raises Broken when something of it is missing."""
    mode, base = config().transparency_database.mode, address()
    if not base.startswith("https://") and not re.match(r"http://(127\.0\.0\.1|localhost)[:/]", base):
        raise Broken(f"“{base}” is no address for statements of reasons.", do="Set sandbox_url, with https.")
    file = token_file()
    if mode == "off" or not file.exists():
        raise Broken("There is no token for the database.", do=f"Write it to {file}, mode 0600.")
    if file.stat().st_mode & _OTHERS:
        raise Broken(f"Others may read {file}.", do=f"chmod 600 {file}")
    return Database(base, file.read_text().strip())


def address() -> str:
    chosen = config().transparency_database
    return str(database_rules()["production_host"]) if chosen.mode == "production" else chosen.sandbox_url


def token_file() -> Path:
    return home() / "keys" / f"transparency-database-{config().transparency_database.mode}"
