"""The door for members to the protected register: the platform says whose account it is, and nothing is shown."""

import pytest
from django.test import Client

from steelyard.orders.models import Guarded
from tests.browser import accessible, fits

pytestmark = pytest.mark.django_db
AT = "/en/protected"


@pytest.fixture
def members(platform):
    platform.passwords = {"uma": "a long password"}
    return platform


def sent(wish, said="a long password", name="uma"):
    return Client().post(AT, {"name": name, "password": said, "wish": wish})


def test_uma_puts_her_account_on_and_takes_it_off_without_script(members):
    assert "Your account is on the register." in sent("on").text
    row = Guarded.objects.get()
    assert (row.by, row.basis) == ("owner", "opt_in")
    answer = sent("off")
    assert "Your account leaves the register on" in answer.text
    assert Guarded.objects.count() == 1
    assert "a long password" not in answer.text


def test_whoever_does_not_know_the_password_learns_and_changes_nothing(members):
    sent("on")
    for wish in ("on", "off"):
        answer = sent(wish, "another password")
        assert (answer.status_code, "register on" in answer.text) == (422, False)
    assert Guarded.objects.get().off_at is None
    members.passwords["omar"] = "his password"
    assert "Your account is not on the register." in sent("off", "his password", "omar").text


def test_while_the_platform_does_not_answer_it_says_so_and_nothing_happens(members):
    members.down = True
    assert sent("on").status_code == 422
    assert not Guarded.objects.exists()


def test_no_address_cookie_or_page_tells_of_it(members):
    sent("on")
    page = Client().get(AT)
    assert "uma" not in page.text
    assert not page.cookies
    assert "noindex" in page.text


def test_it_fits_a_telephone_in_farsi_and_is_accessible(members, new_page):
    page = new_page(width=320)
    page.goto("/fa/protected")
    fits(page)
    accessible(page)
    page.fill("[name=name]", "uma")
    page.fill("[name=password]", "a long password")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_selector("main [role=status]")
    accessible(page)
