"""Where to send: one directory behind the page, the file for machines, the search engines and the doctor."""

import json
import re

import jsonschema
import msgspec
import pytest
from django.test import Client

from steelyard.base.config import Contact, config
from steelyard.flows import where_to_send
from steelyard.flows.where_to_send import publish_directory
from steelyard.ledger.models import Entry
from steelyard.ledger.proof.note import BadNote
from steelyard.ledger.proof.statement import verify_statement
from steelyard.ledger.signer.client import vkeys
from tests.browser import accessible, fits

pytestmark = pytest.mark.django_db


@pytest.fixture
def stated(monkeypatch):
    """Settings as an operator states them, changed by the test."""

    def state(**more):
        found = msgspec.structs.replace(config(), **more)
        for module in ("flows.where_to_send", "portal.views.where", "letters.receipts"):
            monkeypatch.setattr(f"steelyard.{module}.config", lambda: found)

    return state


def text(path):
    page = Client().get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page))


def test_a_french_prosecutor_who_needs_data_is_told_the_instrument_the_period_and_the_address(stated):
    stated(authorities=Contact(email="orders@example.org"), e_evidence=Contact(email="epoc@example.org"))
    page = text("/en/where?country=FR&need=data&issuer=prosecutor")
    assert "European Production Order" in page
    assert "within 10 days" in page
    assert "epoc@example.org" in page
    assert "18 U.S.C. § 2703" not in page  # of another country
    assert "Content of end-to-end encrypted messages" in page
    assert "Encryption keys" in page


def test_denmark_takes_no_part_in_electronic_evidence_and_sees_none_of_it():
    assert "European Production Order" not in text("/en/where?country=DK&need=data")


def test_a_life_in_danger_brings_the_telephone_first_and_only_instruments_for_it(stated):
    stated(authorities=Contact(phone="+32 2 555 01 10"))
    page = Client().get("/en/where?country=SE&need=emergency").content.decode()
    assert page.index("+32 2 555 01 10") < page.index("<summary><strong>")
    assert set(re.findall(r"order\?instrument=(\w+)", page)) == {"emergency", "epoc_emergency"}


def test_it_says_how_the_sender_has_to_be_known_and_where_officers_come_in():
    data = text("/en/where?country=FR&need=data&issuer=judge")
    assert "The sender has to be known A registered officer with a passkey" in data
    danger = text("/en/where?country=SE&need=emergency")
    assert "Called back on a number found independently , and is called back in any case" in danger
    assert 'href="/en/officer"' in Client().get("/en/where").content.decode()


def test_half_an_answer_says_what_is_missing():
    page = text("/en/where?country=FR")
    assert "Choose what you need." in page


def test_the_form_begins_with_what_the_page_found_out():
    page = Client().get("/en/order?instrument=epoc&country=FR").content.decode()
    assert re.search(r'value="epoc"[^>]*checked', page)
    assert '<option value="FR" selected>' in page


def test_the_file_is_signed_follows_its_schema_and_is_in_the_ledger(stated):
    stated(authorities=Contact(email="orders@example.org"), countries=("DE",), established_in="DE")
    assert publish_directory().version == 1
    assert publish_directory() is None
    fetched = {
        ending: Client().get(f"/.well-known/legal-requests.json{ending}")
        for ending in ("", ".ed25519", ".mldsa44")
    }
    body, ed25519, mldsa44 = (answer.content for answer in fetched.values())
    verify_statement("report", body, ed25519, mldsa44, vkeys())
    with pytest.raises(BadNote):
        verify_statement("report", body.replace(b"orders@", b"0rders@"), ed25519, mldsa44, vkeys())
    jsonschema.validate(
        json.loads(body), json.loads(Client().get("/.well-known/legal-requests.schema.json").content)
    )
    assert Entry.objects.filter(verb="letters:publication:published").count() == 1
    assert fetched[""]["Access-Control-Allow-Origin"] == "*"


def test_a_change_of_address_is_told_with_both_values(stated):
    stated(authorities=Contact(email="old@example.org"))
    publish_directory()
    stated(authorities=Contact(email="new@example.org"))
    assert publish_directory().version == 2
    page = text("/en/where/changes")
    assert re.search(r"points\.authorities\.contact\.email\s+old@example\.org\s+new@example\.org", page)
    assert "The first version." in page


def test_search_engines_find_the_same_addresses(stated):
    stated(authorities=Contact(email="orders@example.org"), service="Ex</script><b>ample")
    page = Client().get("/en/").content.decode()
    found = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert found["name"] == "Ex</script><b>ample"
    assert {"@type": "ContactPoint", "contactType": "authorities", "email": "orders@example.org"}.items() <= (
        found["contactPoint"][0].items()
    )
    assert len(page.encode()) < 60_000
    assert 'hreflang="ar"' in page


def test_whoever_finds_a_weakness_reads_whom_to_tell(stated):
    assert Client().get("/.well-known/security.txt").status_code == 404
    stated(security=Contact(email="security@example.org"))
    lines = Client().get("/.well-known/security.txt").content.decode().splitlines()
    assert lines[0] == "Contact: mailto:security@example.org"
    assert re.fullmatch(r"Expires: \d{4}-\d\d-\d\dT00:00:00Z", lines[1])
    assert lines[3].endswith("/.well-known/security.txt")


def test_duties_hold_for_whom_the_law_says(stated):
    def lacking():
        return {point.id for point in where_to_send.directory().points if point.owed and point.missing}

    stated(countries=("DE",), established_in="DE")
    assert "representative" not in lacking()
    stated(countries=("DE",), established_in="AE")
    assert "representative" in lacking()
    stated(countries=("BR",), established_in="AE")
    assert lacking() == {"emergency"}


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "fa"])
def test_in_every_language_the_pages_are_light_and_set_no_cookie(stated, language):
    stated(authorities=Contact(email="orders@example.org"))
    for path in ("", "where", "where?country=FR&need=data&issuer=prosecutor", "where/changes"):
        answer = Client().get(f"/{language}/{path}")
        assert (answer.status_code, dict(answer.cookies)) == (200, {})
        assert len(answer.content) <= 60_000
        assert {f'hreflang="{code}"' for code in ("en", "fr", "ru", "ar", "fa")} <= set(
            re.findall(r'hreflang="\w+"', answer.content.decode())
        )


def test_printed_it_shows_what_has_to_be_in_every_order_open_on_the_screen_or_not(new_page):
    page = new_page()
    page.goto("/en/where?country=FR&need=data&issuer=prosecutor")
    closed = page.locator("main details:not([open]) li").first
    assert not closed.is_visible()
    page.emulate_media(media="print")
    assert closed.is_visible()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_fits_a_small_phone_and_breaks_no_accessibility_rule(new_page, language):
    page = new_page(width=320)
    for path in ("where?country=FR&need=data", "where/changes"):
        assert page.goto(f"/{language}/{path}").status == 200
        fits(page)
        accessible(page)
