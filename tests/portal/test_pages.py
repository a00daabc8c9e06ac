"""Every public page as people have it: readable, narrow, right to left, without a mouse."""

from pathlib import Path

import pytest
from django.test import Client

from steelyard.base.clock import now
from steelyard.decisions.models import Complaint
from steelyard.flows.publish_day import publish_day
from steelyard.letters.receipts import check_receipt
from tests.browser import accessible, fits
from tests.flows.stories import SCAM, SCAM_RU, decided, delivered, noticed, screened, token_in

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = [
    "",
    "notice",
    "order",
    "receipt/verify",
    "transparency",
    "transparency/verify",
    "ledger",
    "terms",
]
LANGUAGES = ["en", "fr", "ru", "ar", "fa"]


@pytest.fixture
def hidden(platform):
    """Ada has hidden Uma's post after Rhea's notice. Uma's token, and Rhea's."""
    platform.publish("$1", SCAM)
    receipt = noticed("$1")
    decided("ada")
    delivered()
    return token_in(platform.letters[0][1]), receipt.follow_token


@pytest.fixture
def published(platform):
    """A day on which a rule hid something."""
    screened(platform, "$2", SCAM_RU)
    publish_day(now().date())
    return now().date().isoformat()


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_open_page_fits_a_small_phone_in_every_language(new_page, published, language):
    page = new_page(width=320)
    for path in [*OPEN_TO_ALL, f"transparency/{published}"]:
        assert page.goto(f"/{language}/{path}").status == 200
        fits(page)
        if language in ("en", "fa"):  # the same templates: once in each direction
            accessible(page)
        expected = "rtl" if language in ("ar", "fa") else "ltr"
        assert page.evaluate("getComputedStyle(document.body).direction") == expected
        assert page.get_attribute("html", "lang") == language


@pytest.mark.parametrize("language", ["en", "fa"])
def test_each_page_behind_a_link_is_accessible_and_fits_a_small_phone(new_page, hidden, language):
    page = new_page(width=320)
    author, notifier = hidden
    page.goto(f"/{language}/d/{author}")
    decision = page.url
    for path in ("", "/complaint", "/dispute"):
        assert page.goto(decision + path).status == 200
        accessible(page)
        fits(page)
    assert page.goto(f"/{language}/follow/{notifier}").status == 200
    accessible(page)
    fits(page)


def test_dark_colours_are_accessible_too_and_the_switch_stays(new_page, published):
    page = new_page(dark=True)
    for path in ("", "notice", f"transparency/{published}"):
        page.goto(f"/en/{path}")
        accessible(page)
    page.click("#colours")
    page.reload()
    assert page.get_attribute("html", "data-colours") == "light"
    accessible(page)


def test_every_page_loads_little(new_page, published):
    page = new_page()
    sizes = {}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, len(answer.body())))
    for path in [*OPEN_TO_ALL, f"transparency/{published}"]:
        sizes.clear()
        page.goto(f"/en/{path}", wait_until="networkidle")  # nothing of it arrives during the next
        assert sum(sizes.values()) < 60_000, sizes


def test_rhea_sends_a_notice_without_javascript_and_keeps_the_receipt(new_page, platform):
    platform.publish("$1", SCAM)
    page = new_page(javascript=False, width=320)
    page.goto("/en/notice")
    page.click("text=Send the notice")
    assert page.is_visible("text=Nothing you typed is lost.")
    page.fill("[name=links]", "memory:$1")
    page.check("[name=harm][value=scam]")
    page.fill("[name=explanation]", "They took my savings.")
    page.click("text=Send the notice")
    assert page.input_value("[name=explanation]") == "They took my savings."
    page.fill("[name=name]", "Rhea")
    page.fill("[name=email]", "rhea@example.org")
    page.check("[name=good_faith]")
    page.click("text=Send the notice")
    assert page.is_visible("text=Keep this receipt")
    page.reload()  # a second look is not a second notice
    with page.expect_download() as download:
        page.click("text=Download the receipt")
    file = download.value.path().read_bytes()
    assert check_receipt(file).valid
    page.click("a.ref")
    assert page.is_visible("text=In review")
    page.goto("/en/receipt/verify")
    page.set_input_files(
        "[name=file]", files=[{"name": "r.json", "mimeType": "application/json", "buffer": file}]
    )
    page.click("button.button")
    assert page.is_visible("text=This receipt is genuine and unchanged.")
    broken = file.replace(b"a", b"b", 1)
    page.set_input_files(
        "[name=file]", files=[{"name": "r.json", "mimeType": "application/json", "buffer": broken}]
    )
    page.click("button.button")
    assert page.is_visible("text=We cannot confirm this receipt.")


def test_the_receipts_code_is_drawn_whole_and_prints_with_the_page(new_page, platform):
    page = new_page(width=320)
    page.goto("/en/notice?link=memory:$1")
    page.check("[value=child_abuse]")
    page.fill("[name=explanation]", "Pictures of a child.")
    page.check("[name=good_faith]")
    page.click("main button.button")
    page.wait_for_selector(".qr svg")
    accessible(page)
    fits(page)
    page.emulate_media(media="print")
    box, drawn = page.evaluate(
        "['.qr svg', '.qr path:last-of-type'].map(e => document.querySelector(e).getBoundingClientRect().toJSON())"
    )
    assert box["left"] < drawn["left"] < drawn["right"] < box["right"]
    assert box["top"] < drawn["top"] < drawn["bottom"] < box["bottom"]
    assert not page.is_visible("text=Download the receipt")


def test_when_a_part_of_ours_is_down_the_form_says_so_keeps_everything_and_tells_no_secret(
    new_page, platform, monkeypatch
):
    monkeypatch.setattr("steelyard.ledger.signer.client.socket_path", lambda: Path("/nowhere/signer"))
    page = new_page(javascript=False)
    page.goto("/ru/notice?link=memory:$1")
    page.check("[name=harm][value=child_abuse]")
    page.fill("[name=explanation]", "Фотографии ребёнка.")
    page.check("[name=good_faith]")
    page.click("main button.button")
    assert page.is_visible("text=Часть нашей системы сейчас не отвечает.")
    assert page.input_value("[name=explanation]") == "Фотографии ребёнка."
    assert "/nowhere" not in page.content()


def test_abuse_of_a_child_can_be_reported_without_a_name(new_page, platform):
    platform.publish("$1", SCAM)
    page = new_page(javascript=False)
    page.goto("/fr/notice?link=memory:$1")
    page.check("[name=harm][value=child_abuse]")
    page.fill("[name=explanation]", "Des images d’un enfant.")
    page.check("[name=good_faith]")
    page.click("main button.button")
    assert page.locator(".qr svg").count() == 1


def test_what_an_order_lacks_is_named_with_its_article_before_it_is_sent(new_page, platform):
    platform.publish("$1", SCAM)
    page = new_page(javascript=False, width=320)
    page.goto("/en/order")
    page.check("[name=instrument][value=dsa_9]")
    page.fill("[name=authority]", "Tribunal judiciaire de Paris")
    page.select_option("[name=country]", "FR")
    page.fill("[name=reference]", "24/1234")
    page.fill("[name=targets]", "memory:$1")
    page.select_option("[name=harm]", "scam")
    page.fill("[name=reasons]", "Escroquerie, art. 313-1 du Code pénal.")
    page.fill("[name=contact]", "greffe@example.org")
    page.click("text=Check and send")
    named = page.locator(".missing li").all_inner_texts()
    assert named == [
        "Legal basis (Art. 9(2)(a)(i))",
        "Ways to contest the order (Art. 9(2)(a)(v))",
        "Where must it take effect? (Art. 9(2)(b))",
    ]
    page.fill("[name=legal_basis]", "Code pénal, art. 313-1")
    page.check("[name=scope][value=own]")
    page.click("text=Check and send")
    assert page.locator(".missing li").all_inner_texts() == ["Ways to contest the order (Art. 9(2)(a)(v))"]
    accessible_named = page.input_value("[name=reasons]")
    assert accessible_named == "Escroquerie, art. 313-1 du Code pénal."
    page.click("text=Send it incomplete")
    assert page.is_visible("text=Keep this receipt")
    page.click("a.ref")
    assert page.is_visible("text=We need more from you")
    assert page.locator(".missing li").all_inner_texts() == ["Ways to contest the order (Art. 9(2)(a)(v))"]


def test_uma_reads_the_decision_and_complains_with_the_keyboard_alone(new_page, hidden):
    page = new_page()
    page.goto(f"/en/d/{hidden[0]}")
    assert hidden[0] not in page.url
    assert page.is_visible("text=Do not try to obtain money, accounts or personal data by deception")
    _tab_to(page, "Complain")
    page.keyboard.press("Enter")
    page.wait_for_url("**/complaint")
    _tab_to(page, "context")
    page.keyboard.press("Space")
    _tab_to(page, "text")
    page.keyboard.type("I was warning others about this scam.")
    _tab_to(page, "Send the complaint")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Keep this receipt")
    complaint = Complaint.objects.get()
    assert complaint.points == ["context"]
    page.goto(f"/en/d/{hidden[0]}")
    assert page.is_visible("text=A person who had no part in the decision is looking at it.")
    assert page.locator("a.button", has_text="Complain").count() == 0


def _tab_to(page, wanted, *, most=60):
    """Press Tab until the focus is on the element with this text, value or name."""
    for _ in range(most):
        page.keyboard.press("Tab")
        here = page.evaluate(
            "(e => [e.textContent.trim(), e.value || '', e.name || ''])(document.activeElement)"
        )
        if wanted in here:
            return
    raise AssertionError(f"Tab never reaches “{wanted}”.")


def test_an_error_page_says_what_to_do_in_the_readers_language(new_page):
    page = new_page(width=320)
    for path in ("/fa/no-such-page", "/ru/d/" + "x" * 43, "/ar/following/" + "x" * 43):
        assert page.goto(path).status == 404
        accessible(page)
        fits(page)
    page.click("details.menu summary")
    page.click("a[hreflang=fr]")
    assert page.is_visible("text=Il n’y a rien à cette adresse.")


def test_an_address_that_only_takes_forms_says_so():
    answer = Client().get("/console/sign-out")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes what a form sends." in answer.content.decode()


def test_a_screen_of_320_pixels_keeps_targets_large_enough_to_hit(new_page, published):
    page = new_page(width=320)
    for path in OPEN_TO_ALL:
        page.goto(f"/en/{path}")
        small = page.evaluate(SMALL)
        assert small == []


SMALL = """() =>
[...document.querySelectorAll('header a, button, summary, main input, main select, nav a, a.button')]
.filter(e => e.checkVisibility() && !e.classList.contains('skip') && e.type !== 'hidden')
.map(e => [e.closest('label') || e, e.outerHTML.slice(0, 80)])
.filter(([e]) => e.getBoundingClientRect().height < 24)
.map(([e, html]) => html)"""
