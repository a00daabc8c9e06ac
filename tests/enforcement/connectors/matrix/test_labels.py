"""A label stands beside a post in every client; the post itself stays as its author wrote it."""

from typing import Any

from steelyard.enforcement.connector import MemberSession, Operation, Sight, Target
from tests.homeserver import Homeserver

FIELD = "org.steelyard.label"
TOLD = {"label": "disputed", "text": "What this says is disputed.", "case": "K-7"}


def beside(homeserver: Homeserver, who: MemberSession, post: Target) -> Any:
    """The label as any client of this member is handed it."""
    path = f"/_matrix/client/v3/rooms/{post.channel}/event/{post.id}"
    return homeserver.connector.wire.call("GET", path, token=who.token)["unsigned"].get(FIELD)


def test_a_label_is_seen_by_everybody_and_taken_away_again(homeserver: Homeserver) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    post = Target(homeserver.say(uma, room, "The bridge is closed for ever"), room)
    other = Target(homeserver.say(uma, room, "Good morning"), room)
    before = homeserver.connector.probe(post)

    labelled = homeserver.connector.act(Operation.LABEL_ITEM, post, key="l", params=TOLD)
    assert (labelled.done, labelled.inverse) == ((post.id,), Operation.UNLABEL_ITEM)
    assert beside(homeserver, rhea, post) == beside(homeserver, uma, post) == TOLD
    assert beside(homeserver, rhea, other) is None
    assert homeserver.connector.act(Operation.LABEL_ITEM, post, key="l", params=TOLD).already == (post.id,)
    after = homeserver.connector.probe(post)
    assert (after, after.sight) == (before, Sight.VISIBLE), "not a letter of the post is changed"

    assert homeserver.connector.act(Operation.UNLABEL_ITEM, post, key="u").done == (post.id,)
    assert beside(homeserver, rhea, post) is None
    unknown = Target("$nobodyeverpostedthis", room)
    assert homeserver.connector.act(Operation.LABEL_ITEM, unknown, key="n", params=TOLD).missing == (
        unknown.id,
    )
