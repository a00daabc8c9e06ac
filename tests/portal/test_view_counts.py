"""How often a post was opened, as readers of the public page and the messenger's door tell it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client

from steelyard.base.clock import set_clock
from steelyard.base.config import config
from steelyard.enforcement.connector import SeenChannel, Surface, forget_connectors, register
from steelyard.enforcement.public_reading import PublicChannel, PublicPage
from steelyard.flows import count_readers
from steelyard.portal import bounds
from steelyard.readership import counting
from steelyard.readership.models import PostCount
from steelyard.readership.rounding import LEAST
from tests.platform import CHANNEL
from tests.portal.members import PlatformWithMembers

pytestmark = pytest.mark.django_db
MORNING = datetime(2026, 5, 4, 9, 20, tzinfo=UTC)


class ReadByAll(PlatformWithMembers):
    """Shows its one channel to everybody."""

    def public_channels(self, *, search="", after="", limit=30):
        raise NotImplementedError

    def read_public(self, alias, *, before="", limit=50):
        shown = PublicChannel(id=CHANNEL, alias="#market:home", name="Market")
        return PublicPage(channel=shown, posts=self.as_member(self.register()).read_channel(CHANNEL))

    def register(self):
        return self.register_member(f"m{len(self.passwords)}", "", "")


@pytest.fixture
def town():
    counting.forget()
    bounds._sent.clear()
    count_readers.forget()
    found = ReadByAll()
    found.publish("$bread", "Bread is sold out.")
    register("memory", lambda: found)
    yield found
    forget_connectors()
    counting.forget()


def reader(number: int) -> dict[str, str]:
    return {"REMOTE_ADDR": f"198.51.{number // 200}.{number % 200}"}


def opens(posts, by, *, channel=CHANNEL, asked=(), **headers):
    said = {"channel": channel, "opened": list(posts), "asked": list(asked)}
    return Client().post("/chat/opened", said, "application/json", **by, **headers)


def numbers_an_hour_later(*posts, hours=1):
    with set_clock(MORNING + timedelta(hours=hours)):
        return opens([], reader(0), asked=posts).json()["numbers"]


def test_readers_of_the_messenger_and_of_the_public_page_are_counted_together_once_a_day(town):
    with set_clock(MORNING):
        for number in range(25):
            assert opens(["$bread"], reader(number)).json() == {"numbers": {}}
            opens(["$bread"], reader(number))
        for number in range(20, 50):
            Client().get("/en/channels/market", **reader(number))
    assert numbers_an_hour_later("$bread")["$bread"] in (40, 50)
    assert PostCount.objects.get().opened == 50
    with set_clock(MORNING + timedelta(hours=1)):
        page = Client().get("/en/channels/market").content.decode()
    assert "Opened at least 40 times" in page or "Opened at least 50 times" in page
    assert "How we count who opened a post" in page


def test_of_few_readers_nothing_is_said(town):
    with set_clock(MORNING):
        for number in range(9):
            opens(["$bread"], reader(number))
    assert numbers_an_hour_later("$bread") == {}
    page = Client().get("/en/channels/market").content.decode()
    assert "Opened at least" not in page
    assert "Fewer than ten openings counted" in page


def test_a_post_of_a_private_room_or_of_another_channel_is_never_counted(town):
    town.channels["!quiet:home"] = SeenChannel(
        connector="memory", id="!quiet:home", surface=Surface.PRIVATE_GROUP
    )
    with set_clock(MORNING):
        opens(["$bread"], reader(1), channel="!quiet:home")
        opens(["$bread", "$made-up"], reader(1), channel="!nowhere:home")
        opens(["$made-up"], reader(1))
    numbers_an_hour_later()
    assert not PostCount.objects.exists()


@pytest.mark.parametrize(
    "wish", [{"HTTP_SEC_GPC": "1"}, {"HTTP_DNT": "1"}, {"HTTP_SEC_PURPOSE": "prefetch;prerender"}]
)
def test_who_asks_not_to_be_followed_is_not_counted_and_reads_the_numbers_all_the_same(town, wish):
    with set_clock(MORNING):
        Client().get("/en/channels/market", **reader(1), **wish)
        Client().head("/en/channels/market", **reader(2))
        assert opens(["$bread"], reader(1), **wish).status_code == 200
    numbers_an_hour_later()
    assert not PostCount.objects.exists()


def test_one_address_cannot_make_us_ask_the_platform_without_end(town, monkeypatch):
    monkeypatch.setattr("steelyard.portal.views.opened.LOOKED_UP_AN_HOUR", 2)
    asked = []
    monkeypatch.setattr(town, "fetch", lambda target: asked.append(target.id))
    with set_clock(MORNING):
        for number in range(5):
            opens([f"$made-up-{number}"], reader(1))
    assert asked == ["$made-up-0", "$made-up-1"]


@pytest.mark.parametrize(
    "said", [b"[]", b"{}", b'{"channel": "!a", "opened": "all"}', b'{"channel": "!a", "opened": [""]}']
)
def test_what_is_no_such_request_is_said_to_be_none(town, said):
    assert Client().post("/chat/opened", said, "application/json").status_code == 400


def test_an_operator_who_wants_no_numbers_has_none(town, monkeypatch):
    monkeypatch.setenv("STEELYARD_VIEW_COUNTS", "false")
    config.cache_clear()
    try:
        with set_clock(MORNING):
            assert opens(["$bread"], reader(1)).status_code == 404
            page = Client().get("/en/channels/market", **reader(1)).content.decode()
        assert "How we count" not in page
        assert counting.waiting() == 0
    finally:
        monkeypatch.undo()
        config.cache_clear()


def test_a_page_of_another_site_cannot_count_its_visitors_as_readers(town):
    with set_clock(MORNING):
        assert opens(["$bread"], reader(1), HTTP_SEC_FETCH_SITE="cross-site").status_code == 403


def test_the_number_below_which_none_is_said_is_one_number() -> None:
    """The messenger and the page without an account say "fewer than ten": what they are told is rounded so."""
    written = (Path(__file__).parents[2] / "clients/web/src/views/opened.tsx").read_text()
    assert LEAST == int(written.partition("const FEW = ")[2].split(";")[0]) == 10
