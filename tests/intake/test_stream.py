"""What members post in public reaches screening, once, whatever is stopped in between."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest
from django.db import connections

from steelyard.enforcement.connector import forget_connectors, register
from steelyard.enforcement.connectors.matrix.people import talk_in_private
from steelyard.enforcement.models import Measure
from steelyard.intake.catch_up import catch_up_once
from steelyard.screening.models import Tally
from tests.flows.stories import SCAM_RU
from tests.homeserver import Homeserver, registered_tokens, wait_until
from tests.intake.conftest import Intake

SECRET = "the orchard gate opens at nine with the green key"


def screened() -> int:
    return sum(Tally.objects.values_list("screened", flat=True))


def test_a_scam_in_a_public_channel_is_on_its_way_to_be_hidden(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    homeserver.say(uma, room, "Does anybody know when the bakery opens?")
    scam = homeserver.say(uma, room, SCAM_RU)
    wait_until(lambda: screened() == 2)
    measure = Measure.objects.get()
    assert (measure.operation, measure.subject.native_id, measure.subject.channel.native_id) == (
        "contain_item", scam, room,
    )  # fmt: skip
    assert measure.subject.author.native_id == uma.account


def test_what_was_sent_while_we_were_down_arrives_when_we_are_back(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    intake.kill()
    for number in range(8):
        homeserver.say(uma, room, f"Written while nobody listened, {number}")
    assert screened() == 0
    intake.start()
    wait_until(lambda: screened() == 8)


def test_the_same_transaction_counts_once(homeserver: Homeserver, intake: Intake) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    address = f"http://127.0.0.1:{homeserver.intake_port}/_matrix/app/v1/transactions/twice"
    post = {
        "type": "m.room.message", "event_id": "$again", "room_id": room, "sender": uma.account,
        "origin_server_ts": 1, "content": {"msgtype": "m.text", "body": "Once is enough"},
    }  # fmt: skip
    token = registered_tokens(homeserver.home)["hs_token"]
    answers = [
        httpx.put(address, json={"events": [post]}, headers={"Authorization": f"Bearer {token}"})
        for _ in range(2)
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [(200, {}), (200, {})]
    assert screened() == 1


def test_only_our_homeserver_may_push(homeserver: Homeserver, intake: Intake) -> None:
    address = f"http://127.0.0.1:{homeserver.intake_port}/_matrix/app/v1/transactions/1"
    for headers in ({}, {"Authorization": "Bearer something-else"}):
        answer = httpx.put(address, json={"events": []}, headers=headers)
        assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN")


def test_what_no_database_takes_does_not_stop_the_stream(homeserver: Homeserver, intake: Intake) -> None:
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    address = f"http://127.0.0.1:{homeserver.intake_port}/_matrix/app/v1/transactions/odd"
    odd = [
        {
            "type": "m.room.message", "event_id": f"$odd{number}", "room_id": room,
            "sender": uma.account, **more,
        }
        for number, more in enumerate((
            {"content": {"msgtype": "m.text", "body": SCAM_RU + " \x00 \ud800"}, "origin_server_ts": 10**18},
            {"content": {"msgtype": 5, "body": ["list"], "m.relates_to": "no"}, "origin_server_ts": "soon"},
            {"content": "not even an object"},
            {},
        ))
    ]  # fmt: skip
    token = registered_tokens(homeserver.home)["hs_token"]
    answer = httpx.put(
        address, content=json.dumps({"events": [*odd, "not an event"]}),
        headers={"Authorization": f"Bearer {token}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()) == (200, {})
    assert screened() == 4


def test_a_private_room_is_counted_and_not_read(homeserver: Homeserver, intake: Intake) -> None:
    uma = homeserver.person("uma")
    wire = homeserver.connector.wire
    private = wire.call(
        "POST", "/_matrix/client/v3/createRoom", token=uma.token, json={"preset": "private_chat"}
    )["room_id"]
    public = homeserver.channel(uma)
    homeserver.say(uma, private, SCAM_RU)
    homeserver.say(uma, public, "After it")
    wait_until(lambda: screened() == 1)
    assert not Measure.objects.exists()


def test_an_encrypted_chat_is_nowhere_to_be_read(homeserver: Homeserver, intake: Intake) -> None:
    from django.db import connection

    ana, boris = homeserver.person("ana"), homeserver.person("boris")
    store = homeserver.home / "chat"
    room, heard = talk_in_private(homeserver.address, ana, boris, store, [SECRET, "Understood"])
    assert heard == (SECRET, "Understood")
    homeserver.say(ana, homeserver.channel(ana), "After it")
    wait_until(lambda: screened() == 1)

    assert room.encode() in homeserver.database(), "the database was looked into"
    assert SECRET.encode() not in homeserver.database()
    assert SECRET.encode() not in (homeserver.home / "synapse" / "log").read_bytes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{SECRET[:20]}%"])
            assert cursor.fetchone() == (0,), table


def test_posts_that_never_reached_us_are_caught_up_once(
    homeserver: Homeserver, intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A homeserver that is killed forgets what it had not pushed yet."""
    monkeypatch.setenv("STEELYARD_HOME", str(homeserver.home))  # fingerprints under the intake's own key
    uma = homeserver.person("uma")
    room = homeserver.channel(uma)
    _, before = homeserver.connector.posts_after("")
    intake.kill()
    lost = homeserver.say(uma, room, SCAM_RU)
    folder = homeserver.home / "lost"
    folder.mkdir(exist_ok=True)
    (folder / "matrix-posts-cursor").write_text(before)

    async def at_once(work: Callable[[], object]) -> object:
        def worked() -> object:
            try:
                return work()
            finally:
                connections.close_all()

        return await asyncio.get_running_loop().run_in_executor(None, worked)

    def caught_up() -> int:
        with ThreadPoolExecutor(1) as other:  # a browser test may have left its event loop in this thread
            return other.submit(asyncio.run, catch_up_once("matrix", folder, at_once, at_once)).result()

    class Settled:
        """The real connector, for which a post is settled at once."""

        def __init__(self) -> None:
            self.real = homeserver.connected()

        def __getattr__(self, name: str) -> object:
            return getattr(self.real, name)

        def posts_after(self, cursor: str) -> tuple[tuple[str, ...], str]:
            return self.real.posts_after(cursor, settled=timedelta(0))

    register("matrix", Settled)  # type: ignore[arg-type,return-value]
    try:
        assert caught_up() == 1
        assert Measure.objects.get().subject.native_id == lost
        (folder / "matrix-posts-cursor").write_text(before)
        assert caught_up() == 0
        intake.start()  # and now the homeserver pushes it after all, before what comes later
        later = homeserver.say(uma, room, f"{SCAM_RU} +")
        wait_until(Measure.objects.filter(subject__native_id=later).exists)
        assert Measure.objects.filter(subject__native_id=lost).count() == 1
    finally:
        forget_connectors()
