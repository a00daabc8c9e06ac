"""Leaving a country on a real Synapse: by the address people come from, with a country database of the operator."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import yaml

from steelyard.base.clock import now
from steelyard.enforcement.connector import Operation, forget_connectors, register
from steelyard.enforcement.connectors.matrix import MatrixConnector
from steelyard.flows.leave_market import agree, carry_out_steps
from steelyard.flows.look_at_market import look_at_market
from steelyard.markets.actions import ask_to_leave, ask_to_return, payload_of
from steelyard.markets.models import Leaving, Step
from tests.cast import present
from tests.flows.stories import delivered
from tests.homeserver import PASSWORD, Homeserver, need_synapse, wait_until

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "127.0.0.1", "127.0.0.2"


@pytest.fixture(scope="module")
def homeserver() -> Iterator[Homeserver]:
    """Open registration, and a database by which one address of this machine is in Iran, another in France."""
    need_synapse()
    home = Path(tempfile.mkdtemp(prefix="sy-mk-"))
    countries = home / "countries.csv"
    countries.write_text(f"{HERE},{HERE},IR\n{ELSEWHERE},{ELSEWHERE},FR\n2001:db8::,2001:db8::ffff,IR\n")
    server = Homeserver(home, countries=str(countries))
    file = home / "synapse" / "homeserver.yaml"
    said = yaml.safe_load(file.read_text())
    file.write_text(
        yaml.safe_dump(said | {"enable_registration": True, "enable_registration_without_verification": True})
    )
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def attached(homeserver, _signer):
    register("matrix", homeserver.connected)
    yield homeserver
    forget_connectors()


def signs_up(homeserver: Homeserver, name: str, *, come_from: str) -> httpx.Response:
    """As any client does it, from one address of this machine."""
    asked = {"username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=come_from)) as http:
        return http.post(f"{homeserver.address}/_matrix/client/v3/register", json=asked)


def done(row: Leaving) -> None:
    while carry_out_steps():
        pass
    delivered()
    assert set(Step.objects.filter(leaving=row).values_list("state", flat=True)) == {"confirmed"}


def notices_of(homeserver: Homeserver, who) -> list[str]:
    return [post.text for post in homeserver.connector.as_member(who).notices()]


def test_nobody_new_from_there_members_are_told_and_all_of_it_is_undone(attached):
    assert signs_up(attached, "igor", come_from=HERE).status_code == 200
    assert signs_up(attached, "fanny", come_from=ELSEWHERE).status_code == 200
    igor = attached.connector.sign_in_member("igor", PASSWORD)
    attached.connector.as_member(igor).notices()
    attached.channel(igor)
    mine = f"@igor:{attached.connector.status()['server_name']}"
    wait_until(
        lambda: mine in attached.connector.known_in("IR").accounts
    )  # Synapse writes addresses in batches
    found = look_at_market("IR").platforms[0]
    assert (found.name, found.closes_registration) == ("matrix", True)
    assert found.accounts >= 1

    asked = ask_to_leave(present("lena"), "IR", because="They demand the keys.")
    row = agree(present("lev"), asked.ref, payload_of(Leaving.objects.get()), because="I agree.")
    done(row)
    refused = signs_up(attached, "ivan", come_from=HERE)
    assert (refused.status_code, refused.json()["error"]) == (
        403, "No new accounts are opened from your country.",
    )  # fmt: skip
    assert signs_up(attached, "fred", come_from=ELSEWHERE).status_code == 200
    assert attached.connector.refuses_newcomer("2001:db8::7")
    assert not attached.connector.refuses_newcomer("198.51.100.1"), "an address that nobody placed is taken"
    assert any("is leaving" in text for text in notices_of(attached, igor))

    attached.process.kill()
    attached.process.wait()
    attached.start()
    assert signs_up(attached, "ivan", come_from=HERE).status_code == 403, "a restart opens nothing"

    asked = ask_to_return(present("lev"), row.ref, because="The demand was taken back.")
    agree(present("lena"), asked.ref, payload_of(row), because="Yes.")
    done(row)
    assert signs_up(attached, "ivan", come_from=HERE).status_code == 200
    assert any("again" in text for text in notices_of(attached, igor))


def test_what_synapse_holds_about_an_account_is_the_account_and_its_sessions_and_no_word_of_anybody(attached):
    assert signs_up(attached, "heike", come_from=HERE).status_code == 200
    heike = attached.connector.sign_in_member("heike", PASSWORD)
    attached.connector.as_member(heike).notices()
    mine = f"@heike:{attached.connector.status()['server_name']}"

    def held(**days):
        found = attached.connector.held_about(mine, ("subscriber", "identification", "content"), **days)
        return {one.category: json.loads(one.content) for one in found}

    wait_until(lambda: held()["identification"])  # Synapse writes addresses in batches
    assert set(held()) == {"subscriber", "identification"}, "content is not handed over from here"
    assert held()["subscriber"]["name"] == mine
    assert "password" not in json.dumps(held())
    assert {one["ip"] for one in held()["identification"]} <= {HERE, "::1", ELSEWHERE}
    tomorrow = now().date() + timedelta(days=1)
    assert held(since=tomorrow)["identification"] == []
    assert held(until=tomorrow)["identification"]
    assert attached.connector.held_about(mine.replace("heike", "nobody"), ("subscriber",)) == ()


def test_without_a_country_database_the_platform_does_not_pretend(homeserver):
    plain = MatrixConnector(homeserver.address, homeserver.home / "keys" / "matrix", homeserver.control)
    assert not plain.manifest.offers(Operation.CLOSE_REGISTRATION)
    assert plain.known_in("IR") is None
    plain.close()
