# SPDX-License-Identifier: AGPL-3.0-or-later
"""Policy server (MSC4284) for rooms on other people's servers that named us in `m.room.policy`, and for no others.

Their homeservers ask here before they accept an event (`choosing`: for which rooms we answer); what our gate refuses
gets no signature. The answer to one event stays the same for as long as it is remembered, because a room whose servers
hear different answers splits. While our gate is silent we sign: a room must not stop because we did.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from signedjson.key import (
    decode_signing_key_base64,
    encode_signing_key_base64,
    generate_signing_key,
    get_verify_key,
)
from synapse.api.errors import Codes, SynapseError
from synapse.crypto.event_signing import check_event_content_hash, compute_event_signature
from synapse.events import EventBase, make_event_from_dict
from synapse.federation.transport.server._base import Authenticator
from synapse.http.servlet import parse_json_object_from_request
from synapse.module_api import NOT_SPAM, DirectServeJsonResource, ModuleApi
from synapse.storage.database import LoggingTransaction
from unpaddedbase64 import encode_base64

from steelyard_synapse.choosing import Choosing
from steelyard_synapse.hiding import Hiding
from steelyard_synapse.selftest import SelfTest, WrongAnswer

PATH = "/_matrix/policy/v1/sign"
KEY_ID = "policy_server"
NOTE = "policy_server_key"
REMEMBERED_DAYS = 30
_DAY_MS = 86_400_000
_TABLE = (
    "CREATE TABLE IF NOT EXISTS steelyard_policy_answers"
    " (event_id TEXT PRIMARY KEY, at_ms BIGINT NOT NULL, allowed INTEGER NOT NULL)"
)
Judge = Callable[[EventBase], Awaitable[Any]]


class PolicyServer(DirectServeJsonResource):
    """Signs what `judge` (the module's own check before an event is accepted) lets pass."""

    isLeaf = True

    def __init__(self, api: ModuleApi, hiding: Hiding, selftest: SelfTest, judge: Judge) -> None:
        super().__init__()
        self.api, self.hiding, self.selftest, self.judge = api, hiding, selftest, judge
        self._authenticator = Authenticator(api._hs)
        self.counters = {"signed": 0, "refused": 0, "not_ours": 0}
        self.choosing = Choosing(api)
        api.register_web_resource(PATH, self)
        api.looping_background_call(self._forget_old, _DAY_MS, desc="steelyard_forget_policy_answers")

    async def told(self) -> dict[str, Any]:
        """`public_key` is what a room puts into `public_keys.ed25519` of its `m.room.policy`."""
        return {"public_key": await self._public_key(), **self.counters}

    async def try_it(self, event: EventBase) -> None:
        """Sign, and have Synapse's own check say whether such a signature would count."""
        pdu, here = event.get_pdu_json(), self.api.server_name
        more = (await self._signature(event))[here]
        signatures = {**pdu["signatures"], here: {**pdu["signatures"].get(here, {}), **more}}
        event = make_event_from_dict({**pdu, "signatures": signatures}, event.room_version)
        check = self.api._hs.get_room_policy_handler()._verify_policy_server_signature
        if not await check(event, here, await self._public_key()):
            raise WrongAnswer("Synapse does not take the policy server's signature")

    async def _async_render_POST(self, request: Any) -> tuple[int, dict[str, Any]]:
        content = parse_json_object_from_request(request)
        asker = await self._authenticator.authenticate_request(request, content)
        if self.selftest.signs.state == "failed":
            raise SynapseError(501, f"The policy server is switched off: {self.selftest.signs.why}")
        event = await self._event(content, asker)
        try:
            await self.choosing.chosen(event, await self._public_key(), asker)
        except SynapseError:
            self.counters["not_ours"] += 1
            raise
        if not await self._allowed(event):
            self.counters["refused"] += 1
            raise SynapseError(400, "This was refused by the room's policy server.", Codes.FORBIDDEN)
        self.counters["signed"] += 1
        return 200, await self._signature(event)

    async def _signature(self, event: EventBase) -> dict[str, dict[str, str]]:
        here, named = self.api.server_name, f"ed25519:{KEY_ID}"
        signed = compute_event_signature(event.room_version, event.get_pdu_json(), here, await self._key())
        return {here: {named: signed[here][named]}}

    async def _public_key(self) -> str:
        return encode_base64(get_verify_key(await self._key()).encode())

    async def _event(self, content: dict[str, Any], asker: str) -> EventBase:
        """The event asked about. Its hash must be of this very content: the signature covers the hash only."""
        version = await self.choosing.room_version(str(content.get("room_id", "")), asker)
        try:
            event = make_event_from_dict(content, version)
            whole = check_event_content_hash(event)
        except Exception as fault:  # a stranger wrote it
            raise SynapseError(400, "This is not an event.", Codes.BAD_JSON) from fault
        if not whole:
            raise SynapseError(400, "The hash is of another content.", Codes.BAD_JSON)
        return event

    async def _allowed(self, event: EventBase) -> bool:
        before = await self.api.run_db_interaction("steelyard_policy_before", _answered, event.event_id)
        if before is not None:
            return before
        allowed = await self.judge(event) == NOT_SPAM
        return await self.api.run_db_interaction("steelyard_policy_answer", _keep, event.event_id, allowed)

    async def _key(self) -> Any:
        known = await self.hiding.note(NOTE)
        if known is None:
            await self.hiding.prepare()
            await self.hiding.keep_note(NOTE, encode_signing_key_base64(generate_signing_key(KEY_ID)))
            known = await self.hiding.note(NOTE)
        return decode_signing_key_base64("ed25519", KEY_ID, str(known))

    async def _forget_old(self) -> None:
        before = int(time.time() * 1000) - REMEMBERED_DAYS * _DAY_MS

        def forget(txn: LoggingTransaction) -> None:
            txn.execute(_TABLE)
            txn.execute("DELETE FROM steelyard_policy_answers WHERE at_ms < ?", (before,))

        await self.api.run_db_interaction("steelyard_forget_policy_answers", forget)


def _answered(txn: LoggingTransaction, event: str) -> bool | None:
    txn.execute(_TABLE)
    txn.execute("SELECT allowed FROM steelyard_policy_answers WHERE event_id = ?", (event,))
    row = txn.fetchone()
    return bool(row[0]) if row else None


def _keep(txn: LoggingTransaction, event: str, allowed: bool) -> bool:
    """Of two answers given at once the first is everybody's."""
    txn.execute(
        "INSERT INTO steelyard_policy_answers VALUES (?, ?, ?) ON CONFLICT (event_id) DO NOTHING",
        (event, int(time.time() * 1000), int(allowed)),
    )
    return bool(_answered(txn, event))
