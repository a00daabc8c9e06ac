"""What everybody reads of proceedings, letters and fines: the newest words, what they said before, and the files."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client

from steelyard.markets.matters import keep_matter, move_matter
from steelyard.markets.publishing import add_paper, publish, take_back
from steelyard.markets.said import Said
from steelyard.markets.states import MatterKind
from tests.browser import accessible, fits
from tests.cast import present

pytestmark = pytest.mark.django_db
AT = "/en/transparency/matters"


@pytest.fixture
def letter():
    said = Said(authority="An invented regulator", reference="R-7", asked="Private: name your moderators.")
    row = keep_matter(present("lena"), "DE", MatterKind.REGULATOR_LETTER, said)
    paper = add_paper(present("lena"), row.ref, "letter <b>.pdf", b"%PDF-1.7 a letter")
    publish(present("lena"), row.ref, asked="How we moderate.", taken="We will answer.", papers=[paper.ref])
    return row


def page(path=AT, **given):
    answer = Client().get(path, given)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "fa"])
def test_it_is_read_in_every_language_of_the_public_pages(letter, language):
    for path in (f"/{language}/transparency/matters", f"/{language}/transparency/matters/{letter.ref}"):
        text = page(path)
        assert "An invented regulator" in text
        assert "How we moderate." in text
        assert "Private" not in text
        direction = "rtl" if language in ("ar", "fa") else "ltr"
        assert f'<html lang="{language}" dir="{direction}">' in text


def test_what_changed_stands_beside_what_stood_there_before(letter):
    move_matter(present("lena"), letter.ref, "answer", taken="Private: roles.", stance="partly")
    text = re.sub("<[^>]+>", " ", page(f"{AT}/{letter.ref}"))
    for part in (
        "version 2",
        "version 1",
        "The first version.",
        "We agree in part",
        "answered: it is for them to move",
    ):
        assert part in text
    assert "Private" not in text


def test_it_can_be_narrowed_to_a_country_and_a_kind(letter):
    assert "An invented regulator" in page(country="DE", kind="regulator_letter")
    for other in ({"country": "FR"}, {"kind": "fine"}):
        assert "An invented regulator" not in page(**other)
    assert "Nothing is published here yet" in page(country="FR")


def test_a_document_is_handed_out_as_a_file_and_never_as_a_page(letter):
    (address,) = re.findall(r'href="(/transparency/papers/\w+)"', page())
    assert "letter &lt;b&gt;.pdf" in page()
    answer = Client().get(address)
    assert (answer.content, answer["Content-Type"]) == (b"%PDF-1.7 a letter", "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment;")


def test_the_feed_has_an_entry_for_each_version_and_the_file_has_all_of_it(letter):
    move_matter(present("lena"), letter.ref, "answer", taken="Private: roles.", stance="partly")
    feed = ElementTree.fromstring(Client().get("/transparency/matters.atom").content)  # noqa: S314 (our own)
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 2
    found = Client().get("/transparency/matters.json").json()
    (one,) = found["matters"]
    assert (one["told"]["asked"], len(one["history"]), one["told"]["state"]) == (
        "How we moderate.",
        2,
        "answered",
    )
    assert "Private" not in str(found)


def test_what_was_taken_back_is_gone_from_every_page_and_file(letter):
    (address,) = re.findall(r'href="(/transparency/papers/\w+)"', page())
    take_back(present("lena"), letter.ref, because="They asked for confidence.")
    for path in (AT, "/transparency/matters.atom", "/transparency/matters.json"):
        text = page(path)
        assert "How we moderate" not in text
        assert "They asked" not in text
    assert "Taken back" in page()
    for path in (address, f"{AT}/{letter.ref}", f"{AT}/01ABSENT"):
        assert Client().get(path).status_code == 404


def test_it_fits_a_telephone_in_arabic_and_is_accessible(letter, new_page):
    move_matter(present("lena"), letter.ref, "answer", taken="Private: roles.", stance="partly")
    page = new_page(width=320)
    for path in ("", f"/{letter.ref}"):
        page.goto(f"/ar/transparency/matters{path}")
        fits(page)
        accessible(page)


def test_a_list_of_three_costs_no_more_questions_than_one(letter, django_assert_max_num_queries):
    with django_assert_max_num_queries(12) as few:
        page()
    for number in range(2):
        row = keep_matter(
            present("lena"), "FR", MatterKind.CONSULTATION, Said(authority=f"A{number}", asked="Views.")
        )
        publish(present("lena"), row.ref, asked="Views.", taken="")
    with django_assert_max_num_queries(len(few)):
        page()
