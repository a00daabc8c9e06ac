"""Three homeservers: ours, and two of other people that hold what was posted here."""

import base64
import hashlib
import secrets
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from steelyard.base.errors import Refused
from steelyard.enforcement.connector import MemberSession, Operation, Sight, Target, fingerprint
from steelyard.enforcement.connectors.matrix.accounts import join
from steelyard.enforcement.connectors.matrix.people import open_channel
from steelyard.enforcement.elsewhere import ListedRule
from tests.federation.conftest import Federating, Three
from tests.homeserver import wait_until

SPAM = "Easy money without leaving home, write to me in private"


def enters(server: Federating, name: str, room: str) -> MemberSession:
    """Somebody of another server comes into a room by its public name."""
    who = server.person(name)
    join(server.connector.wire, who.token, room)
    return who


def members(server: Federating, who: MemberSession, room: str) -> list[str]:
    """Everybody in a room; a server that has just joined answers when it knows them all."""
    said = server.connector.wire.call("GET", f"/_matrix/client/v3/rooms/{room}/members", token=who.token)
    return [event["state_key"] for event in said["chunk"]]


def alias_of(server: Federating, who: MemberSession, room: str) -> str:
    path = f"/_matrix/client/v3/rooms/{room}/state/m.room.canonical_alias/"
    return str(server.connector.wire.call("GET", path, token=who.token)["alias"])


def encode(key: bytes) -> str:
    return base64.b64encode(key).decode().rstrip("=")


def bodies(server: Federating, who: MemberSession, room: str) -> list[str]:
    return [event["content"].get("body", "") for event in server.messages(who, room)]


@pytest.fixture
def market(three: Three) -> tuple[str, str]:
    """A channel of ours with a member on each server: its id, and the id of a post that all of them hold."""
    uma = three.ours.person("uma")
    alias = f"market-{uma.device.lower()}"
    room = open_channel(three.ours.connector.wire, uma, alias, "Market")
    bea = enters(three.bea, "bea", f"#{alias}:{three.ours.name}")
    carl = enters(three.carl, "carl", f"#{alias}:{three.ours.name}")
    post = three.ours.say(uma, room, SPAM)
    for server, who in ((three.bea, bea), (three.carl, carl)):
        wait_until(lambda server=server, who=who: SPAM in bodies(server, who, room))
    return room, post


def test_a_takedown_lists_the_servers_that_hold_the_post_and_each_is_told(
    three: Three, market: tuple[str, str]
) -> None:
    room, post = market
    ours = three.ours.connector
    handed: Any = None

    def listed() -> bool:
        nonlocal handed
        handed = ours.handed_to([post])[post]
        return [one.server for one in handed] == sorted([three.bea.name, three.carl.name])

    wait_until(listed)
    assert all(one.acknowledged and one.told is None for one in handed)

    ours.act(Operation.CONTAIN_ITEM, Target(post, room), key="c")
    assert ours.probe(Target(post, room)).sight == Sight.HIDDEN
    assert SPAM in bodies(three.bea, three.bea.person("bea"), room), "hiding reaches our own readers only"
    assert all(one.told is None for one in ours.handed_to([post])[post])

    ours.act(Operation.REMOVE_ITEM, Target(post, room), key="r", params={"reason": "Scam. Case K-1."})
    wait_until(lambda: all(one.told is not None for one in ours.handed_to([post])[post]))
    for server, name in ((three.bea, "bea"), (three.carl, "carl")):
        wait_until(lambda server=server, name=name: SPAM not in bodies(server, server.person(name), room))
    assert ours.handed_to(["$nobodyeverpostedthis"]) == {"$nobodyeverpostedthis": ()}


def test_a_room_of_another_server_that_names_us_as_its_policy_server_is_kept_free_of_what_we_refuse(
    three: Three,
) -> None:
    ours, bea = three.ours.connector, three.bea.person("bea")
    wait_until(lambda: ours.status()["gate"]["breaker"] == "closed")
    assert ours.status()["selftest"]["others"]["policy_server"] == {"state": "passed", "why": ""}
    room = open_channel(three.bea.connector.wire, bea, "garden", "Garden")
    join(ours.wire, ours.operator.token(), f"#garden:{three.bea.name}")
    key = ours.status()["policy_server"]["public_key"]
    three.bea.connector.wire.call(
        "PUT", f"/_matrix/client/v3/rooms/{room}/state/m.room.policy/", token=bea.token,
        json={"via": three.ours.name, "public_keys": {"ed25519": key}},
    )  # fmt: skip
    ours.act(Operation.BLOCK_CONTENT, Target(fingerprint(SPAM)), key="b", params={"reason": "Scam"})
    try:
        three.bea.say(bea, room, "When do we water the tomatoes?")
        with pytest.raises(Refused, match="refused"):
            three.bea.say(bea, room, SPAM)
        carl = enters(three.carl, "carl", f"#garden:{three.bea.name}")
        assert f"@steelyard:{three.ours.name}" in members(three.carl, carl, room)
        with pytest.raises(Refused):
            three.carl.say(carl, room, SPAM)
        three.carl.say(carl, room, "In the evening")
    finally:
        ours.act(Operation.UNBLOCK_CONTENT, Target(fingerprint(SPAM)), key="u")
    wait_until(lambda: "In the evening" in bodies(three.bea, bea, room))
    assert SPAM not in bodies(three.bea, bea, room)
    counted = ours.status()["policy_server"]
    assert counted["refused"] == 2
    assert counted["signed"] >= 2


def test_a_room_that_chose_us_is_answered_from_its_first_moment_and_any_other_is_not(three: Three) -> None:
    ours, bea = three.ours.connector, three.bea.person("bea")
    wire, key = three.bea.connector.wire, ours.status()["policy_server"]["public_key"]
    before = ours.status()["policy_server"]

    def chooses(public_key: str) -> str:
        """A room of Bea's that names us from its first event on, and that we come into."""
        alias = f"chosen-{secrets.token_hex(4)}"
        policy = {"via": three.ours.name, "public_keys": {"ed25519": public_key}}
        asked = {"preset": "public_chat", "room_alias_name": alias,
                 "initial_state": [{"type": "m.room.policy", "state_key": "", "content": policy}]}  # fmt: skip
        room = str(wire.call("POST", "/_matrix/client/v3/createRoom", token=bea.token, json=asked)["room_id"])
        with ThreadPoolExecutor(1) as joining:
            there = joining.submit(join, ours.wire, ours.operator.token(), f"#{alias}:{three.bea.name}")
            while not there.done():
                three.bea.say(bea, room, "While you come in")
            there.result()
        return room

    room = chooses(key)
    three.bea.say(bea, room, "Now you are here")
    answered = ours.status()["policy_server"]
    assert answered["signed"] > before["signed"]
    assert (answered["refused"], answered["not_ours"]) == (before["refused"], before["not_ours"])

    other = open_channel(wire, bea, f"others-{secrets.token_hex(4)}", "Others")
    join(ours.wire, ours.operator.token(), alias_of(three.bea, bea, other))
    stranger = {"via": three.ours.name, "public_keys": {"ed25519": encode(b"k" * 32)}}
    path = f"/_matrix/client/v3/rooms/{other}/state/m.room.policy/"
    wire.call("PUT", path, token=bea.token, json=stranger)
    with pytest.raises(Refused, match="not chosen us"):
        three.bea.say(bea, other, "A key that is not ours")
    assert ours.status()["policy_server"]["not_ours"] > answered["not_ours"]
    assert ours.status()["policy_server"]["signed"] == answered["signed"]
    ours_too = {"via": three.ours.name, "public_keys": {"ed25519": key}}
    wire.call("PUT", path, token=bea.token, json=ours_too)
    three.bea.say(bea, other, "Chosen in the moment before")


def test_a_strangers_list_says_whom_it_would_hit_and_touches_nobody(
    three: Three, market: tuple[str, str]
) -> None:
    ours, bea = three.ours.connector, three.bea.person("bea")
    wire = three.bea.connector.wire
    there = open_channel(wire, bea, "blocklist", "A list of spammers")
    for number, (kind, entity) in enumerate((
        ("user", f"@carl:{three.carl.name}"), ("user", "@steel*"), ("server", "*.spam.example"),
        ("user", "@um[a]:*"), ("room", market[0]),
    )):  # fmt: skip
        wire.call(
            "PUT", f"/_matrix/client/v3/rooms/{there}/state/m.policy.rule.{kind}/{number}", token=bea.token,
            json={"entity": entity, "recommendation": "m.ban", "reason": "spam"},
        )  # fmt: skip
    rules, hit = ours.read_list(f"#blocklist:{three.bea.name}")
    assert len(rules) == 5
    assert {(rule.kind, rule.reason, rule.by) for rule in rules} >= {("server", "spam", bea.account)}
    assert (hit.accounts, hit.accounts_in_all, hit.ours) == ((f"@carl:{three.carl.name}",), 1, 0)
    assert f"@steelyard:{three.ours.name}" in hit.spared, "staff is never hit by a list"
    assert hit.channels == (market[0],)
    three.carl.say(three.carl.person("carl"), market[0], "Still here")


def test_what_we_publish_on_our_own_list_any_other_server_can_read(three: Three) -> None:
    ours = three.ours.connector
    operator = ours.sign_in_operator()
    room = open_channel(ours.wire, operator, "our-list", "Whom we banned", broadcast=True)
    rule = ListedRule(
        kind="account", entity="@spammer:elsewhere.example", recommendation="m.ban", reason="Scam", by=""
    )
    ours.publish_rule(room, rule)
    carl = enters(three.carl, "carl", f"#our-list:{three.ours.name}")

    key = hashlib.sha256(rule.entity.encode()).hexdigest()
    path = f"/_matrix/client/v3/rooms/{room}/state/m.policy.rule.user/{key}"
    read = three.carl.connector.wire.call("GET", path, token=carl.token)
    assert (read["entity"], read["recommendation"], read["reason"]) == (rule.entity, "m.ban", "Scam")
    told, _ = ours.read_list(room)
    assert [(one.entity, one.recommendation) for one in told] == [(rule.entity, "m.ban")]
    ours.publish_rule(
        room, ListedRule(kind="account", entity=rule.entity, recommendation="", reason="", by="")
    )
    assert ours.read_list(room)[0] == ()
