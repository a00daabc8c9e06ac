"""Files of posts on the homeserver. Nobody is handed one that is in quarantine, and its bytes are kept.

What was removed may have to be preserved (Regulation (EU) 2021/784, Art. 6) or given back: `flows.erase_files` decides
when bytes are destroyed, never this.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

from steelyard.enforcement.connectors.matrix import links
from steelyard.enforcement.connectors.matrix.wire import Absent, Wire


class Files:
    def __init__(self, wire: Wire, token: str) -> None:
        """`token` is an administrator's."""
        self._wire, self._token = wire, token

    def quarantine(self, uris: Sequence[str]) -> dict[str, list[str]]:
        return self._each(uris, held=True)

    def release(self, uris: Sequence[str]) -> dict[str, list[str]]:
        return self._each(uris, held=False)

    def erase(self, uris: Sequence[str]) -> list[str]:
        """Destroy the bytes, of this homeserver's own uploads. Returns those that are gone now."""
        return [uri for uri in uris if self._is_erased(uri)]

    def _is_erased(self, uri: str) -> bool:
        if (found := links.read_media(uri)) is None:
            return False
        with suppress(Absent):
            self._admin("DELETE", "media", found)
        try:
            self._admin("GET", "media", found)
        except Absent:
            return True
        return False

    def _each(self, uris: Sequence[str], *, held: bool) -> dict[str, list[str]]:
        answer: dict[str, list[str]] = {"done": [], "already": [], "missing": []}
        for uri in uris:
            answer[self._one(uri, held=held)].append(uri)
        return answer

    def _one(self, uri: str, *, held: bool) -> str:
        found = links.read_media(uri)
        if found is None:
            return "missing"
        try:
            if bool(self._admin("GET", "media", found)["media_info"]["quarantined_by"]) == held:
                return "already"
            self._quarantine(found, held=held)
        except Absent:
            return "missing"
        return "done"

    def _quarantine(self, found: tuple[str, str], *, held: bool) -> None:
        self._admin("POST", "media/quarantine" if held else "media/unquarantine", found)

    def _admin(self, method: str, what: str, found: tuple[str, str]) -> dict[str, Any]:
        server, name = (quote(part, safe="") for part in found)
        asked: dict[str, str] | None = {} if method == "POST" else None
        return self._wire.call(
            method, f"/_synapse/admin/v1/{what}/{server}/{name}", token=self._token, json=asked
        )
