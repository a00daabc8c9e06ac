# SPDX-License-Identifier: AGPL-3.0-or-later
"""The addresses that are about channels, accounts and files; those about posts are in `ops`."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from synapse.api.errors import Codes, SynapseError
from synapse.http.servlet import parse_json_object_from_request, parse_string
from synapse.module_api import ModuleApi

from steelyard_synapse.asked import events_of, must_work, texts_of
from steelyard_synapse.trial import try_to_write

if TYPE_CHECKING:
    from steelyard_synapse.ops import Parts

Handler = Callable[[Any], Awaitable[dict[str, Any]]]


def channel_handlers(api: ModuleApi, parts: "Parts") -> tuple[tuple[str, str, Handler], ...]:
    """Name, method and handler of each."""
    selftest = parts.selftest

    async def files(request: Any) -> dict[str, Any]:
        asked = parse_json_object_from_request(request)
        looked = parts.files.freed_with if asked.get("freed") else parts.files.shown_by
        looked = parts.files.noted_with if asked.get("noted") else looked
        return {"files": await looked(events_of(asked))}

    async def listing(request: Any) -> dict[str, Any]:
        asked = parse_json_object_from_request(request)
        room, listed = asked.get("room"), asked.get("listed")
        if not isinstance(room, str) or not isinstance(listed, bool):
            raise SynapseError(400, "room is an id, listed is true or false.", Codes.INVALID_PARAM)
        return {"changed": await parts.directory.put(room, listed=listed)}

    async def trial(request: Any) -> dict[str, Any]:
        account, room = (parse_string(request, name, default="") for name in ("account", "room"))
        if selftest.tries.state != "passed":
            return {"known": False, "marks": [], "suspended": False}
        return await try_to_write(api, account or "", room or "")

    async def close(request: Any) -> dict[str, Any]:
        must_work(selftest.moves)
        room, keeper, name, words = texts_of(request, "room", "keeper", "name", "words")
        return await selftest.closing.close(room, keeper, name, words)

    async def reopen(request: Any) -> dict[str, Any]:
        must_work(selftest.moves)
        return await selftest.closing.reopen(*texts_of(request, "room"))

    async def closed(request: Any) -> dict[str, Any]:
        return {"closed": await selftest.closing.is_closed(parse_string(request, "room", required=True))}

    return (
        ("close", "POST", close),
        ("closed", "GET", closed),
        ("reopen", "POST", reopen),
        ("files", "POST", files),
        ("listing", "POST", listing),
        ("trial", "GET", trial),
    )
