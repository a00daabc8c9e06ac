"""The platform as an ordinary member uses it, through a real Matrix client."""

import pytest

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import Connector, Membership, SeenChannel, Target
from steelyard.enforcement.connectors.matrix.accounts import join
from tests.homeserver import PASSWORD, Homeserver


def test_a_newcomer_opens_an_account_reads_writes_and_is_read(homeserver: Homeserver) -> None:
    connector, rhea = homeserver.connector, homeserver.person("rhea")
    room = homeserver.channel(rhea, alias="newcomers")
    homeserver.say(rhea, room, "Welcome")
    session = connector.register_member("nadia", "Nadia", PASSWORD)
    nadia = connector.as_member(session)
    first = nadia.read_channel("#newcomers:localhost")
    post = nadia.post("#newcomers:localhost", "Hello, I am new", key="n1")
    assert nadia.post("#newcomers:localhost", "Hello, I am new", key="n1") == post, "sent once"
    read = connector.as_member(rhea).read_channel(room)
    assert [entry.text for entry in first] == ["Welcome"]
    assert [(entry.id, entry.author.name, entry.text, entry.mine) for entry in read[1:]] == [
        (post, "Nadia", "Hello, I am new", False)
    ]
    assert nadia.read_channel(room)[-1].mine


def test_a_name_is_given_once_and_a_wrong_password_opens_nothing(homeserver: Homeserver) -> None:
    homeserver.person("uma")
    with pytest.raises(Refused, match="name is taken"):
        homeserver.connector.register_member("uma", "Another Uma", PASSWORD)
    with pytest.raises(Refused):
        homeserver.connector.sign_in_member("uma", "not her password")
    assert homeserver.connector.sign_in_member("uma", PASSWORD).account == "@uma:localhost"


def test_nobody_registers_without_us(homeserver: Homeserver) -> None:
    asked = {"username": "stranger", "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
    with pytest.raises(Refused, match="Registration"):
        homeserver.connector.wire.call("POST", "/_matrix/client/v3/register", json=asked)


def test_a_signed_out_session_is_refused_in_words(homeserver: Homeserver) -> None:
    ended = homeserver.connector.sign_in_member(
        homeserver.person("uma").account.partition(":")[0][1:], PASSWORD
    )
    homeserver.connector.wire.call("POST", "/_matrix/client/v3/logout", token=ended.token, json={})
    with pytest.raises(Refused):
        homeserver.connector.as_member(ended).notices()


def test_links_people_copy_from_their_client_lead_to_the_post(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma, alias="linked")
    post = homeserver.say(uma, room, "Find me")
    bare = post.removeprefix("$")
    for link in (
        f"https://matrix.to/#/{room}/{post}?via=localhost",
        f"https://matrix.to/#/%23linked%3Alocalhost/{post}",
        f"matrix:roomid/{room[1:]}/e/{bare}",
        f"matrix:r/linked:localhost/e/{bare}",
        post,
    ):
        assert homeserver.connector.find(link) == Target(post, room), link
    for nothing in ("https://example.org/", "https://matrix.to/#/#gone:localhost/$abc", "hello", ""):
        assert homeserver.connector.find(nothing) is None, nothing


def test_links_to_channels_and_accounts_lead_there(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma, alias="place")
    for link in (
        f"https://matrix.to/#/{room}?via=localhost",
        "https://matrix.to/#/%23place%3Alocalhost",
        f"matrix:roomid/{room[1:]}",
        "matrix:r/place:localhost",
        "#place:localhost",
        room,
    ):
        assert homeserver.connector.find(link) == Target(room, kind="channel"), link
    for link in (f"https://matrix.to/#/{uma.account}", "matrix:u/uma:localhost?action=chat", uma.account):
        assert homeserver.connector.find(link) == Target(uma.account, kind="account"), link
    for nothing in ("#gone:localhost", "@nobody:localhost", "matrix:u/nobody:localhost", "@uma", "#place"):
        assert homeserver.connector.find(nothing) is None, nothing


def test_a_channel_belongs_to_whoever_made_it_or_holds_most_power_in_it(homeserver: Homeserver) -> None:
    olga, uma = homeserver.person("olga"), homeserver.person("uma")
    room = homeserver.channel(uma, alias="owned")
    seen = homeserver.connector.channel(room)
    assert seen == SeenChannel(connector="matrix", id=room, name="Owned", owner=olga.account)
    call = homeserver.connector.wire.call
    asked = {"preset": "public_chat", "room_version": "11"}
    given = call("POST", "/_matrix/client/v3/createRoom", token=olga.token, json=asked)["room_id"]
    path = f"/_matrix/client/v3/rooms/{given}/state/m.room.power_levels"
    levels = call("GET", path, token=olga.token) | {"users": {olga.account: 50, uma.account: 100}}
    call("PUT", path, token=olga.token, json=levels)
    owner = homeserver.connector.channel(given)
    assert owner is not None
    assert owner.owner == uma.account
    assert homeserver.connector.channel("!nowhere:localhost") is None


def test_it_keeps_the_contract(homeserver: Homeserver) -> None:
    assert isinstance(homeserver.connector, Connector)
    assert isinstance(homeserver.connector.as_member(homeserver.person("uma")), Membership)
    for ability in homeserver.connector.manifest.abilities:
        if ability.inverse:
            assert homeserver.connector.manifest.ability(ability.inverse).inverse == ability.operation


def test_joining_needs_no_invitation_in_a_public_channel(homeserver: Homeserver) -> None:
    room = homeserver.channel()
    assert join(homeserver.connector.wire, homeserver.person("rhea").token, room) == room
