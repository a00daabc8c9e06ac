"""Send a platform's posts to Steelyard, and read what it sends back. Standard library only.

steelyard = Steelyard("https://items.example.org", key)
verdicts = steelyard.screen([{"id": "1", "text": "hello", "author": "uma", "channel": "market"}])
message = webhook(secret, request.headers, request.body)
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Refused", "Steelyard", "Unreachable", "webhook"]

AT_ONCE = 500
"""Items of one request."""
TOLERANCE = 300
"""Seconds that a callback may be old."""


class Refused(Exception):
    """It was not taken and will not be: what happened, and what to do."""

    def __init__(self, status: int, what: str, do: str = "") -> None:
        super().__init__(f"{what} {do}".strip())
        self.status, self.what, self.do = status, what, do


class Unreachable(Exception):
    """It was not taken; nothing is wrong with what was sent. Send the same again later."""


class Steelyard:
    """One house. Holds no connection, so it may be shared between threads."""

    def __init__(self, address: str, key: str, *, timeout: float = 10.0, tries: int = 5) -> None:
        self._address, self._key, self._timeout, self._tries = address.rstrip("/"), key, timeout, tries

    def screen(self, items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """One verdict for each item, in their order. Raises Refused or Unreachable."""
        verdicts: list[dict[str, Any]] = []
        for first in range(0, len(items), AT_ONCE):
            answer = self._post("/v1/items", {"items": list(items[first : first + AT_ONCE])})
            verdicts += answer["verdicts"]
        return verdicts

    def hand_over(self, items: Sequence[Mapping[str, Any]]) -> int:
        """Have items screened in their turn, without waiting for verdicts. Returns how many are kept."""
        return sum(
            self._post("/v1/items", {"items": list(items[first : first + AT_ONCE])}, later=True)["accepted"]
            for first in range(0, len(items), AT_ONCE)
        )

    def report(self, reports: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Hand on what members report: {"taken": [...], "known": [...]}."""
        return self._post("/v1/reports", {"reports": list(reports)})

    def _post(self, path: str, said: Mapping[str, Any], *, later: bool = False) -> dict[str, Any]:
        body = json.dumps(said).encode()
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "Idempotency-Key": hashlib.sha256(path.encode() + body).hexdigest(),
        }
        if later:
            headers["Prefer"] = "respond-async"
        fault = ""
        for attempt in range(self._tries):
            if attempt:
                time.sleep(min(0.2 * 2**attempt, 5))
            request = urllib.request.Request(self._address + path, body, headers)  # noqa: S310
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as answer:  # noqa: S310
                    return dict(json.load(answer))
            except urllib.error.HTTPError as refusal:
                fault = _judged(refusal)
            except OSError as trouble:
                fault = type(trouble).__name__
        raise Unreachable(f"Steelyard does not take this at the moment ({fault}).")


def _judged(refusal: urllib.error.HTTPError) -> str:
    """Why to try again. Raises Refused where that is useless."""
    try:
        said = json.load(refusal)["error"]
    except (ValueError, KeyError, TypeError):
        said = {"what": f"HTTP status {refusal.code}.", "do": ""}
    if refusal.code in (408, 425, 429) or refusal.code >= 500:  # noqa: PLR2004
        return str(said["what"])
    raise Refused(refusal.code, said["what"], said.get("do", "")) from None


def webhook(
    secret: str, headers: Mapping[str, str], body: bytes, *, now: float | None = None
) -> dict[str, Any]:
    """The message of a callback (Standard Webhooks). Its `webhook-id` is the same when it is sent again.

    Raises Refused when it is not from Steelyard, or too old.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not stamp.isdigit() or abs((time.time() if now is None else now) - int(stamp)) > TOLERANCE:
        raise Refused(400, "This callback is too old, or a clock is wrong.")
    key = base64.b64decode(secret[len("whsec_") :] if secret.startswith("whsec_") else secret)
    signed = hmac.new(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(signed).decode()
    if not any(hmac.compare_digest(wanted, each) for each in given.get("webhook-signature", "").split()):
        raise Refused(401, "The signature of this callback is not right.")
    return dict(json.loads(body))
