"""A newcomer takes part in the public channel through the web page, as an ordinary member."""

import pytest
from django.contrib.sessions.models import Session

from steelyard.enforcement.connector import Operation, Target
from steelyard.flows.screen_posts import screen_posts
from tests.browser import accessible, fits, one_at_a_time
from tests.flows.stories import HARMLESS, SCAM, SCAM_RU, delivered

pytestmark = pytest.mark.django_db


def joined(page, name="nadia"):
    """Somebody opens an account and is in the channel."""
    page.goto("/en/channel/market")
    page.fill("#id_join-name", name)
    page.fill("#id_join-password", "correct horse")
    page.click("text=Open an account and join")
    page.wait_for_selector("text=Write to the channel")


def written(page, text):
    page.fill("[name=text]", text)
    page.click("main button.button")


def test_a_newcomer_joins_writes_and_reads_without_javascript(new_page, platform):
    platform.publish("$1", HARMLESS)
    page = new_page(javascript=False, width=320)
    joined(page)
    written(page, "On Saturday at eight.")
    assert page.locator(".post-body").all_inner_texts() == ["On Saturday at eight.", HARMLESS]
    assert platform.posts.popitem()[1].author == "@nadia:home"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_are_accessible_and_fit_a_small_phone(new_page, platform, language):
    platform.publish("$1", HARMLESS)
    page = new_page(width=320)
    page.goto(f"/{language}/channel/market")
    checked(page)
    joined(page)
    page.goto(f"/{language}/channel/market")
    checked(page)
    page.goto(page.locator(".post footer a").get_attribute("href"))
    checked(page)


def checked(page):
    accessible(page)
    fits(page)


def test_a_scam_goes_and_its_author_sees_why_and_how_to_contest_it(new_page, platform):
    page = new_page()
    joined(page)
    written(page, SCAM_RU)
    page.wait_for_selector("text=Posts")
    post = list(platform.posts.values())[-1]
    with one_at_a_time:
        screen_posts("memory", [post], "batch")
        delivered()
    page.wait_for_selector("text=Messages to you from the operator")  # the page looks by itself
    assert page.locator(".posts .post-body").count() == 0
    assert page.is_visible("text=Мы скрыли")
    link = page.locator("article a[href*='/d/']").get_attribute("href")
    assert page.goto("/en/d/" + link.split("/d/")[1]).status == 200
    assert page.is_visible("text=" + SCAM_RU[:30])


def test_a_post_is_reported_with_its_harm_and_a_reason(new_page, platform):
    platform.publish("$1", SCAM)
    page = new_page(javascript=False, width=320)
    joined(page, "rhea")
    page.click("text=Report >> nth=-1")
    page.click("text=Send the report")
    assert page.is_visible("text=Choose what comes closest.")
    page.check("[value=scam]")
    page.fill("[name=reason]", "It promises money.")
    page.click("text=Send the report")
    assert page.is_visible("text=Your report has arrived.")
    assert platform.reports == [("@rhea:home", "$1", "It promises money.", "scam")]


def test_a_refused_post_stays_in_the_box_with_the_reason_beside_it(new_page, platform):
    page = new_page(javascript=False)
    joined(page)
    platform.refuses = "Scams and fraud: do not try to obtain money by deception."
    written(page, SCAM)
    assert page.is_visible("text=do not try to obtain money by deception")
    assert page.input_value("[name=text]") == SCAM
    assert page.locator("text=Read the decision and contest it").get_attribute("href").endswith("/en/d/x")


def test_another_language_after_a_mistake_shows_the_channel_again_not_an_empty_page(new_page, platform):
    page = new_page(javascript=False)
    page.goto("/en/channel/market")
    page.click("text=Open an account and join")
    assert page.is_visible("text=Choose a name.")
    page.click("details.menu summary")
    page.click("a[hreflang=fr]")
    assert page.url.endswith("/fr/channel/market")
    assert page.locator("#id_join-name").is_visible()


def test_a_report_can_be_made_in_another_language_half_way(new_page, platform):
    platform.publish("$1", SCAM)
    page = new_page(javascript=False)
    joined(page)
    page.click("text=Report >> nth=-1")
    page.click("text=Send the report")
    page.click("details.menu summary")
    page.click("a[hreflang=fr]")
    assert page.is_visible(f"text={SCAM[:20]}")
    page.check("[value=scam]")
    page.fill("[name=reason]", "Promesse d’argent.")
    page.click("main button.button")
    assert platform.reports == [("@nadia:home", "$1", "Promesse d’argent.", "scam")]


def test_a_wrong_password_and_a_taken_name_are_said_beside_the_field(new_page, platform):
    page = new_page(javascript=False)
    joined(page)
    page.click("text=Sign out")
    page.fill("#id_join-name", "nadia")
    page.fill("#id_join-password", "another one")
    page.click("text=Open an account and join")
    assert page.is_visible("text=This name is taken.")
    page.fill("#id_in-name", "nadia")
    page.fill("#id_in-password", "not this")
    page.click("button:has-text('Sign in')")
    assert page.is_visible("text=do not belong together")


def test_who_signs_in_to_a_banned_account_reads_why_and_where_to_contest_it(new_page, platform):
    page = new_page(width=320)
    joined(page)
    page.click("text=Sign out")
    told = {"reason": "Your account is banned. The ground: scams.", "appeal": "http://localhost/en/d/x"}
    platform.act(Operation.BAN_ACCOUNT, Target("@nadia:home", kind="account"), key="b", params=told)
    page.fill("#id_in-name", "nadia")
    page.fill("#id_in-password", "correct horse")
    page.click("button:has-text('Sign in')")
    assert page.is_visible(f"text={told['reason']}")
    assert page.locator("text=Read the decision and contest it").get_attribute("href") == told["appeal"]
    checked(page)


def test_the_members_secret_is_nowhere_readable_and_goes_when_they_sign_out(new_page, platform):
    page = new_page(javascript=False)
    joined(page)
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("member", True, "Strict")
    (row,) = Session.objects.all()
    for readable in (cookie["value"], row.session_data, row.session_key):
        assert "secret" not in readable
    assert cookie["value"] not in (row.session_key, row.session_data)
    page.click("text=Sign out")
    assert page.context.cookies() == []
    assert not Session.objects.exists()
