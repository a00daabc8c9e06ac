# SPDX-License-Identifier: AGPL-3.0-or-later
"""Would this account get a post through? Tried the way a post goes, and refused at the very last step.

The probe is an event of a type of its own: Synapse judges it as it judges any post (may this account write here, is
it suspended), then our check refuses it always and says what would have been said to a post. Nothing is kept of it.
"""

from typing import Any

from synapse.api.errors import SynapseError
from synapse.module_api import ModuleApi
from synapse.storage.database import LoggingTransaction
from synapse.types import create_requester

from steelyard_synapse.rooms import room_facts

PROBE = "org.steelyard.probe"
ROOMS = 5
"""Rooms of an account that are tried, until one says something of the account and not of the room."""

_UNKNOWN: dict[str, Any] = {"known": False, "marks": [], "suspended": False}


async def try_to_write(api: ModuleApi, account: str, room: str) -> dict[str, Any]:
    """By `account` in `room`; without a room in those it is in, without an account as the room's owner."""
    account = account or (await room_facts(api, room))["owner"]
    if not account or not api.is_mine(account):
        return dict(_UNKNOWN)
    rooms = [room] if room else await api.run_db_interaction("steelyard_rooms_of", _rooms_of, account)
    found = dict(_UNKNOWN)
    for each in rooms:
        found = await _once(api, account, each)
        if found["known"]:
            break
    return found


async def _once(api: ModuleApi, account: str, room: str) -> dict[str, Any]:
    try:
        # Not through `api`: what a module sends passes as the server's own wish, also for who is suspended.
        await api._hs.get_event_creation_handler().create_and_send_nonmember_event(
            create_requester(account),
            {"type": PROBE, "room_id": room, "sender": account, "content": {}},
            ratelimit=False, ignore_shadow_ban=True,
        )  # fmt: skip
    except SynapseError as no:
        said = no.error_dict(None)
        told = said.get("steelyard", {}).get("probe")
        suspended = no.errcode == "M_USER_SUSPENDED"
        return {"known": told is not None or suspended, "marks": told or [], "suspended": suspended}
    raise RuntimeError("A probe was accepted.")


def _rooms_of(txn: LoggingTransaction, account: str) -> list[str]:
    txn.execute(
        "SELECT room_id FROM local_current_membership WHERE user_id = ? AND membership = 'join'"
        " ORDER BY event_id LIMIT ?",
        (account, ROOMS),
    )
    return [room for (room,) in txn.fetchall()]
