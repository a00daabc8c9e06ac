"""Officers of authorities: how they come in, what they see, and that an order takes their passkey."""

import pytest
from django.test import Client

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.config import config
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.people.agencies import actions
from steelyard.people.models import Officer
from tests.cast import present
from tests.directory import agency, enrolled, first_administrator, officer, signed_in
from tests.impersonation import doors
from tests.impersonation.doors import Browser
from tests.impersonation.shapes import Fields

pytestmark = pytest.mark.django_db
ORDER = Fields(
    instrument="epoc", contact="greffe@tj-paris.example", reference="24/1187", targets=("@uma:example.org",),
    data=("subscriber",), demand="The subscriber's data.", offence="Fraud",
)  # fmt: skip


def came_in(of=None):
    """Through the link of the letter and the code of the call, as people do."""
    of = of or enrolled(agency())
    _officer, token, spoken = first_administrator(of)
    browser, device = Browser(), SoftPasskey(config().public_url)
    page = browser.post("officer/enrol", {"token": token, "spoken": f"{spoken[:5]} {spoken[5:].lower()}"})
    assert browser.answer("officer/enrol", page, device).status == 302
    browser, done = doors.signed_in(device)
    assert done.status == 302
    return browser, device


def test_an_officer_comes_in_sends_an_order_and_finds_it_again(platform):
    browser, device = came_in()
    assert "You have sent no order yet." in browser.get("officer").text
    assert doors.by_officer(ORDER, browser, device).status == 302
    order = Order.objects.get()
    assert (order.country, order.door, level_of(order).level) == ("FR", "officer", 3)
    page = browser.get(f"officer/orders/{order.ref}")
    assert "24/1187" in page.text
    assert "@uma:example.org" in page.text


def test_nothing_is_sent_before_the_passkey_was_shown_for_exactly_this(platform):
    browser, device = came_in()
    page = browser.post("officer/send", doors.typed(ORDER))
    changed = doors.typed(ORDER) | {"targets": "@omar:example.org"}
    refused = browser.answer("officer/send", page, device, changed)
    assert refused.status == 403
    assert "something on it has changed" in refused.text
    again = browser.answer("officer/send", page, device, doors.typed(ORDER))
    assert again.status == 403  # a question is answered once
    assert Order.objects.count() == 0


def test_a_colleague_and_another_agency_see_nothing_of_it(platform):
    browser, device = came_in()
    doors.by_officer(ORDER, browser, device)
    order = Order.objects.get()
    other, _device = came_in(enrolled(agency("Bundeskriminalamt", "DE", "police")))
    absent = other.get(f"officer/orders/{'0' * 26}")
    theirs = other.get(f"officer/orders/{order.ref}")
    assert (theirs.status, theirs.text.replace(order.ref, "0" * 26)) == (absent.status, absent.text)
    assert "You have sent no order yet." in other.get("officer").text


def test_a_passkey_that_can_be_copied_is_not_taken(platform):
    _officer, token, spoken = first_administrator(enrolled(agency()))
    browser = Browser()
    page = browser.post("officer/enrol", {"token": token, "spoken": spoken})
    refused = browser.answer("officer/enrol", page, doors.CopyablePasskey(config().public_url))
    assert refused.status == 403
    assert "can be copied to other devices" in refused.text
    assert Officer.objects.get().state == "invited"


def test_the_link_without_the_spoken_code_opens_nothing_and_dies_after_five_tries(platform):
    _officer, token, spoken = first_administrator(enrolled(agency()))
    browser = Browser()
    for _ in range(5):
        assert browser.post("officer/enrol", {"token": token, "spoken": "0000000000"}).status == 422
    assert browser.post("officer/enrol", {"token": token, "spoken": spoken}).status == 422


def test_one_of_ours_alone_makes_nobody_an_officer(platform):
    of = enrolled(agency())
    named = actions.name_first_administrator(
        present("lena"), of.ref, name="C", handle="c", language="fr", because="Their letter."
    )
    with pytest.raises(Refused, match="somebody else has to agree"):
        actions.confirm_officer(present("lena", "another-key"), named.ref, because="Me again.")
    with pytest.raises(Refused, match="somebody else has to agree"):
        actions.enrol_agency(present("lev"), _proposed_by_lev().ref, because="Me again.")


def _proposed_by_lev():
    other = agency("Landgericht Berlin", "DE")
    return actions.begin_enrolment(present("lev"), other.ref, because="They wrote.")


def test_an_administrator_names_and_we_agree_and_neither_does_both(platform):
    presence, _cookie = officer()
    named = actions.name_colleague(presence, name="Kim", handle="kim", language="fr", administrator=False)
    assert named.state == "named"
    with pytest.raises(Refused, match="has an administrator"):
        actions.name_first_administrator(
            present("lena"), presence.officer.agency.ref, name="X", handle="x", language="fr", because="-"
        )
    agreed, _token, _spoken = actions.confirm_officer(present("lena"), named.ref, because="Called back.")
    assert agreed.state == "invited"


def test_an_officer_without_the_role_names_nobody(platform):
    browser, _device = came_in()
    Officer.objects.update(administrator=False)
    absent = browser.get("no-such-page")
    assert browser.get("officer/colleagues").status == absent.status == 404


def test_a_suspended_officer_is_out_from_the_next_request_on(platform):
    browser, device = came_in()
    actions.suspend_officer(present("lena"), Officer.objects.get().ref, because="Lost the key.")
    assert browser.get("officer/send").status == 302
    with pytest.raises((Refused, NoSuchThing)):
        signed_in(device)


@pytest.mark.parametrize(
    ("language", "code", "link"),
    [
        ("ar", "هذا الرمز لا يفتح شيئًا.", "هذا الرابط وهذا الرمز لا يفتحان معًا شيئًا."),
        ("fa", "این کد چیزی را باز نمی‌کند.", "این پیوند و این کد با هم چیزی را باز نمی‌کنند."),
    ],
    ids=["ar", "fa"],
)
@pytest.mark.django_db
def test_what_is_refused_is_told_in_the_readers_language(language, code, link):
    client = Client()
    page = client.post(f"/{language}/confirm-address", {"code": "0000000000"}).content.decode()
    assert code in page
    assert "does not open" not in page
    page = client.post(
        f"/{language}/officer/enrol", {"token": "x" * 43, "spoken": "0000000000"}
    ).content.decode()
    assert link in page
    assert "do not open" not in page
