"""`POST /v1/items` and `/v1/reports`: who asks, what was sent, and the answer. Knows neither Django nor a server.

Requests that arrive together are screened together, because a larger batch costs little more than a small one. A text
that is clean is answered in a few bytes and not looked at again. Items that something follows from are durably in the
stream before their platform hears of it.
"""

import asyncio
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, cast

import msgspec

from steelyard.base.errors import BadInput, Unreachable
from steelyard.intake.items.keys import Key, Keys
from steelyard.intake.items.shapes import (
    Accepted,
    Answered,
    Clean,
    Incoming,
    Reported,
    Sent,
    SentReports,
    Taken,
)
from steelyard.screening.engine import Item, Screen, Verdict
from steelyard.screening.surfaces import may_screen

LARGEST = 8 * 1024 * 1024
"""Bytes of a request."""
MOST = 1000
"""Items of a request."""
TOGETHER = 16
"""Requests that are screened together at most where more keep coming: nobody waits for all of them."""
REMEMBERED = 1000
"""Answers kept for their Idempotency-Key, the newest."""


class Turned(Exception):
    """A request that is not served: the status, what happened, and what to do."""

    def __init__(self, status: int, what: str, do: str) -> None:
        super().__init__(what)
        self.status, self.what, self.do = status, what, do


class Recorder(Protocol):
    """What follows from items of a platform that is no sandbox."""

    def with_facts(self, platform: str, items: Sequence[Incoming], wanted: frozenset[str]) -> list[Incoming]:
        """The items with what was counted of their authors, channels and texts."""
        ...

    def sampled(self, platform: str, items: Sequence[Incoming]) -> list[Incoming]:
        """Those that the operator's sample takes, whatever was found in them."""
        ...

    async def wants_files(self) -> bool:
        """Whether files have to be looked at, which takes longer than an answer may."""
        ...

    async def items(self, platform: str, items: Sequence[Incoming], once: str) -> None:
        """Durable when it returns. Raises Unreachable."""
        ...

    async def reports(self, platform: str, reports: Sequence[Reported]) -> Taken: ...


class Judged(NamedTuple):
    """One request's items after the screening."""

    policy: str
    items: list[Incoming]
    noticed: dict[int, Verdict]
    """By their number in `items`; all others are clean."""
    found: list[Incoming]
    """Those that something follows from."""

    def answer(self, recorded: int = 0) -> bytes:
        """Clean items are written as runs beside their ids, without an object for each."""
        ids = list(map(_ID, self.items))
        if _ESCAPED.search("".join(ids)):
            verdicts = [self.noticed.get(number) or Clean(id_) for number, id_ in enumerate(ids)]
            return _encode(Answered(self.policy, verdicts, recorded))
        parts, first = [], 0
        for number in (*sorted(self.noticed), len(ids)):
            if run := ids[first:number]:
                parts.append(b'{"id":"' + _BETWEEN.join(run).encode() + b'","action":"allow"}')
            if number < len(ids):
                parts.append(_encode(self.noticed[number]))
            first = number + 1
        more = b',"recorded":%d' % recorded if recorded else b""
        return b'{"policy":%s,"verdicts":[%s]%s}' % (_encode(self.policy), b",".join(parts), more)


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Sent).decode
_decode_reports = msgspec.json.Decoder(SentReports).decode
_ID, _SURFACE = attrgetter("id"), attrgetter("surface")
_BETWEEN = '","action":"allow"},{"id":"'
_ESCAPED = re.compile('["\\\\\x00-\x1f\ud800-\udfff]')
"""What JSON writes otherwise than it is."""
_NOT_READ = Verdict("", cast("Any", "allow"), notes=("not_screened",))


class Door:
    def __init__(
        self,
        keys: Keys,
        screen: Callable[[], Screen],
        recorder: Recorder | None = None,
        platforms: frozenset[str] = frozenset(),
    ) -> None:
        self._keys, self._screen, self._recorder, self._platforms = keys, screen, recorder, platforms
        self._waiting: list[tuple[list[Incoming], asyncio.Future[Judged]]] = []
        self._answers: OrderedDict[tuple[str, str], tuple[bytes, bytes]] = OrderedDict()

    def admit(self, authorization: str, scope: str = "items") -> Key:
        """Raises Turned where the key may not do that."""
        key = self._keys.of(authorization.removeprefix("Bearer "))
        if key is None:
            raise Turned(
                401, "This key is not known.", "Send “Authorization: Bearer” and a key of this house."
            )
        if scope not in key.scopes:
            raise Turned(403, f"This key may not send {scope}.", f"Ask for a key with the scope “{scope}”.")
        if key.platform and key.platform not in self._platforms:
            raise Turned(403, "This key's platform is no longer attached.", "Ask the operator of this house.")
        return key

    async def items(self, key: Key, body: bytes, once: str = "", *, later: bool = False) -> bytes:
        """The answer to one request. With the same `once` and body it is the same answer again."""
        if not once:
            return await self._answer(key, body, later)
        place, digest = (key.fingerprint, once), hashlib.sha256(body).digest()
        if known := self._answers.get(place):
            if known[0] != digest:
                what = "This Idempotency-Key was used for another request."
                raise Turned(422, what, "Send another key, or the same items.")
            return known[1]
        answer = await self._answer(key, body, later)
        self._answers[place] = (digest, answer)
        if len(self._answers) > REMEMBERED:
            self._answers.popitem(last=False)
        return answer

    async def reports(self, key: Key, body: bytes) -> bytes:
        """Take reports, each once by its id. A sandbox key's reports are read and forgotten."""
        reports = _read_reports(body)
        if self._recorder is None or key.sandbox:
            return _encode(Taken([each.id for each in reports], []))
        return _encode(await self._recorder.reports(key.platform, reports))

    async def _answer(self, key: Key, body: bytes, later: bool) -> bytes:
        items = _read(body)
        if key.sandbox or self._recorder is None:
            if later:
                return _encode(Accepted(len(items)))
            judged = await self._judged(items)
            return judged.answer()
        _check(items)
        # The same body again is the same parcel, so a platform that heard no answer may simply repeat itself.
        name = hashlib.sha256(body).hexdigest()
        if later:
            await self._recorder.items(key.platform, items, name)
            return _encode(Accepted(len(items)))
        if wanted := self._screen().facts_wanted:
            items = self._recorder.with_facts(key.platform, items, wanted)
        judged = await self._judged(items)
        found = judged.found
        if any(item.files for item in items) and await self._recorder.wants_files():
            found = [*found, *(item for item in items if item.files and item not in found)]
        also = [item for item in self._recorder.sampled(key.platform, items) if item not in found]
        if found or also:
            await self._recorder.items(key.platform, [*found, *also], name)
        return judged.answer(len(found))

    def _judged(self, items: list[Incoming]) -> asyncio.Future[Judged]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Judged] = loop.create_future()
        self._waiting.append((items, future))
        if len(self._waiting) == 1:
            loop.call_soon(self._gather, 1)
        return future

    def _gather(self, before: int) -> None:
        """Screen what waits as soon as nobody else comes along. While a batch is screened the next one gathers by
        itself, so waiting longer would only leave the processor idle."""
        if before < len(self._waiting) < TOGETHER:
            asyncio.get_running_loop().call_soon(self._gather, len(self._waiting))
        else:
            self._screen_waiting()

    def _screen_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        screen, together = self._screen(), [item for items, _ in waiting for item in items]
        if screen.asks_plugins:  # a classifier may take its whole budget, and nobody else waits for it here
            thread = asyncio.get_running_loop().run_in_executor(None, _noticed, screen, together)
            thread.add_done_callback(
                lambda done: self._answer_waiting(screen, waiting, together, done.result)
            )
        else:
            self._answer_waiting(screen, waiting, together, lambda: _noticed(screen, together))

    def _answer_waiting(
        self,
        screen: Screen,
        waiting: list[tuple[list[Incoming], asyncio.Future[Judged]]],
        together: list[Incoming],
        screened: Callable[[], dict[int, Verdict]],
    ) -> None:
        try:
            noticed = screened()
        except Exception as fault:  # each of them hears of it; none waits for ever
            for _, future in waiting:
                if not future.done():
                    future.set_exception(fault)
            return
        numbers, first = sorted(noticed), 0
        for items, future in waiting:
            last = first + len(items)
            mine = [number for number in numbers if first <= number < last]
            told = {number - first: noticed[number] for number in mine}
            found = [together[number] for number in mine if noticed[number].rules]
            if not future.done():
                future.set_result(Judged(screen.version, items, told, found))
            first = last


def _noticed(screen: Screen, items: list[Incoming]) -> dict[int, Verdict]:
    """Verdicts by number. What stands where we may not read is not read, and its verdict says so."""
    if all(map(may_screen, set(map(_SURFACE, items)))):
        return screen.noticed_items(cast("list[Item]", items))
    closed = [n for n, item in enumerate(items) if not may_screen(item.surface)]
    barred = set(closed)
    open_ = [number for number in range(len(items)) if number not in barred]
    found = screen.noticed_items(cast("list[Item]", [items[number] for number in open_]))
    noticed = {open_[number]: verdict for number, verdict in found.items()}
    return noticed | {n: msgspec.structs.replace(_NOT_READ, id=items[n].id) for n in closed}


def _check(items: list[Incoming]) -> None:
    for item in items:
        if not item.author or not item.channel or not item.id or len(item.id) > 255:  # noqa: PLR2004
            raise Turned(
                400, f"Item “{item.id[:40]}” does not say who wrote it and where.",
                "Send “id”, “author” and “channel” (at most 255 characters): measures and reasons need them.",
            )  # fmt: skip


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


def _read_reports(body: bytes) -> list[Reported]:
    try:
        reports = _decode_reports(body).reports
    except (msgspec.DecodeError, UnicodeDecodeError) as fault:
        do = 'Send {"reports": [{"id": "…", "about": "…", "kind": "item"}]}.'
        raise Turned(400, f"This request cannot be read: {fault}.", do) from None
    if len(reports) > MOST:
        raise Turned(413, f"These are {len(reports)} reports.", f"Send at most {MOST} in one request.")
    if wrong := next((each for each in reports if each.kind not in ("item", "channel", "account")), None):
        raise Turned(
            400, f"Report “{wrong.id[:40]}” is about no item, channel or account.", "Correct “kind”."
        )
    return reports


def told(fault: Exception) -> tuple[int, bytes]:
    """Status and body of an answer that is none."""
    if isinstance(fault, Turned):
        return fault.status, _encode({"error": {"what": fault.what, "do": fault.do}})
    if isinstance(fault, BadInput):
        return 400, _encode({"error": {"what": fault.what, "do": fault.do}})
    if isinstance(fault, Unreachable):
        return 503, _encode({"error": {"what": "Not kept: " + fault.what, "do": "Send it again."}})
    return 503, _encode({"error": {"what": "Not screened.", "do": "Send it again."}})
