"""The officers' area in a real Chromium, with a virtual authenticator where an officer would touch a key."""

import msgspec
import pytest

from steelyard.base.config import config
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.people.models import Officer
from tests.browser import accessible, fits
from tests.directory import agency, enrolled, first_administrator

pytestmark = pytest.mark.django_db
KEY = {
    "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def address(site, monkeypatch):
    """Under a name: passkeys belong to names, not to numbers."""
    address = site.replace("127.0.0.1", "localhost")
    here = msgspec.structs.replace(config(), public_url=address)
    monkeypatch.setattr("steelyard.people.passkeys.config", lambda: here)
    return address


@pytest.fixture
def person(browser, address):
    """Opens a browser with a security key: `person(defaultBackupEligibility=True)` has one that can be copied."""
    opened = []

    def come(*, width=1024, **key):
        context = browser.new_context(
            base_url=address, reduced_motion="reduce", viewport={"width": width, "height": 900}
        )
        context.set_default_timeout(45_000)
        opened.append(context)
        page = context.new_page()
        devices = context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY | key})
        return page

    yield come
    for context in opened:
        context.close()


def come_in(page):
    _officer, token, spoken = first_administrator(enrolled(agency()))
    page.goto(f"/en/officer/enrol#{token}")
    assert page.url.endswith("/en/officer/enrol")  # the secret has left the address bar
    page.get_by_label("The code we read out to you").fill(spoken)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Create the passkey").click()


def test_an_officer_comes_in_sends_an_order_with_a_touch_and_finds_it_again(person, platform):
    page = person(width=320)
    come_in(page)
    page.get_by_role("button", name="Sign in with a passkey").wait_for()
    accessible(page)
    fits(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("link", name="Send an order").first.click()
    fits(page)
    page.get_by_role("radio", name="European Production Order", exact=False).first.check()
    page.get_by_label("E-mail address for our answer").fill("greffe@tj-paris.example")
    page.get_by_label("Exact addresses of the content").fill("@uma:example.org")
    page.get_by_label("What is it about?").select_option("scam")
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send it incomplete").click()
    page.get_by_role("heading", name="Confirm with your passkey").wait_for()
    assert Order.objects.count() == 0
    accessible(page)
    fits(page)
    page.get_by_role("button", name="Confirm and send").click()
    page.wait_for_url("**/receipt/**")
    order = Order.objects.get()
    assert (order.door, level_of(order).level) == ("officer", 3)
    page.goto("/en/officer")
    accessible(page)
    page.get_by_role("link", name="European Production Order", exact=False).click()
    page.get_by_text("@uma:example.org").wait_for()
    accessible(page)
    fits(page)
    page.get_by_role("link", name="Colleagues").click()
    accessible(page)
    fits(page)
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"/en/officer/orders/{order.ref}")
    page.get_by_role("button", name="Sign in with a passkey").wait_for()


def test_a_key_that_can_be_copied_is_turned_away_at_the_door(person, platform):
    page = person(defaultBackupEligibility=True, transport="internal")
    come_in(page)
    page.get_by_text("can be copied to other devices").wait_for()
    assert Officer.objects.get().state == "invited"
