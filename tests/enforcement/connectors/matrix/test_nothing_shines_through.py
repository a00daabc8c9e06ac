"""A hidden text must not be readable anywhere else a client looks: edits, threads, search, sync."""

import json
from typing import Any

import pytest

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import Operation, Target
from tests.homeserver import Homeserver

BAD = "unmistakable-words"


def everything(homeserver: Homeserver, who: Any, room: str, root: str) -> str:
    """All that a member's client can ask about a channel, in one string."""
    call, token = homeserver.connector.wire.call, who.token
    base = f"/_matrix/client/v3/rooms/{room}"
    here = {"room": {"rooms": [room]}}
    search = {
        "search_categories": {"room_events": {"search_term": BAD, "filter": {"limit": 50, "rooms": [room]}}}
    }
    return str([
        call("GET", f"{base}/messages", token=token, params={"dir": "b", "limit": 100}),
        call("GET", f"{base}/context/{root}", token=token),
        call("GET", f"{base}/event/{root}", token=token),
        call("GET", f"/_matrix/client/v1/rooms/{room}/relations/{root}", token=token),
        call("GET", f"/_matrix/client/v1/rooms/{room}/threads", token=token),
        call("GET", "/_matrix/client/v3/sync", token=token, params={"filter": json.dumps(here)}),
        call("POST", "/_matrix/client/v3/search", token=token, json=search)
        ["search_categories"]["room_events"]["results"],
    ])  # fmt: skip


def test_a_hidden_reply_does_not_shine_through_its_thread(homeserver: Homeserver) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    root = homeserver.say(rhea, room, "A harmless beginning")
    thread = {"rel_type": "m.thread", "event_id": root}
    fine = {"msgtype": "m.text", "body": "A fine reply", "m.relates_to": thread}
    homeserver.send(rhea, room, "m.room.message", fine)
    reply = homeserver.send(
        uma, room, "m.room.message", {"msgtype": "m.text", "body": BAD, "m.relates_to": thread}
    )
    before = everything(homeserver, rhea, room, root)
    assert BAD in before
    homeserver.connector.act(Operation.CONTAIN_ITEM, Target(reply, room), key="h")
    hidden = everything(homeserver, rhea, room, root)
    assert BAD not in hidden
    assert "A fine reply" in hidden
    homeserver.connector.act(Operation.RESTORE_ITEM, Target(reply, room), key="r")
    assert everything(homeserver, rhea, room, root).count(BAD) == before.count(BAD)


def test_hiding_an_edit_hides_the_post_and_both_come_back(homeserver: Homeserver) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    root = homeserver.say(rhea, room, "Another harmless beginning")
    post = homeserver.say(uma, room, "Innocent at first")
    edit = homeserver.edit(uma, room, post, BAD)
    before = homeserver.messages(rhea, room)
    homeserver.connector.act(Operation.CONTAIN_ITEM, Target(edit, room), key="h")
    assert BAD not in everything(homeserver, rhea, room, root)
    assert [event["event_id"] for event in homeserver.messages(rhea, room)] == [root]
    homeserver.connector.act(Operation.RESTORE_ITEM, Target(post, room), key="r")
    assert homeserver.messages(rhea, room) == before
    shown = homeserver.connector.as_member(rhea).read_channel(room)[-1]
    assert (shown.id, shown.text, shown.edited) == (post, BAD, True)


def test_a_hidden_post_does_not_come_back_by_being_edited(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    post = homeserver.say(uma, room, BAD)
    homeserver.connector.act(Operation.CONTAIN_ITEM, Target(post, room), key="h")
    with pytest.raises(Refused, match="rejected"):
        homeserver.edit(uma, room, post, f"Again: {BAD}")
