# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Steelyard may ask of this homeserver, under /_synapse/client/steelyard/, with the shared secret."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synapse.api.errors import Codes, SynapseError
from synapse.http.servlet import (
    parse_integer,
    parse_json_object_from_request,
    parse_string,
    parse_strings_from_args,
)
from synapse.module_api import DirectServeJsonResource, ModuleApi

from steelyard_synapse.asked import BATCH, events_of, is_text, must_work
from steelyard_synapse.channels import channel_handlers
from steelyard_synapse.deliveries import Deliveries
from steelyard_synapse.directory import Directory
from steelyard_synapse.files import Files
from steelyard_synapse.gate import Gate
from steelyard_synapse.hiding import Hiding
from steelyard_synapse.labels import Labels
from steelyard_synapse.places import Places
from steelyard_synapse.policy_lists import hit_by, rules_in
from steelyard_synapse.posts import SETTLED_MS, posts_after
from steelyard_synapse.redaction import redact_as_author
from steelyard_synapse.reports import read_cursor, reports_after
from steelyard_synapse.rooms import room_facts
from steelyard_synapse.selftest import SelfTest

if TYPE_CHECKING:
    from steelyard_synapse.policy_server import PolicyServer

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


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the addresses are the doors to."""

    hiding: Hiding
    gate: Gate
    selftest: SelfTest
    places: Places
    directory: Directory
    files: Files
    deliveries: Deliveries
    labels: Labels
    policy_server: "PolicyServer | None"
    exempt: frozenset[str]


def serve_ops(api: ModuleApi, token: str, parts: Parts) -> None:
    """Put every address in place."""
    hiding, selftest, places = parts.hiding, parts.selftest, parts.places

    async def status(request: Any) -> dict[str, Any]:
        return {
            "module": "0.1.0",
            "server_name": api.server_name,
            "gate": parts.gate.status(),
            "selftest": selftest.told(),
            "closed": sorted(await places.closed_now()),
            "deliveries": "noted" if parts.deliveries.known else "unknown",
            "policy_server": await parts.policy_server.told() if parts.policy_server else {},
        }

    async def hide(request: Any) -> dict[str, Any]:
        must_work(selftest.hides)
        asked = parse_json_object_from_request(request)
        events = events_of(asked)
        found = await hiding.hide(events, str(asked.get("case", "")))
        return {**found, "files": await parts.files.shown_by(events)}

    async def restore(request: Any) -> dict[str, Any]:
        must_work(selftest.hides)
        return await hiding.restore(events_of(parse_json_object_from_request(request)))

    async def redact(request: Any) -> dict[str, Any]:
        must_work(selftest.removes)
        asked = parse_json_object_from_request(request)
        return await redact_as_author(api, events_of(asked), str(asked.get("reason", "")))

    async def reports(request: Any) -> dict[str, Any]:
        must_work(selftest.feeds)
        try:
            after = read_cursor(parse_string(request, "after", default="0.0.0"))
        except ValueError:
            raise SynapseError(400, "after is three numbers, such as 12.0.3.", Codes.INVALID_PARAM) from None
        limit = min(parse_integer(request, "limit", default=100), BATCH)
        return await api.run_db_interaction("steelyard_reports", reports_after, after, limit)

    async def posts(request: Any) -> dict[str, Any]:
        must_work(selftest.feeds)
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

    async def reached(request: Any) -> dict[str, Any]:
        asked = parse_strings_from_args(request.args, "id", required=True)
        if not parts.deliveries.known:
            raise SynapseError(501, "This version of Synapse does not tell.", Codes.UNRECOGNIZED)
        return {"reached": await parts.deliveries.reached(asked[:BATCH])}

    async def label(request: Any) -> dict[str, Any]:
        asked = parse_json_object_from_request(request)
        told = asked.get("label")
        if told is not None and not (isinstance(told, dict) and all(map(is_text, told.values()))):
            raise SynapseError(400, "label is code and words, or null.", Codes.INVALID_PARAM)
        try:
            return await parts.labels.put(events_of(asked), told)
        except ValueError as full:
            raise SynapseError(400, str(full), Codes.LIMIT_EXCEEDED) from full

    async def rules(request: Any) -> dict[str, Any]:
        found = await rules_in(api, parse_string(request, "room", required=True))
        own = parse_strings_from_args(request.args, "spare", default=[])
        spared = parts.exempt | {selftest.user} | {api.get_qualified_user_id(name) for name in own}
        return {"rules": found, "hit": await hit_by(api, found, spared)}

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
        ("reached", "GET", reached),
        ("label", "POST", label),
        ("rules", "GET", rules),
        *channel_handlers(api, parts),
    ):
        api.register_web_resource(f"/_synapse/client/steelyard/{name}", Ops(token, method, handler))
