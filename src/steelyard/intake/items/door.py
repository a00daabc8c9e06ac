"""`POST /v1/items`: who asks, what was sent, and the answer. Knows neither Django nor granian.

Requests that arrive together are screened together, because folding a batch costs little more than folding a part
of it. A text that is clean is answered in a few bytes and not looked at again.
"""

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, ClassVar, cast

import msgspec

from steelyard.base.errors import BadInput
from steelyard.intake.items.keys import Key, Keys
from steelyard.screening.engine import Item, Screen, Verdict

LARGEST = 8 * 1024 * 1024
"""Bytes of a request."""
MOST = 1000
"""Items of a request."""
GATHERING = 0.0007
"""Seconds that the first request waits for others to be screened with."""
REMEMBERED = 1000
"""Answers kept for their Idempotency-Key, the newest."""


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """An item as it is sent. Screened as it is: it has what an `Item` has."""

    id: str
    text: str
    surface: str = "public_channel"
    facts: dict[str, int | str | bool] = {}
    media: ClassVar[tuple[()]] = ()


class Sent(msgspec.Struct, frozen=True, gc=False):
    items: list[Incoming]


class Clean(msgspec.Struct, frozen=True, gc=False):
    id: str
    action: str = "allow"


class Answered(msgspec.Struct, frozen=True, gc=False):
    policy: str
    verdicts: list[Verdict | Clean]


class Turned(Exception):
    """A request that is not served: the status, what happened, and what to do."""

    def __init__(self, status: int, what: str, do: str) -> None:
        super().__init__(what)
        self.status, self.what, self.do = status, what, do


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sent).decode


class Door:
    def __init__(self, keys: Keys, screen: Callable[[], Screen]) -> None:
        self._keys, self._screen = keys, screen
        self._waiting: list[tuple[list[Incoming], asyncio.Future[bytes]]] = []
        self._answers: OrderedDict[tuple[str, str], tuple[bytes, bytes]] = OrderedDict()

    def admit(self, authorization: str) -> Key:
        """Raises Turned where the key may not send items."""
        key = self._keys.of(authorization.removeprefix("Bearer "))
        if key is None:
            raise Turned(
                401, "This key is not known.", "Send “Authorization: Bearer” and a key of this house."
            )
        if "items" not in key.scopes:
            raise Turned(403, "This key may not send items.", "Ask for a key with the scope “items”.")
        return key

    async def items(self, key: Key, body: bytes, once: str = "") -> bytes:
        """The answer to one request. With the same `once` and body it is the same answer again."""
        if not once:
            return await self._screened(_read(body))
        place, digest = (key.fingerprint, once), hashlib.sha256(body).digest()
        if known := self._answers.get(place):
            if known[0] != digest:
                what = "This Idempotency-Key was used for another request."
                raise Turned(422, what, "Send another key, or the same items.")
            return known[1]
        answer = await self._screened(_read(body))
        self._answers[place] = (digest, answer)
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return answer

    def _screened(self, items: list[Incoming]) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting.append((items, future))
        if len(self._waiting) == 1:
            loop.call_later(GATHERING, self._screen_waiting)
        return future

    def _screen_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        screen, together = self._screen(), [item for items, _ in waiting for item in items]
        try:
            noticed = screen.noticed_items(cast("list[Item]", together))
        except Exception as fault:  # each of them hears of it; none waits for ever
            for _, future in waiting:
                if not future.done():
                    future.set_exception(fault)
            return
        verdicts: list[Verdict | Clean] = [Clean(item.id) for item in together]
        for number, verdict in noticed.items():
            verdicts[number] = verdict
        first = 0
        for items, future in waiting:
            if not future.done():
                future.set_result(_encode(Answered(screen.version, verdicts[first : first + len(items)])))
            first += len(items)


def _read(body: bytes) -> list[Incoming]:
    try:
        items = _decode(body).items
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        items = _read_patiently(body, str(fault))
    if len(items) > MOST:
        raise Turned(413, f"These are {len(items)} items.", f"Send at most {MOST} in one request.")
    return items


def _read_patiently(body: bytes, fault: str) -> list[Incoming]:
    """Strangers write the texts: half a surrogate pair in one of them must not stop a batch."""
    do = 'Send {"items": [{"id": "…", "text": "…"}]}.'
    try:
        found: Any = json.loads(body.decode("utf-8", "replace"))
        return msgspec.convert(found, Sent).items
    except (ValueError, RecursionError, msgspec.ValidationError):
        raise Turned(400, f"This request cannot be read: {fault}.", do) from None


def told(fault: Exception) -> tuple[int, bytes]:
    """Status and body of an answer that is none."""
    if isinstance(fault, Turned):
        return fault.status, _encode({"error": {"what": fault.what, "do": fault.do}})
    if isinstance(fault, BadInput):
        return 400, _encode({"error": {"what": fault.what, "do": fault.do}})
    return 503, _encode({"error": {"what": "Not screened.", "do": "Send it again."}})
