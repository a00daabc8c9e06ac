"""Coming in: the link, the passkey, the second factor. Every test drives the real pages."""

import json
import logging
from datetime import timedelta

import pytest

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.assembly.demo.staff_client import _form
from steelyard.base.clock import now, set_clock
from steelyard.base.errors import Broken
from steelyard.console.views.members import link_for
from steelyard.ledger.models import Entry
from steelyard.people.actions import link_from_operator, suspend_member
from steelyard.people.models import Member, SignIn
from steelyard.people.second_factors import codes_left
from tests.cast import present
from tests.console.browsers import BASE, browser, enrolled

pytestmark = pytest.mark.django_db


def test_somebody_with_a_link_enrols_and_is_in():
    ada = enrolled("ada")
    assert ada.get("/console/").status_code == 200
    row = Member.objects.get(handle="ada")
    assert (row.state, codes_left(row)) == ("active", 10)


def test_a_moderator_signs_in_with_the_passkey_alone():
    ada = enrolled("ada")
    ada.post("/console/sign-out")
    assert ada.get("/console/").url.path == "/console/sign-in"
    ada.sign_in()
    assert ada.get("/console/account").status_code == 200


def test_somebody_who_decides_orders_also_needs_the_second_factor():
    lena = enrolled("lena")
    lena.post("/console/sign-out")
    page = lena.http.get("/console/sign-in")
    answer = json.dumps(lena.passkey.get(_form(page, "get").options))
    page = lena.post("/console/sign-in", {"credential": answer})
    assert page.url.path == "/console/second-factor"
    assert lena.get("/console/account").url.path == "/console/second-factor"  # half a sign-in opens nothing
    lena.sign_in()
    assert lena.get("/console/account").status_code == 200


def test_the_first_passkey_does_not_count_again_as_the_second_factor():
    lena = enrolled("lena")
    lena.post("/console/sign-out")
    lena.spare = lena.passkey
    with pytest.raises(LookupError):
        lena.sign_in()


def test_a_recovery_code_stands_in_once_for_the_second_factor():
    lena, first = browser(), enrolled("lena")
    _, token = link_from_operator("lena")
    codes = lena.enrol(link_for(token))
    for expected in ("/console/", "/console/second-factor"):
        lena.post("/console/sign-out")
        page = lena.http.get("/console/sign-in")
        lena.post(
            "/console/sign-in", {"credential": json.dumps(lena.passkey.get(_form(page, "get").options))}
        )
        page = lena.post("/console/second-factor", {"code": codes[0]})
        assert page.url.path == expected
    assert Entry.objects.filter(verb="people:credential:recovery_used").count() == 1
    assert first.get("/console/account").url.path == "/console/sign-in"


def test_a_key_that_does_not_verify_its_user_cannot_sign_in():
    ada = enrolled("ada")
    ada.post("/console/sign-out")
    ada.passkey.verifies = False
    with pytest.raises(Broken):
        ada.sign_in()
    ada.passkey.verifies = True
    ada.sign_in()


def test_an_answer_made_for_another_address_is_refused():
    ada = enrolled("ada")
    ada.post("/console/sign-out")
    ada.passkey.origin = "http://localhost:9999"
    with pytest.raises(Broken):
        ada.sign_in()


def test_a_copied_key_whose_counter_lags_is_refused():
    ada = enrolled("ada")
    ada.post("/console/sign-out")
    ada.sign_in()
    ada.post("/console/sign-out")
    ada.passkey.keys[0].count = 0
    with pytest.raises(Broken):
        ada.sign_in()


def test_an_answer_is_accepted_once():
    ada = enrolled("ada")
    ada.post("/console/sign-out")
    page = ada.http.get("/console/sign-in")
    answer = json.dumps(ada.passkey.get(_form(page, "get").options))
    assert ada.post("/console/sign-in", {"credential": answer}).url.path == "/console/"
    ada.post("/console/sign-out")
    ada.http.get("/console/sign-in")
    assert ada.post("/console/sign-in", {"credential": answer}).status_code == 403


def test_the_passkey_of_a_stranger_and_of_someone_suspended_get_the_same_answer():
    ada, stranger = enrolled("ada"), browser()
    ada.post("/console/sign-out")
    stranger.passkey = SoftPasskey(BASE)
    stranger.passkey.create(
        {"publicKey": {"rp": {"id": "localhost"}, "user": {"id": "eA"}, "challenge": "eA"}}
    )
    suspend_member(present("adam"), Member.objects.get(handle="ada").ref, because="device lost")
    texts = []
    for person in (ada, stranger):
        page = person.http.get("/console/sign-in")
        answer = json.dumps(person.passkey.get(_form(page, "get").options))
        texts.append(
            person.post("/console/sign-in", {"credential": answer}).text.split('id="wrong"')[1][:300]
        )
    assert texts[0] == texts[1]


def test_the_session_changes_its_name_at_sign_in():
    ada = enrolled("ada")
    ada.post("/console/sign-out")
    ada.http.get("/console/sign-in")
    before = ada.http.cookies["session"]
    ada.sign_in()
    assert ada.http.cookies["session"] != before


@pytest.mark.parametrize(("later", "path"), [(59, "/console/"), (60, "/console/sign-in")])
def test_an_hour_without_use_ends_a_sign_in(later, path):
    ada = enrolled("ada")
    with set_clock(now() + timedelta(minutes=later)):
        assert ada.get("/console/").url.path == path


def test_twelve_hours_end_a_sign_in_however_busy():
    ada, start = enrolled("ada"), now()
    for half_hours in range(1, 24):
        with set_clock(start + timedelta(minutes=30 * half_hours)):
            assert ada.get("/console/").url.path == "/console/"
    with set_clock(start + timedelta(hours=12)):
        assert ada.get("/console/").url.path == "/console/sign-in"


def test_someone_ends_their_sign_in_on_another_device():
    ada = enrolled("ada")
    row = SignIn.objects.get(member__handle="ada")
    other = browser()
    other.passkey = ada.passkey
    other.sign_in()
    assert other.post(f"/console/account/sign-ins/{row.ref}/end").status_code == 200
    assert ada.get("/console/account").url.path == "/console/sign-in"


def test_someone_suspended_is_out_at_the_next_request():
    ada = enrolled("ada")
    assert ada.get("/console/account").url.path == "/console/account"
    suspend_member(present("adam"), Member.objects.get(handle="ada").ref, because="device lost")
    assert ada.get("/console/account").url.path == "/console/sign-in"


def test_the_token_of_a_link_reaches_no_address_and_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    addresses = []
    enrolled("ada")
    _, token = link_from_operator("ada")
    ada = browser()
    ada.http.event_hooks["request"] = [lambda request: addresses.append(str(request.url))]
    ada.enrol(link_for(token))
    assert addresses
    assert not [address for address in addresses if token in address]
    assert token not in caplog.text


def test_looking_at_the_page_of_a_link_uses_nothing_up():
    enrolled("ada")
    _, token = link_from_operator("ada")
    browser().get("/console/enrol")
    assert len(browser().enrol(link_for(token))) == 10


def test_a_form_of_another_site_cannot_sign_anyone_out():
    ada = enrolled("ada")
    answer = ada.http.post(
        "/console/sign-out", headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert ada.get("/console/account").url.path == "/console/account"
