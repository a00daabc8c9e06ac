"""Closed, unlisted, limited, suspended, taken away: done on a real Synapse, met by ordinary people, and undone."""

import secrets
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import (
    Mark,
    MemberSession,
    NotAccepted,
    Operation,
    SeenMedia,
    Sight,
    Target,
)
from steelyard.enforcement.connectors.matrix.accounts import join
from steelyard.enforcement.connectors.matrix.people import open_channel
from steelyard.enforcement.connectors.matrix.wire import Denied
from tests.homeserver import PASSWORD, Homeserver
from tests.intake.conftest import Intake

TOLD = {"reason": "Nothing but fraud.", "case": "K-1", "appeal": "https://steelyard.example/d/1"}


def act(homeserver: Homeserver, operation: Operation, target: Target) -> Any:
    return homeserver.connector.act(operation, target, key=secrets.token_hex(8), params=TOLD)


def met(homeserver: Homeserver, target: Target) -> tuple[Mark, ...]:
    return homeserver.connector.probe(target).marks


def loads(homeserver: Homeserver, who: MemberSession, uri: str) -> bool:
    server, _, name = uri.removeprefix("mxc://").partition("/")
    answer = httpx.get(
        f"{homeserver.address}/_matrix/client/v1/media/download/{server}/{name}",
        headers={"Authorization": f"Bearer {who.token}"},
    )
    return answer.status_code == 200


def rooms_of(homeserver: Homeserver, who: MemberSession) -> set[str]:
    said = homeserver.connector.wire.call("GET", "/_matrix/client/v3/joined_rooms", token=who.token)
    return set(said["joined_rooms"])


def listed(homeserver: Homeserver, room: str) -> bool:
    said = homeserver.connector.wire.call("GET", f"/_matrix/client/v3/directory/list/room/{quote(room)}")
    return bool(said["visibility"] == "public")


@pytest.fixture
def uma(homeserver: Homeserver) -> MemberSession:
    """An account for this test alone: what is done to it is nobody else's."""
    return homeserver.person(f"uma-{secrets.token_hex(4)}")


def test_a_closed_channel_is_read_by_nobody_its_members_learn_why_and_opening_brings_all_back(
    homeserver: Homeserver, uma: MemberSession
) -> None:
    rhea, alias = homeserver.person("rhea"), f"closing-{secrets.token_hex(4)}"
    room = homeserver.channel(uma, alias=alias)
    homeserver.say(uma, room, "Easy money")
    before, were_in = homeserver.messages(uma, room), rooms_of(homeserver, uma)
    channel = Target(room, kind="channel")

    assert act(homeserver, Operation.CLOSE_CHANNEL, channel).done == (room,)
    assert act(homeserver, Operation.CLOSE_CHANNEL, channel).already == (room,)
    assert met(homeserver, channel) == (Mark.CLOSED,)
    assert not listed(homeserver, room)
    assert homeserver.connector.read_public(f"#{alias}:{uma.account.partition(':')[2]}") is None
    (notice,) = rooms_of(homeserver, uma) - were_in
    (said,) = homeserver.messages(uma, notice)
    assert said["content"]["body"] == "\n\n".join(TOLD.values())
    with pytest.raises(Refused):
        homeserver.say(uma, notice, "May I answer here?")
    for who in (uma, rhea):
        with pytest.raises(Refused):
            join(homeserver.connector.wire, who.token, room)

    assert act(homeserver, Operation.REOPEN_CHANNEL, channel).done == (room,)
    assert homeserver.messages(uma, room) == before
    assert rooms_of(homeserver, uma) == were_in
    assert (met(homeserver, channel), listed(homeserver, room)) == ((), True)
    join(homeserver.connector.wire, rhea.token, room)


def test_a_channel_of_invited_people_is_not_closed_because_they_could_not_come_back(
    homeserver: Homeserver, uma: MemberSession
) -> None:
    asked = {"preset": "private_chat"}
    made = homeserver.connector.wire.call(
        "POST", "/_matrix/client/v3/createRoom", token=uma.token, json=asked
    )
    with pytest.raises(Refused) as refusal:
        act(homeserver, Operation.CLOSE_CHANNEL, Target(made["room_id"], kind="channel"))
    assert refusal.value.do == "Freeze it: then nobody posts in it."


def test_its_owner_does_not_list_a_channel_that_was_taken_out_of_the_directory(
    homeserver: Homeserver, uma: MemberSession
) -> None:
    wire = homeserver.connector.wire
    room = open_channel(wire, uma, f"unlisted-{secrets.token_hex(4)}", "Unlisted")
    channel = Target(room, kind="channel")
    act(homeserver, Operation.UNLIST_CHANNEL, channel)
    assert met(homeserver, channel) == (Mark.UNLISTED,)
    path = f"/_matrix/client/v3/directory/list/room/{quote(room)}"
    with pytest.raises(Refused):
        wire.call("PUT", path, token=uma.token, json={"visibility": "public"})
    homeserver.say(uma, room, "Everything else is as before")
    act(homeserver, Operation.RELIST_CHANNEL, channel)
    assert listed(homeserver, room)

    wire.call("PUT", path, token=uma.token, json={"visibility": "private"})
    act(homeserver, Operation.UNLIST_CHANNEL, channel)
    act(homeserver, Operation.RELIST_CHANNEL, channel)
    assert not listed(homeserver, room), "its owner never listed it"


def test_a_frozen_channel_is_found_frozen_also_where_only_its_owner_writes(
    homeserver: Homeserver, intake: Intake, uma: MemberSession
) -> None:
    wire, alias = homeserver.connector.wire, f"news-{secrets.token_hex(4)}"
    room = open_channel(wire, uma, alias, "News", broadcast=True)
    channel = Target(room, kind="channel")
    assert met(homeserver, channel) == ()
    act(homeserver, Operation.FREEZE_CHANNEL, channel)
    assert met(homeserver, channel) == (Mark.FROZEN,)
    act(homeserver, Operation.UNFREEZE_CHANNEL, channel)
    assert met(homeserver, channel) == ()
    assert homeserver.messages(uma, room) == [], "looking leaves nothing behind"


def test_a_suspended_account_takes_part_in_nothing_and_reads_why(
    homeserver: Homeserver, uma: MemberSession
) -> None:
    room, other = homeserver.channel(uma), homeserver.channel()
    account = Target(uma.account, kind="account")
    assert act(homeserver, Operation.SUSPEND_ACCOUNT, account).done == (uma.account,)
    assert act(homeserver, Operation.SUSPEND_ACCOUNT, account).already == (uma.account,)
    assert met(homeserver, account) == (Mark.SUSPENDED,)
    with pytest.raises(Refused):
        homeserver.say(uma, room, "May I?")
    with pytest.raises(Refused):
        join(homeserver.connector.wire, uma.token, other)
    homeserver.connector.act(
        Operation.NOTIFY_ACCOUNT, account, key=uma.device, params={"text": "This is why."}
    )
    assert [post.text for post in homeserver.connector.as_member(uma).notices()] == ["This is why."]
    act(homeserver, Operation.UNSUSPEND_ACCOUNT, account)
    assert met(homeserver, account) == ()
    homeserver.say(uma, room, "Back")


def test_nobody_comes_in_as_a_banned_account_also_while_we_are_down_and_who_tries_reads_why(
    homeserver: Homeserver, intake: Intake, uma: MemberSession
) -> None:
    room, other = homeserver.channel(uma), homeserver.channel()
    account, name = Target(uma.account, kind="account"), uma.account[1:].partition(":")[0]
    wire = homeserver.connector.wire

    def refused(path: str, **said: object) -> Denied:
        with pytest.raises(Denied) as no:
            wire.call("POST", f"/_matrix/client/v3/{path}", token=uma.token, json=said)
        return no.value

    act(homeserver, Operation.BAN_ACCOUNT, account)
    assert met(homeserver, account) == (Mark.BANNED,)
    with pytest.raises(NotAccepted) as refusal:
        homeserver.connector.as_member(uma).post(room, "May I?", key="b1")
    assert (refusal.value.why, refusal.value.do) == (TOLD["reason"], TOLD["appeal"])
    for path, said in (
        (f"join/{other}", {}),
        ("createRoom", {}),
        (f"rooms/{room}/invite", {"user_id": "@rhea:localhost"}),
    ):
        assert refused(path, **said).said["steelyard"]["appeal"] == TOLD["appeal"]
    assert homeserver.messages(uma, room) == [], "a device that was signed in still reads"
    homeserver.connector.act(
        Operation.NOTIFY_ACCOUNT, account, key=uma.device, params={"text": "This is why."}
    )
    assert [post.text for post in homeserver.connector.as_member(uma).notices()] == ["This is why."]

    intake.kill()
    with pytest.raises(NotAccepted) as refusal:
        homeserver.connector.sign_in_member(name, PASSWORD)
    assert (refusal.value.why, refusal.value.do) == (TOLD["reason"], TOLD["appeal"])
    with pytest.raises(Denied) as stranger:
        homeserver.connector.sign_in_member(name, "a guess")
    assert "steelyard" not in stranger.value.said, "no stranger learns of it"
    intake.start()
    act(homeserver, Operation.UNBAN_ACCOUNT, account)
    assert met(homeserver, account) == ()
    again = homeserver.connector.sign_in_member(name, PASSWORD)
    homeserver.say(again, room, "Back")
    join(wire, again.token, other)


def test_a_limited_account_posts_now_and_then_and_reads_why_not_more(
    homeserver: Homeserver, intake: Intake, uma: MemberSession
) -> None:
    room = homeserver.channel(uma)
    account = Target(uma.account, kind="account")
    act(homeserver, Operation.LIMIT_ACCOUNT, account)
    assert met(homeserver, account) == (Mark.LIMITED,)
    member = homeserver.connector.as_member(uma)
    member.post(room, "The first", key="l1")
    with pytest.raises(NotAccepted) as refusal:
        member.post(room, "The second, at once", key="l2")
    assert (refusal.value.why, refusal.value.do) == (TOLD["reason"], TOLD["appeal"])
    act(homeserver, Operation.UNLIMIT_ACCOUNT, account)
    member.post(room, "As often as before", key="l3")
    assert met(homeserver, account) == ()


def test_a_picture_goes_with_its_post_comes_back_with_it_and_a_moderator_sees_it_meanwhile(
    homeserver: Homeserver, uma: MemberSession
) -> None:
    rhea = homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    theirs, of_others = (
        homeserver.upload(uma, secrets.token_bytes(64)),
        homeserver.upload(rhea, secrets.token_bytes(64)),
    )
    posts = [
        Target(
            homeserver.send(uma, room, "m.room.message", {"msgtype": "m.image", "body": "x", "url": uri}),
            room,
        )
        for uri in (theirs, theirs, of_others)
    ]
    for post in posts:
        act(homeserver, Operation.CONTAIN_ITEM, post)
    assert not loads(homeserver, rhea, theirs)
    assert loads(homeserver, rhea, of_others), "naming somebody's file in a post does not take it away"
    assert homeserver.connector.probe(Target(theirs, kind="media")).sight == Sight.HIDDEN
    (file,) = homeserver.connector.fetch(posts[0]).media  # type: ignore[union-attr]
    assert homeserver.connector.media(file, most=1000)

    act(homeserver, Operation.RESTORE_ITEM, posts[0])
    assert not loads(homeserver, rhea, theirs), "another hidden post shows it too"
    act(homeserver, Operation.RESTORE_ITEM, posts[1])
    assert loads(homeserver, rhea, theirs)

    act(homeserver, Operation.REMOVE_ITEM, posts[0])
    assert not loads(homeserver, rhea, theirs)
    assert homeserver.connector.probe(posts[0]).sight == Sight.REMOVED


def test_the_files_of_a_removed_post_are_destroyed_and_no_file_that_another_post_shows(
    homeserver: Homeserver, uma: MemberSession
) -> None:
    rhea = homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    alone, shared = (homeserver.upload(uma, secrets.token_bytes(64)) for _ in range(2))
    first, second, third = (
        Target(
            homeserver.send(uma, room, "m.room.message", {"msgtype": "m.image", "body": "x", "url": uri}),
            room,
        )
        for uri in (alone, shared, shared)
    )
    act(homeserver, Operation.CONTAIN_ITEM, third)
    for post in (first, second):
        act(homeserver, Operation.REMOVE_ITEM, post)
    held = [SeenMedia(uri=uri) for uri in (alone, shared)]
    assert all(homeserver.connector.media(file, most=1000) for file in held), "only out of sight so far"
    erased = act(homeserver, Operation.ERASE_MEDIA, first)
    assert (erased.done, erased.reference, erased.inverse) == ((first.id,), alone, None)
    assert act(homeserver, Operation.ERASE_MEDIA, second).already == (second.id,)
    assert act(homeserver, Operation.ERASE_MEDIA, first).reference == alone, "asked again, as gone as before"
    assert [bool(homeserver.connector.media(file, most=1000)) for file in held] == [False, True]
    assert homeserver.connector.probe(Target(alone, kind="media")).sight == Sight.HIDDEN
    media = homeserver.home / "synapse"
    assert not [file for file in media.rglob(f"*{alone.rpartition('/')[2][4:]}*") if file.is_file()]
    act(homeserver, Operation.RESTORE_ITEM, third)
