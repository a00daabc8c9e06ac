"""HTTP with a homeserver, and the one decision that matters about a failure: is it worth retrying?"""

import time
from http import HTTPStatus
from typing import Any

import httpx
from django.utils.translation import gettext_noop as _

from steelyard.base.errors import Refused, Unreachable

WORTH_RETRYING = {
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT,
    HTTPStatus.NOT_IMPLEMENTED,  # the module says so while hiding is switched off: until its operator acts
}  # fmt: skip
TIMEOUT = 15.0  # seconds; a busy Synapse on a small machine answers within a few


class Denied(Refused):
    """The homeserver said no, with its error code and, where it said more, all of it."""

    def __init__(
        self, what: str, why: str = "", do: str = "", *, code: str = "", said: dict[str, Any] | None = None
    ) -> None:
        super().__init__(what, why, do)
        self.code, self.said = code, said or {}


class Absent(Denied):
    """The homeserver says there is no such thing (or that the asker may not know)."""


def silent(fault: BaseException) -> Unreachable:
    """What is said when it does not answer; the same for members and for our own work."""
    return Unreachable(
        _("The messenger does not answer at the moment."),
        type(fault).__name__,
        _("Try again in a moment. What is to be done there is kept and will be done."),
    )


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
            raise silent(fault) from fault
        except ValueError:
            said = {}
        return _judge(answer.status_code, said if isinstance(said, dict) else {})

    def download(self, path: str, *, token: str, most: int) -> bytes | None:
        """A file, or None when it is larger than `most` bytes. Raises as `call` does."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        content, until = bytearray(), time.monotonic() + TIMEOUT
        try:
            with self._http.stream("GET", path, headers=headers) as answer:
                _judge(answer.status_code, {})
                for part in answer.iter_raw(1 << 16):
                    content += part
                    if len(content) > most:
                        return None
                    if time.monotonic() > until:
                        raise httpx.ReadTimeout("The file came too slowly.")
        except httpx.HTTPError as fault:
            raise silent(fault) from fault
        return bytes(content)

    def close(self) -> None:
        self._http.close()


def _judge(status: int, said: dict[str, Any]) -> dict[str, Any]:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return said
    why, code = str(said.get("error", f"HTTP status {status}")), str(said.get("errcode", ""))
    if status == HTTPStatus.NOT_FOUND:
        raise Absent(_("The messenger knows no such thing."), why, code=code, said=said)
    if status in WORTH_RETRYING:
        raise Unreachable(_("The messenger cannot do this at the moment."), why, _("Try again in a moment."))
    raise Denied(_("The messenger refused this."), why, code=code, said=said)
