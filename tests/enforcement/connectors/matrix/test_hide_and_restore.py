"""Posts disappear for ordinary members and come back as they were."""

from steelyard.enforcement.connector import Operation, Sight, Target
from tests.homeserver import Homeserver


def test_fifty_posts_disappear_and_come_back_identical(homeserver: Homeserver) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    posts = [homeserver.say(uma, room, f"Post number {number}") for number in range(50)]
    kept = homeserver.say(uma, room, "This one stays")
    before = homeserver.messages(rhea, room)
    targets = [Target(post, room) for post in posts]

    hidden = homeserver.connector.act_on_many(Operation.CONTAIN_ITEM, targets, key="1", params={"case": "K"})
    assert (list(hidden.done), hidden.inverse) == (posts, Operation.RESTORE_ITEM)
    assert [event["event_id"] for event in homeserver.messages(rhea, room)] == [kept]
    assert homeserver.connector.probe(targets[7]).sight == Sight.HIDDEN
    again = homeserver.connector.act_on_many(Operation.CONTAIN_ITEM, targets, key="1")
    assert (again.done, list(again.already)) == ((), posts)

    restored = homeserver.connector.act_on_many(Operation.RESTORE_ITEM, targets, key="2")
    assert list(restored.done) == posts
    assert homeserver.messages(rhea, room) == before


def test_a_restored_post_is_the_one_that_was_seen(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    post = Target(homeserver.say(uma, room, "Read me back"), room)
    seen = homeserver.connector.fetch(post)
    assert seen is not None
    homeserver.connector.act(Operation.CONTAIN_ITEM, post, key="3")
    assert homeserver.connector.fetch(post) == seen, "evidence can be read while hidden"
    homeserver.connector.act(Operation.RESTORE_ITEM, post, key="4")
    reading = homeserver.connector.probe(post)
    assert (reading.sight, reading.content_hash) == (Sight.VISIBLE, seen.content_hash)
