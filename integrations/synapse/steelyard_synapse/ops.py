# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Steelyard may ask of this homeserver, under /_synapse/client/steelyard/, with the shared secret."""

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from synapse.api.errors import Codes, SynapseError
from synapse.http.servlet import (
    parse_integer,
    parse_json_object_from_request,
    parse_string,
    parse_strings_from_args,
)
from synapse.module_api import DirectServeJsonResource, ModuleApi

from steelyard_synapse.gate import Gate
from steelyard_synapse.hiding import Hiding
from steelyard_synapse.places import Places
from steelyard_synapse.posts import SETTLED_MS, posts_after
from steelyard_synapse.redaction import redact_as_author
from steelyard_synapse.reports import read_cursor, reports_after
from steelyard_synapse.rooms import room_facts
from steelyard_synapse.selftest import SelfTest

BATCH = 500
Handler = Callable[[Any], Awaitable[dict[str, Any]]]


class Ops(DirectServeJsonResource):
    """One address: the secret is compared in constant time, then the handler answers."""

    isLeaf = True

    def __init__(self, token: str, method: str, handler: Handler) -> None:
        super().__init__()
        self._token = token.encode()
        setattr(self, f"_async_render_{method}", self._guarded)
        self._handler = handler

    async def _guarded(self, request: Any) -> tuple[int, dict[str, Any]]:
        given = (request.getHeader(b"Authorization") or b"").removeprefix(b"Bearer ")
        if not hmac.compare_digest(given, self._token):
            raise SynapseError(403, "This address is for Steelyard's own secret.", Codes.FORBIDDEN)
        return 200, await self._handler(request)


def serve_ops(
    api: ModuleApi, token: str, hiding: Hiding, gate: Gate, selftest: SelfTest, *, places: Places
) -> None:
    """Put every address in place."""

    async def status(request: Any) -> dict[str, Any]:
        return {
            "module": "0.1.0",
            "server_name": api.server_name,
            "gate": gate.status(),
            "selftest": {"state": selftest.state, "why": selftest.why},
            "closed": sorted(await places.closed_now()),
        }

    async def hide(request: Any) -> dict[str, Any]:
        _must_work(selftest)
        asked = parse_json_object_from_request(request)
        return await hiding.hide(_events(asked), str(asked.get("case", "")))

    async def restore(request: Any) -> dict[str, Any]:
        _must_work(selftest)
        return await hiding.restore(_events(parse_json_object_from_request(request)))

    async def redact(request: Any) -> dict[str, Any]:
        asked = parse_json_object_from_request(request)
        return await redact_as_author(api, _events(asked), str(asked.get("reason", "")))

    async def reports(request: Any) -> dict[str, Any]:
        try:
            after = read_cursor(parse_string(request, "after", default="0.0.0"))
        except ValueError:
            raise SynapseError(400, "after is three numbers, such as 12.0.3.", Codes.INVALID_PARAM) from None
        limit = min(parse_integer(request, "limit", default=100), BATCH)
        return await api.run_db_interaction("steelyard_reports", reports_after, after, limit)

    async def posts(request: Any) -> dict[str, Any]:
        after = parse_integer(request, "after")
        settled = parse_integer(request, "settled_ms", default=SETTLED_MS)
        return await api.run_db_interaction("steelyard_posts", posts_after, after, settled, BATCH)

    async def rooms(request: Any) -> dict[str, Any]:
        asked = parse_strings_from_args(request.args, "id", required=True)
        return {"rooms": [await room_facts(api, room) for room in asked[:BATCH]]}

    async def registrations(request: Any) -> dict[str, Any]:
        asked = parse_json_object_from_request(request)
        country, closed = asked.get("country"), asked.get("closed")
        if not isinstance(country, str) or not isinstance(closed, bool):
            raise SynapseError(400, "country is two letters, closed is true or false.", Codes.INVALID_PARAM)
        return {"changed": await places.close(country, closed=closed)}

    async def origin(request: Any) -> dict[str, Any]:
        return {"refused": await places.refuses(parse_string(request, "address", required=True))}

    async def seen(request: Any) -> dict[str, Any]:
        return await places.seen_from(parse_string(request, "country", required=True))

    for name, method, handler in (
        ("status", "GET", status),
        ("hide", "POST", hide),
        ("restore", "POST", restore),
        ("redact", "POST", redact),
        ("reports", "GET", reports),
        ("posts", "GET", posts),
        ("rooms", "GET", rooms),
        ("registrations", "POST", registrations),
        ("origin", "GET", origin),
        ("seen", "GET", seen),
    ):
        api.register_web_resource(f"/_synapse/client/steelyard/{name}", Ops(token, method, handler))


def _events(asked: dict[str, Any]) -> list[str]:
    events = asked.get("events")
    if not isinstance(events, list) or not all(isinstance(event, str) for event in events):
        raise SynapseError(400, "events is a list of event ids.", Codes.INVALID_PARAM)
    if len(events) > BATCH:
        raise SynapseError(400, f"At most {BATCH} events in one call.", Codes.TOO_LARGE)
    return list(dict.fromkeys(events))


def _must_work(selftest: SelfTest) -> None:
    if selftest.state == "pending":
        raise SynapseError(503, "The self-test has not finished yet. Try again in a moment.", Codes.UNKNOWN)
    if selftest.state != "passed":
        raise SynapseError(501, f"Hiding is switched off: {selftest.why}", Codes.UNRECOGNIZED)
