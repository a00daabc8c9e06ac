"""What readers see of a post, in our words, whatever strangers put into its fields."""

from datetime import UTC, datetime
from typing import Any

import pytest

from steelyard.enforcement.connector import SeenMedia, Surface
from steelyard.enforcement.connectors.matrix.translation import seen_post

ROOM = {"id": "!town:home", "public": True, "name": "Town", "alias": "#town:home"}


def post(content: dict[str, Any], kind: str = "m.room.message") -> dict[str, Any]:
    return {
        "type": kind, "event_id": "$post", "room_id": "!town:home", "sender": "@uma:home",
        "origin_server_ts": 1_772_625_600_000, "content": content,
    }  # fmt: skip


def text_of(content: dict[str, Any]) -> str:
    return seen_post("matrix", post(content), ROOM).text


def test_an_ordinary_post() -> None:
    seen = seen_post("matrix", post({"msgtype": "m.text", "body": "Good morning"}), ROOM)
    assert (seen.id, seen.channel, seen.channel_name, seen.surface, seen.author, seen.text, seen.at) == (
        "$post", "!town:home", "Town", Surface.PUBLIC_CHANNEL, "@uma:home", "Good morning",
        datetime(2026, 3, 4, 12, tzinfo=UTC),
    )  # fmt: skip
    assert seen.link == "https://matrix.to/#/!town:home/$post"
    assert (seen.edits, seen.replies_to, seen.media) == ("", "", ())


@pytest.mark.parametrize(
    ("formatted", "seen"),
    [
        ("<b>Good</b> morning", "Good morning"),
        ("<p>Send me money</p>", "Good morning\nSend me money"),
        ('<a href="https://evil.example/">morning</a>', "Good morning\nhttps://evil.example/ morning"),
        ("&lt;Good&gt; <unclosed", "Good morning\n<Good> <unclosed"),
    ],
)
def test_what_only_the_formatted_body_says_is_seen_as_well(formatted: str, seen: str) -> None:
    assert text_of({"msgtype": "m.text", "body": "Good morning", "formatted_body": formatted}) == seen


@pytest.mark.parametrize(
    ("formatted", "seen"),
    [
        ("easy <![3 money", "easy <![3 money"),
        ("easy <![CDATA[>money", "easy money"),
        ("mo<!-- x -->ney<!-->", "money"),
        ("mo<!DOCTYPE x>n</3>e<?p>y", "money"),
        ('<b title="a > b">mo</b>ney', "money"),
        ("<p>easy<br/>money</P>", "easy money"),
        ("<A\nHREF='https://evil.example/?a&amp;b'>money", "https://evil.example/?a&b money"),
        ("<a data-href=x href=https://evil.example>money", "https://evil.example money"),
        ("&#0000000000000109;&#x00006F;ney", "money"),
        ("&#" + "9" * 5000 + ";&#xFFFFFFFFF;&bogus;", "\ufffd\ufffd&bogus;"),
        ("&#xD800;&#0;", "\ufffd\ufffd"),
    ],
)  # fmt: skip
def test_markup_that_browsers_forgive_neither_stops_us_nor_hides_a_word(formatted: str, seen: str) -> None:
    assert text_of({"msgtype": "m.text", "formatted_body": formatted}) == seen


@pytest.mark.parametrize(
    "piece", ["<a href=", "<a", "<!--", "<a b='", '<a b="', "</a x", "<mx-reply>", "&#9"]
)
def test_half_open_markup_that_fills_an_event_is_read_in_one_pass(piece: str) -> None:
    """The old reader went over the rest again at each opening: ten seconds for the first of these."""
    body = piece * (60_000 // len(piece))
    seen = text_of(
        {"msgtype": "m.text", "formatted_body": body, "m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
    )
    assert len(seen) <= len(body)


def test_only_a_replys_quotation_in_front_is_left_out() -> None:
    quoting = "<mx-reply>what another wrote</mx-reply>mine"
    reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$first"}}}
    assert text_of({"formatted_body": quoting} | reply) == "mine"
    assert text_of({"formatted_body": quoting}) == "what another wrotemine"
    assert text_of({"formatted_body": "mine<mx-reply>easy money</mx-reply>"} | reply) == "mineeasy money"


def test_an_edit_is_its_new_text_and_names_its_post() -> None:
    content = {
        "msgtype": "m.text", "body": "* Now this", "m.new_content": {"msgtype": "m.text", "body": "Now this"},
        "m.relates_to": {"rel_type": "m.replace", "event_id": "$first"},
    }  # fmt: skip
    seen = seen_post("matrix", post(content), ROOM)
    assert (seen.text, seen.edits) == ("Now this", "$first")


def test_new_content_without_an_edit_hides_nothing() -> None:
    assert text_of({"body": "What is shown", "m.new_content": {"body": "A decoy"}}) == "What is shown"


def test_a_file_is_described_and_not_fetched() -> None:
    picture = {
        "msgtype": "m.image", "body": "holiday.jpg", "url": "mxc://home/abc",
        "info": {"mimetype": "image/jpeg", "size": 12345},
    }  # fmt: skip
    seen = seen_post("matrix", post(picture), ROOM)
    assert seen.media == (SeenMedia(uri="mxc://home/abc", mime="image/jpeg", size=12345, name="holiday.jpg"),)


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"body": 7},
        {"body": None, "m.relates_to": []},
        {"m.relates_to": {"rel_type": "m.replace"}},
        "text",
    ],
)
def test_wrong_types_are_read_as_nothing(content: Any) -> None:
    assert text_of(content) == ""


def test_a_time_that_is_none_is_brought_to_the_nearest() -> None:
    for stated in (-5, 10**30, "noon", None, True):
        event = post({"body": "x"}) | {"origin_server_ts": stated}
        assert seen_post("matrix", event, ROOM).at.tzinfo == UTC
