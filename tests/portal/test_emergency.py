"""The emergency line in public: anyone may use it, in every language, and nobody is turned away."""

import pytest
from django.test import Client

from steelyard.base.config import config
from steelyard.oncall.models import Emergency, Ring
from tests.browser import accessible, fits

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", ["en", "fr", "ru", "ar", "fa"])
def test_one_sentence_is_enough_and_somebody_is_rung(language):
    page = Client().get(f"/{language}/emergency")
    assert page.status_code == 200
    assert not page.cookies
    answer = Client().post(f"/{language}/emergency", {"said": "He is on the roof."})
    assert answer.status_code == 200
    assert Emergency.objects.get().language == language
    assert Ring.objects.get().urgency == "danger_to_life"


def test_nothing_said_is_asked_for_again_and_rings_nobody():
    assert Client().post("/en/emergency", {"said": " "}).status_code == 422
    assert not Ring.objects.exists()


def test_who_has_sent_more_than_the_bound_is_still_heard():
    for number in range(config().submissions_per_hour + 3):
        assert Client().post("/en/emergency", {"said": f"call {number}"}).status_code == 200
    assert Emergency.objects.count() == config().submissions_per_hour + 3
    assert Ring.objects.count() <= 6


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_can_be_read_by_everybody_and_fits_a_telephone(new_page, language):
    page = new_page(width=320)
    page.goto(f"/{language}/emergency")
    fits(page)
    accessible(page)
