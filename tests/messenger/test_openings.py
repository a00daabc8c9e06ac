"""How often posts were opened, in the messenger: who opens is counted, and what the browser says names nobody."""

import json

import pytest

from steelyard.enforcement.connectors.matrix.accounts import join
from steelyard.flows import count_readers
from steelyard.readership import counting
from steelyard.readership.actions import move
from tests.browser import accessible, fits, one_at_a_time
from tests.homeserver import wait_until

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_yet():
    for each in (counting, count_readers):
        each.forget()


def test_a_reader_is_counted_and_reads_how_often_and_nothing_sent_names_them(attached, person):
    olga, room = attached.person("olga"), attached.channel(alias="bakery")
    post = attached.say(olga, room, "Bread is sold out.")
    with one_at_a_time:
        move({("matrix", post): (1234, 0.0)})
    told = []
    rita = person("rita", width=320)
    rita.page.on("request", lambda asked: told.append(asked) if asked.url.endswith("/chat/opened") else None)
    rita.come_in().open("/channels").enters("Bakery").sees("Bread is sold out.")
    rita.page.get_by_role("button", name="Opened at least 1,200 times").click()
    rita.page.get_by_text("The operator keeps no list of readers.").wait_for()
    fits(rita.page)
    accessible(rita.page)
    wait_until(lambda: counting.waiting() == 1)
    assert json.loads(told[0].post_data) == {"channel": room, "opened": [post], "asked": []}
    said = " ".join(f"{name}: {value}" for name, value in told[0].all_headers().items()) + told[0].post_data
    assert "rita" not in said
    assert not {"cookie", "authorization", "referer"} & told[0].all_headers().keys()


def test_of_an_encrypted_chat_nothing_is_told_and_ones_own_posts_are_not_openings(attached, person):
    nina, room = attached.person("nina-forge"), attached.channel(alias="forge")
    paul = person("paul-forge").come_in().enters("Forge")
    with paul.page.expect_request("**/chat/opened") as first:
        paul.sends("The forge is hot.")
    assert (first.value.post_data_json["opened"], len(first.value.post_data_json["asked"])) == ([], 1)
    paul.page.get_by_role("button", name="Fewer than 10 openings counted").wait_for()
    told = []
    paul.page.on("request", lambda asked: told.append(asked) if asked.url.endswith("/chat/opened") else None)
    paul.chats_with("nina-forge").sends("Only for you")
    join(attached.connector.wire, nina.token, room)
    post = attached.say(nina, room, "And the anvil?")
    with paul.page.expect_request("**/chat/opened"):
        paul.open(f"/room/{room}").sees("And the anvil?")
    assert [(asked.post_data_json["channel"], asked.post_data_json["opened"]) for asked in told] == [
        (room, [post])
    ]
