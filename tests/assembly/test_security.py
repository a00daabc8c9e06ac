"""What every answer carries, whoever asks for whatever."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_every_answer_forbids_inline_code_framing_and_leaking_the_address() -> None:
    for path in ("/en/", "/en/no-such-page", "/static/steelyard/steelyard.css"):
        answer = Client().get(path)
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert (answer["Referrer-Policy"], answer["X-Content-Type-Options"]) == ("no-referrer", "nosniff")
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_public_page_sets_no_cookie() -> None:
    assert Client().get("/en/").cookies == {}


def test_a_page_that_is_not_marked_public_is_never_stored() -> None:
    assert Client().get("/en/")["Cache-Control"] == "public, max-age=60"
    assert Client().get("/en/no-such-page")["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 405),
        ({}, 405),
    ],
)
def test_another_sites_form_is_refused_and_our_own_goes_through(headers: dict[str, str], status: int) -> None:
    assert Client().post("/en/", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("asked", "given"), [("fa-IR,fa;q=0.9", "/fa/"), ("ru", "/ru/"), ("de", "/en/"), ("fr-CA", "/fr/")]
)
def test_the_root_leads_to_the_readers_language(asked: str, given: str) -> None:
    answer = Client().get("/", headers={"Accept-Language": asked})
    assert (answer.status_code, answer["Location"]) == (302, given)


def test_arabic_and_farsi_pages_are_right_to_left_and_name_their_sisters() -> None:
    page = Client().get("/fa/").content.decode()
    assert '<html lang="fa" dir="rtl">' in page
    assert 'hreflang="ru" href="http://localhost:8470/ru/"' in page
