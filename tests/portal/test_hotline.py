"""The hotline desk in a real browser and over HTTP: in Farsi and Arabic, narrow, and without script."""

import json

import pytest
from django.test import Client

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.config import config
from steelyard.cases.models import Case
from steelyard.decisions.states import Outcome
from steelyard.letters.receipts import check_receipt
from steelyard.notices.models import BatchLine, NoticeBatch
from steelyard.people.actions import partners as acts
from steelyard.people.partners import PartnerKey, PartnerMember
from steelyard.portal.keeping import keep
from steelyard.portal.partner_session import cookie_name
from tests.browser import accessible, fits
from tests.cast import present
from tests.flows.stories import SCAM, decided, delivered
from tests.partners import invited, nour, sent

pytestmark = pytest.mark.django_db


def signed_in(page, member, site):
    handle = keep(member.ref.encode(), seconds=600)
    page.context.add_cookies([{"name": cookie_name(), "value": handle, "url": site}])
    return page


def client_of(member):
    client = Client()
    client.cookies[cookie_name()] = keep(member.ref.encode(), seconds=600)
    return client


def test_nour_enrols_with_her_link_and_signs_in_with_her_passkey(platform):
    _partner, token = invited()
    key, client = SoftPasskey(config().public_url), Client()
    page = client.post("/ar/hotline/enrol", {"token": token})
    answer = key.create(options_in(page))
    done = client.post(
        "/ar/hotline/enrol", {"asked": asked_in(page), "credential": json.dumps(answer), "name": "مفتاح"}
    )
    assert done.url == "/ar/hotline"
    client.cookies.clear()
    page = client.get("/ar/hotline")
    answer = key.get(options_in(page))
    done = client.post("/ar/hotline/sign-in", {"asked": asked_in(page), "credential": json.dumps(answer)})
    assert done.url == "/ar/hotline"
    assert "Hotline Levant" in client.get("/ar/hotline").content.decode()
    again = client.post("/ar/hotline/sign-in", {"asked": asked_in(page), "credential": json.dumps(answer)})
    assert again.status_code == 403
    acts.suspend_partner_member(present("adam"), _partner.ref, PartnerMember.objects.get().ref)
    assert "Hotline Levant" not in client.get("/ar/hotline").content.decode()


def options_in(page):
    import html
    import re

    return json.loads(html.unescape(re.search(r'data-options="([^"]+)"', page.content.decode())[1]))


def asked_in(page):
    import re

    return re.search(r'name="asked" value="([^"]+)"', page.content.decode())[1]


def test_a_stranger_is_shown_the_way_in_and_nothing_else(platform):
    sent(nour(), "memory:$1")
    ref = NoticeBatch.objects.get().ref
    for path in (
        f"batch/{ref}",
        f"batch/{ref}/receipt",
        "setup",
        "report/2026.csv",
        f"line/{BatchLine.objects.get().ref}",
    ):
        assert Client().get(f"/en/hotline/{path}").url == "/en/hotline"
    assert Client().post("/en/hotline/send", {"waiting": "x"}).url == "/en/hotline"


def test_another_partners_person_finds_nothing_there(platform):
    member = nour()
    sent(member, "memory:$1")
    other = nour(name="Hotline Other")
    ref = NoticeBatch.objects.get().ref
    assert client_of(other).get(f"/en/hotline/batch/{ref}").status_code == 404
    page = client_of(member).post(
        "/en/hotline/check", {"lines": "memory:$1;F1", "explanation": "x", "good_faith": "on"}
    )
    import re

    waiting = re.search(r'name="waiting" value="([^"]+)"', page.content.decode())[1]
    assert client_of(other).post("/en/hotline/send", {"waiting": waiting}).status_code == 404
    assert NoticeBatch.objects.count() == 1


@pytest.mark.parametrize("language", ["en", "fa"])
def test_nour_checks_sends_and_contests_without_javascript_on_a_small_phone(
    new_page, site, platform, language
):
    platform.publish("$1", SCAM)
    member = nour()
    page = signed_in(new_page(javascript=False, width=320), member, site)
    page.goto(f"/{language}/hotline")
    fits(page)
    page.fill("[name=lines]", "memory:$1;F1\nmemory:$2;X9\nmemory:$1;F1")
    page.fill("[name=explanation]", "وعده‌ی سود تضمینی")
    page.check("[name=good_faith]")
    page.click("#batch button.button")
    fits(page)
    assert NoticeBatch.objects.count() == 0
    page.click("[name=leave_out]")
    page.wait_for_url("**/batch/**")
    fits(page)
    batch = NoticeBatch.objects.get()
    assert [line.code for line in batch.lines.all()] == ["F1"]
    with page.expect_download() as download:
        page.click("a[href$=receipt]")
    assert check_receipt(download.value.path().read_bytes()).valid
    delivered()
    decided("ada", Case.objects.get(), outcome=Outcome.NONE, words="An ordinary offer.")
    page.goto(f"/{language}/hotline/line/{batch.lines.get().ref}")
    fits(page)
    page.fill("[name=text]", "این همان شبکه است")
    page.click("[value=contest]")
    page.wait_for_selector(".post-own")
    assert Case.objects.filter(kind="complaint").count() == 1


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_desk_is_accessible_in_both_directions_and_checks_as_one_types(
    new_page, site, platform, language
):
    platform.publish("$1", SCAM)
    member = nour()
    sent(member, "memory:$1")
    delivered()
    page = signed_in(new_page(width=320), member, site)
    batch = NoticeBatch.objects.get()
    for path in ("", f"/batch/{batch.ref}", f"/line/{batch.lines.get().ref}", "/setup"):
        assert page.goto(f"/{language}/hotline{path}").status == 200
        accessible(page)
        fits(page)
    page.goto(f"/{language}/hotline")
    page.fill("[name=lines]", "memory:$1;F1\nmemory:$2;X9")
    page.wait_for_selector("#live p")
    assert page.locator("#live p").count() == 2
    accessible(page)
    stranger = new_page(width=320)
    for path in ("", "/enrol"):
        assert stranger.goto(f"/{language}/hotline{path}").status == 200
        accessible(stranger)
        fits(stranger)


def test_a_manager_makes_keys_and_others_do_not(platform):
    member = nour()
    client = client_of(member)
    page = client.post(
        "/en/hotline/setup", {"do": "key", "name": "Database", "scopes": ["notices:write"]}
    ).content.decode()
    key = PartnerKey.objects.get()
    assert "hotline_" in page
    assert "hotline_" not in client.get("/en/hotline/setup").content.decode()
    client.post("/en/hotline/setup", {"do": "withdraw_key", "ref": key.ref})
    key.refresh_from_db()
    assert key.state == "withdrawn"
    wrong = client.post("/en/hotline/setup", {"do": "webhook", "url": "https://127.0.0.1/"})
    assert wrong.status_code == 422
    PartnerMember.objects.update(manager=False)
    assert client.get("/en/hotline/setup").status_code == 404


def test_the_yearly_report_counts_provider_type_and_action(platform):
    for number in range(3):
        platform.publish(f"${number}", f"{SCAM} {number}")
    member = nour()
    sent(member, *(f"memory:${number}" for number in range(3)))
    delivered()
    decided("ada", Case.objects.order_by("pk").first())
    year = NoticeBatch.objects.get().created_at.year
    rows = client_of(member).get(f"/en/hotline/report/{year}.csv").content.decode().splitlines()
    assert rows[0] == "provider,period,type_of_content,type_of_content_en,action,notices"
    assert set(rows[1:]) == {
        f"Steelyard,{year},scam,Scams and fraud,limited,1", f"Steelyard,{year},scam,Scams and fraud,open,2",
    }  # fmt: skip
