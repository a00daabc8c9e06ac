"""The console in a real Chromium, with a virtual authenticator where a person would touch a key."""

import re

import msgspec
import pytest

from steelyard.base.config import config
from steelyard.cases.models import Case
from steelyard.console.views.members import link_for
from steelyard.decisions.models import Decision
from steelyard.flows.sort_arrival import sort_submission
from steelyard.people.actions import invite
from steelyard.people.models import Member
from steelyard.people.permissions import Role
from tests.browser import accessible, fits
from tests.cast import present
from tests.flows.stories import SCAM, noticed

pytestmark = pytest.mark.django_db
KEY = {
    "protocol": "ctap2", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def console(site, monkeypatch):
    """The console under a name: passkeys belong to names, not to numbers."""
    address = site.replace("127.0.0.1", "localhost")
    here = msgspec.structs.replace(config(), public_url=address)
    for module in ("steelyard.people.passkeys", "steelyard.console.views.members"):
        monkeypatch.setattr(f"{module}.config", lambda: here)
    return address


@pytest.fixture
def person(browser, console):
    """Opens a browser with a passkey device of its own; `person(width=320)`."""
    opened = []

    def come(**more):
        context = browser.new_context(base_url=console, reduced_motion="reduce", **more)
        context.set_default_timeout(60_000)
        opened.append(context)
        page = context.new_page()
        if more.get("java_script_enabled", True):
            add_key(page, "internal")
        return page

    yield come
    for context in opened:
        context.close()


def add_key(page, transport):
    """A device that holds passkeys and whose owner always confirms."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, "transport": transport}})


def enrol(page, handle="ada", role=Role.MODERATOR):
    """Through a link, as people do: a passkey, a second one on another device, recovery codes."""
    _, token = invite(
        present("adam"), name=handle.title(), handle=handle, language="en", roles=[role], because="joins"
    )
    page.goto(link_for(token))
    assert page.url.endswith("/console/enrol")  # the secret has left the address bar
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Create the passkey").click()
    page.get_by_role("heading", name="A second factor").wait_for()
    add_key(page, "usb")
    page.get_by_role("button", name="Create another passkey").click()
    page.get_by_role("button", name="Show my recovery codes").click()
    page.get_by_role("button", name="I have stored them: finish").click()
    page.get_by_role("heading", name="Welcome").wait_for()


def test_someone_enrols_signs_out_and_signs_in_again_with_a_touch(person):
    page = person()
    enrol(page)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_role("heading", name="Welcome, ada").wait_for()
    assert Member.objects.get(handle="ada").sign_ins.filter(state="open").count() == 1


def test_a_case_is_taken_previewed_and_decided_by_the_keyboard_alone(person, platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    page = person()
    enrol(page)
    page.goto("/console/cases")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take this case").wait_for()
    page.keyboard.press("c")
    page.get_by_text("You are working on it.").wait_for()
    page.keyboard.press("l")
    page.keyboard.press("n")
    page.keyboard.type("It promises money for nothing.")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Hide").focus()
    page.keyboard.press("p")
    page.get_by_role("heading", name="The author would be told").wait_for()
    assert Decision.objects.count() == 0
    button = page.get_by_role("button", name=re.compile("^Decide"))
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Decided.").first.wait_for()
    assert Decision.objects.get().outcome == "contain"


def test_letters_do_nothing_once_they_are_switched_off(person, platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    page = person()
    enrol(page)
    page.goto("/console/account")
    page.get_by_label("Single-letter keyboard shortcuts").uncheck()
    page.get_by_role("button", name="Save").click()
    page.goto(f"/console/cases/{Case.objects.get().ref}")
    page.keyboard.press("c")
    assert Case.objects.get().state == "open"


def test_every_staff_page_fits_a_narrow_screen_and_breaks_no_accessibility_rule(person, platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    page = person(viewport={"width": 320, "height": 700})
    page.goto("/console/sign-in")
    accessible(page)
    fits(page)
    enrol(page, role=Role.SENIOR_MODERATOR)
    ada = Member.objects.get(handle="ada")
    ada.roles = [role.value for role in Role]
    ada.save(update_fields=["roles"])
    case = Case.objects.get()
    page.goto(f"/console/cases/{case.ref}")
    page.get_by_role("button", name="Take this case").click()
    for path in ("", "cases", f"cases/{case.ref}", "decisions", "hash-lists", "days", "account", "members",
                 f"members/{ada.ref}", "roles", "approvals"):  # fmt: skip
        page.goto(f"/console/{path}")
        accessible(page)
        fits(page)


def test_without_javascript_a_signed_in_member_decides_and_the_door_says_what_it_needs(
    person, platform, console
):
    platform.publish("$1", SCAM)
    noticed("$1")
    page = person()
    enrol(page)
    plain = person(java_script_enabled=False, storage_state=page.context.storage_state())
    plain.goto("/console/cases")
    plain.locator("[data-line]").click()
    plain.get_by_role("button", name="Take this case").click()
    plain.get_by_role("radio", name="Hide").check()
    plain.get_by_label("What you saw").fill("It promises money for nothing.")
    plain.get_by_role("button", name="Decide", exact=True).click()
    plain.get_by_text("Decided.").first.wait_for()
    assert Decision.objects.get().outcome == "contain"
    stranger = person(java_script_enabled=False)
    stranger.goto("/console/sign-in")
    assert "Passkeys need JavaScript, on this page only." in stranger.locator("main").inner_text()


def test_a_message_is_sorted_on_a_telephone(person, platform):
    page = person(viewport={"width": 320, "height": 800})
    sort_submission("contact", sender="greffe@police.gov.ge", text="გთხოვთ")
    enrol(page, "lena", Role.LEGAL)
    page.goto("/console/messages")
    fits(page)
    accessible(page)
    page.locator("tbody a").click()
    fits(page)
    accessible(page)
    page.check("[name=desk][value=notices]")
    page.fill("[name=because]", "It names a channel and asks us to look.")
    page.get_by_role("button", name="Put it there").click()
    assert page.is_visible("text=It lies on its desk now")
