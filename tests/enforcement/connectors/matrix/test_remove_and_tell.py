"""Removal for good, letters to authors, announcements; and what happens when something is asked twice."""

import pytest

from steelyard.base.errors import Refused, Unreachable
from steelyard.enforcement.connector import Operation, Sight, Target
from steelyard.enforcement.connectors.matrix import MatrixConnector
from steelyard.enforcement.connectors.matrix.people import open_channel
from tests.homeserver import Homeserver
from tests.ports import free_port


def test_a_removed_post_is_gone_with_its_edits_and_removing_it_again_changes_nothing(
    homeserver: Homeserver,
) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    post = Target(homeserver.say(uma, room, "A text that must go"), room)
    edit = homeserver.edit(uma, room, post.id, "The edited text must go too")
    reason = {"reason": "Statement of reasons K-1"}

    removed = homeserver.connector.act(Operation.REMOVE_ITEM, post, key="r", params=reason)
    assert (removed.done, removed.inverse, removed.reference[:1]) == ((post.id,), None, "$")
    assert homeserver.connector.probe(post).sight == Sight.REMOVED
    assert homeserver.connector.probe(Target(edit, room)).sight == Sight.REMOVED
    assert "must go" not in str(homeserver.messages(rhea, room))
    kept = homeserver.connector.fetch(post)
    assert kept is not None, "as evidence it can be read for as long as Synapse keeps it"
    assert kept.text == "A text that must go"
    again = homeserver.connector.act(Operation.REMOVE_ITEM, post, key="r", params=reason)
    assert (again.done, again.already) == ((), (post.id,))


def test_a_post_hidden_by_decision_can_then_be_removed(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    post = Target(homeserver.say(uma, room, "First hidden, then removed"), room)
    homeserver.connector.act(Operation.CONTAIN_ITEM, post, key="h")
    assert homeserver.connector.act(Operation.REMOVE_ITEM, post, key="r").done == (post.id,)
    assert homeserver.connector.probe(post).sight in {Sight.HIDDEN, Sight.REMOVED}
    homeserver.connector.act(Operation.RESTORE_ITEM, post, key="u")
    assert homeserver.connector.probe(post).sight == Sight.REMOVED, "a removed post is not brought back"


def test_an_author_who_left_may_no_longer_redact_and_we_are_told_so(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    post = Target(homeserver.say(uma, room, "Posted, then left"), room)
    homeserver.connector.wire.call("POST", f"/_matrix/client/v3/rooms/{room}/leave", token=uma.token, json={})
    with pytest.raises(Refused):
        homeserver.connector.act(Operation.REMOVE_ITEM, post, key="r")


def test_a_post_nobody_knows_is_reported_as_missing(homeserver: Homeserver) -> None:
    unknown = Target("$nobodyeverpostedthis", "!nowhere")
    for operation in (Operation.CONTAIN_ITEM, Operation.RESTORE_ITEM, Operation.REMOVE_ITEM):
        assert homeserver.connector.act(operation, unknown, key="x").missing == (unknown.id,)
    assert homeserver.connector.probe(unknown).sight == Sight.UNREADABLE
    assert homeserver.connector.fetch(unknown) is None


def test_an_author_reads_the_statement_of_reasons_once(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    text = "Votre message a été masqué. Motif : escroquerie. Contester : http://localhost:8470/fr/x"
    for _ in range(2):
        told = homeserver.connector.act(
            Operation.NOTIFY_ACCOUNT, Target(uma.account), key="letter-1", params={"text": text}
        )
        assert told.done == (uma.account,)
    notices = homeserver.connector.as_member(uma).notices()
    assert [(notice.author.id, notice.text) for notice in notices] == [("@notices:localhost", text)]
    assert homeserver.connector.as_member(homeserver.person("otto")).notices() == ()


def test_an_announcement_appears_once_in_a_channel_where_only_the_operator_writes(
    homeserver: Homeserver,
) -> None:
    connector, rhea = homeserver.connector, homeserver.person("rhea")
    operator = connector.sign_in_operator()
    room = open_channel(connector.wire, operator, "daily", "The day", broadcast=True)
    assert open_channel(connector.wire, operator, "daily", "The day", broadcast=True) == room
    told = [
        connector.act(
            Operation.POST_ANNOUNCEMENT, Target("", "#daily:localhost"), key="2026-11-21",
            params={"text": "The day in numbers", "html": "<p>The day in numbers</p>"},
        )
        for _ in range(2)
    ]  # fmt: skip
    assert told[0].reference == told[1].reference
    member = connector.as_member(rhea)
    assert [post.text for post in member.read_channel(room)] == ["The day in numbers"]
    with pytest.raises(Refused):
        member.post(room, "I would like to write here too", key="1")


def test_more_than_the_manifest_allows_is_refused_before_anything_happens(homeserver: Homeserver) -> None:
    with pytest.raises(Refused, match="at most 500"):
        homeserver.connector.act_on_many(Operation.CONTAIN_ITEM, [Target("$x")] * 501, key="x")


def test_a_homeserver_that_is_down_is_worth_trying_again(homeserver: Homeserver) -> None:
    keys = homeserver.home / "keys" / "matrix"
    nobody = MatrixConnector(f"http://127.0.0.1:{free_port()}", keys, homeserver.control)
    with pytest.raises(Unreachable, match="does not answer"):
        nobody.act(Operation.CONTAIN_ITEM, Target("$x", "!y"), key="x")
