"""HTTP with a homeserver, and the one decision that matters about a failure: is it worth retrying?"""

from http import HTTPStatus
from typing import Any

import httpx

from steelyard.base.errors import Refused, Unreachable

WORTH_RETRYING = {
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
}  # fmt: skip
TIMEOUT = 15.0  # seconds; a busy Synapse on a small machine answers within a few


class Absent(Refused):
    """The homeserver says there is no such thing (or that the asker may not know)."""


class Wire:
    """One homeserver. Safe to share between threads."""

    def __init__(self, homeserver: str) -> None:
        self.homeserver = homeserver.rstrip("/")
        self._http = httpx.Client(base_url=self.homeserver, timeout=TIMEOUT, trust_env=False)

    def call(
        self, method: str, path: str, *, token: str = "", json: Any = None, params: Any = None
    ) -> dict[str, Any]:
        """One request. Raises Unreachable (retry), Absent or Refused (do not)."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        try:
            answer = self._http.request(method, path, headers=headers, json=json, params=params)
            said = answer.json()
        except httpx.HTTPError as fault:
            raise Unreachable(
                f"The homeserver at {self.homeserver} did not answer.",
                type(fault).__name__,
                "Start it, or correct `homeserver` in steelyard.toml; what was to be done there is kept.",
            ) from fault
        except ValueError:
            said = {}
        return _judge(answer.status_code, said if isinstance(said, dict) else {})

    def close(self) -> None:
        self._http.close()


def _judge(status: int, said: dict[str, Any]) -> dict[str, Any]:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return said
    why = str(said.get("error", f"HTTP status {status}"))
    if status == HTTPStatus.NOT_FOUND:
        raise Absent("The homeserver knows no such thing.", why)
    if status in WORTH_RETRYING:
        raise Unreachable("The homeserver cannot do this at the moment.", why, "It will be tried again.")
    raise Refused("The homeserver refused this.", why, str(said.get("errcode", "")))
