"""The second factor by code: an authenticator app, and what happens when someone guesses."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache

from steelyard.assembly.demo.staff_client import _codes, _form
from steelyard.console.views.members import link_for
from steelyard.people.actions import invite
from steelyard.people.models import Member
from steelyard.people.permissions import Role
from steelyard.people.second_factors import has_app
from steelyard.vault.models import DataKey
from tests.cast import present
from tests.console.browsers import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh_guesses():
    cache.clear()


def code_of(secret: str) -> str:
    """What the app on Lena's phone shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def lena():
    """Lena at step two of her enrolment: she has a passkey. With her comes the key that the page shows."""
    _, token = invite(
        present("adam"), name="Lena", handle="lena", language="en", roles=[Role.LEGAL], because="joins"
    )
    person = browser()
    person.http.get("/console/enrol")
    page = person.post("/console/enrol", {"token": link_for(token).partition("#")[2]})
    answer = person.passkey.create(_form(page, "create").options)
    page = person.post("/console/enrol", {"step": "passkey", "credential": json.dumps(answer)})
    secret = page.text.split('class="ref">')[1].split("<")[0]
    return person, secret


def finish(person, secret):
    person.post("/console/enrol", {"step": "app", "code": code_of(secret)})
    codes = _codes(person.post("/console/enrol", {"step": "codes"}))
    assert person.post("/console/enrol", {"step": "finish"}).url.path == "/console/"
    return codes


def at_the_second_door(person):
    person.post("/console/sign-out")
    page = person.http.get("/console/sign-in")
    answer = json.dumps(person.passkey.get(_form(page, "get").options))
    assert person.post("/console/sign-in", {"credential": answer}).url.path == "/console/second-factor"


def test_someone_enrols_an_app_and_signs_in_with_its_code(lena):
    person, secret = lena
    finish(person, secret)
    at_the_second_door(person)
    assert person.post("/console/second-factor", {"code": code_of(secret)}).url.path == "/console/"


def test_a_code_is_good_once(lena):
    person, secret = lena
    finish(person, secret)
    code = code_of(secret)
    at_the_second_door(person)
    person.post("/console/second-factor", {"code": code})
    at_the_second_door(person)
    assert person.post("/console/second-factor", {"code": code}).status_code == 403


def test_after_five_wrong_codes_even_the_right_one_waits(lena):
    person, secret = lena
    finish(person, secret)
    at_the_second_door(person)
    for guess in range(5):
        person.post("/console/second-factor", {"code": f"00000{guess}"})
    answer = person.post("/console/second-factor", {"code": code_of(secret)})
    assert (answer.status_code, "Too many wrong codes." in answer.text) == (403, True)


def test_an_app_that_shows_a_wrong_code_is_not_enrolled(lena):
    person, _ = lena
    answer = person.post("/console/enrol", {"step": "app", "code": "000000"})
    assert answer.status_code == 400
    assert not has_app(Member.objects.get(handle="lena"))


def test_nobody_finishes_with_a_passkey_alone(lena):
    person, _ = lena
    answer = person.post("/console/enrol", {"step": "finish"})
    assert answer.status_code == 400
    assert Member.objects.get(handle="lena").state == "invited"


def test_the_apps_key_lies_sealed_in_the_database(lena):
    person, secret = lena
    finish(person, secret)
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in kept
    assert DataKey.objects.filter(ref=kept.partition(".")[0]).exists()
