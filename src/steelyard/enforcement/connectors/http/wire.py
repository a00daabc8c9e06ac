"""One signed message to a platform, and the one decision that matters about a failure: is it worth retrying?"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx
import msgspec

from steelyard.base.clock import now
from steelyard.base.errors import Refused, Unreachable, gettext_noop
from steelyard.base.webhooks import signed_headers

TIMEOUT = 10.0
LARGEST_ANSWER = 4 * 1024 * 1024
WORTH_RETRYING = {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}


class Wire:
    """One platform's address. Redirects are not followed: the operator named this address and no other."""

    def __init__(self, address: str, secrets: Callable[[], tuple[str, ...]]) -> None:
        self._address, self._secrets = address, secrets
        self._http = httpx.Client(timeout=TIMEOUT, trust_env=False, follow_redirects=False)

    def tell(self, message: str, said: dict[str, Any]) -> dict[str, Any]:
        """Send one message under its id. Raises Unreachable (again, with the same id) or Refused (do not)."""
        body = msgspec.json.encode(said)
        headers = signed_headers(self._secrets(), message, now(), body) | {"content-type": "application/json"}
        try:
            answer = self._http.post(self._address, content=body, headers=headers)
        except httpx.HTTPError as fault:
            raise Unreachable(
                gettext_noop("The platform does not answer at the moment."), type(fault).__name__,
                gettext_noop("Nothing has to be done: it is tried again until it answers."),
            ) from fault  # fmt: skip
        return _judged(answer)

    def download(self, address: str, most: int) -> bytes | None:
        """A file of at most `most` bytes, else None. Raises Unreachable."""
        content = bytearray()
        try:
            with self._http.stream("GET", address) as answer:
                if answer.status_code != HTTPStatus.OK:
                    return None
                for part in answer.iter_bytes(1 << 16):
                    content += part
                    if len(content) > most:
                        return None
        except httpx.HTTPError as fault:
            raise Unreachable(gettext_noop("The platform does not answer at the moment.")) from fault
        return bytes(content)

    def close(self) -> None:
        self._http.close()


def _judged(answer: httpx.Response) -> dict[str, Any]:
    status = answer.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in WORTH_RETRYING:
        raise Unreachable(
            gettext_noop("The platform cannot do this at the moment."), f"HTTP status {status}."
        )
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(
            gettext_noop("The platform refused this."), f"HTTP status {status}.",
            gettext_noop("Ask its operator why, then try the measure again."),
        )  # fmt: skip
    try:
        said = msgspec.json.decode(answer.content[:LARGEST_ANSWER]) if answer.content else {}
    except msgspec.DecodeError:
        said = None
    if not isinstance(said, dict):
        raise Unreachable(gettext_noop("The platform's answer cannot be read."), "It is no JSON object.")
    return said
