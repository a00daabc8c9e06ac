"""The form for everything else: every language, a telephone, no script, the keyboard alone."""

import pytest

from steelyard.arrivals.models import Arrival
from tests.browser import accessible, fits

pytestmark = pytest.mark.django_db


def test_whoever_has_no_script_writes_in_arabic_on_a_telephone_and_gets_a_receipt(new_page, platform):
    page = new_page(javascript=False, width=320)
    page.goto("/ar/contact")
    fits(page)
    page.click("main button.button")
    assert page.locator(".wrong a, [role=alert] a").count() >= 1, (
        "what is missing is named, with a link to it"
    )
    page.fill("[name=email]", "jo@example.org")
    page.fill("[name=message]", "كيف أنقل قناتي إلى شخص آخر؟")
    page.click("main button.button")
    assert page.locator(".qr svg").count() == 1
    fits(page)
    assert Arrival.objects.get().desk == "support"


def test_the_form_can_be_read_by_everybody_and_sent_with_the_keyboard_alone(new_page, platform):
    page = new_page(width=320)
    page.goto("/ar/contact")
    accessible(page)
    page.goto("/en/contact")
    accessible(page)
    page.focus("[name=name]")
    for text in ("Jo", "jo@example.org", "My channel", "How can I give my channel to somebody else?"):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".qr svg")
    accessible(page)
