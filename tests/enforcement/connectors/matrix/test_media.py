"""A posted file can be fetched for a look at it, within bounds, and nothing else can."""

import secrets

from steelyard.enforcement.connector import SeenMedia, Target
from tests.homeserver import Homeserver
from tests.screening.images.pictures import blocks, file

PICTURE = file(blocks(60, 80))


def test_the_file_of_a_post_comes_as_it_was_uploaded(homeserver: Homeserver) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    sent = {"msgtype": "m.image", "body": "look.png", "url": homeserver.upload(uma, PICTURE)}
    post = homeserver.connector.fetch(Target(homeserver.send(uma, room, "m.room.message", sent), room))
    assert post
    (media,) = post.media
    assert homeserver.connector.media(media, most=len(PICTURE)) == PICTURE
    assert homeserver.connector.media(media, most=len(PICTURE) - 1) is None


def test_what_is_gone_or_no_file_is_none(homeserver: Homeserver) -> None:
    server = homeserver.person("uma").account.partition(":")[2]
    for uri in (
        f"mxc://{server}/{secrets.token_hex(12)}", "", "https://example.org/x.png", f"mxc://{server}/../../admin",
        f"mxc://{server}/a?b", "mxc://a b/c",
    ):  # fmt: skip
        assert homeserver.connector.media(SeenMedia(uri=uri), most=1000) is None
