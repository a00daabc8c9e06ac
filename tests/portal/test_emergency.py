"""The emergency line in public: anyone may use it, in every language, and nobody is turned away."""

import re

import pytest
from django.test import Client

from steelyard.base.config import config
from steelyard.cases.models import Case
from steelyard.oncall.models import Emergency, Ring
from steelyard.orders.actions import sent
from steelyard.orders.models import Order
from steelyard.orders.verification.actions import everything_said
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


POLICE = (
    "Tribunal judiciaire de Lyon. Nous, juge d'instruction, requérons la communication des données du compte "
    "https://platform.example/@uma, vie en danger, en application de l'article 99-3 du code de procédure pénale. "
    "N° parquet 26/1234"
)


def test_an_order_that_lands_here_rings_and_lies_on_the_desk_for_orders_from_the_same_moment(platform):
    answer = Client().post(
        "/fr/emergency", {"said": POLICE, "name": "Mme Durand, juge", "number": "+33 4 55 55 01 00"}
    )
    row, order = Emergency.objects.get(), Order.objects.get()
    assert Ring.objects.get().about_ref == row.ref
    assert (order.door, order.created_at) == ("emergency", row.arrived_at)
    assert sent(order).targets == ("https://platform.example/@uma",)
    clock = Case.objects.get(kind="order").deadlines.earliest("pk")
    assert clock.starts_at == row.arrived_at
    assert any("+33 4 55 55 01 00" in text for text in everything_said(order))
    assert len(set(re.findall(r"/fr/receipt/[\w-]{20,}", answer.content.decode()))) == 2


def test_somebody_in_danger_who_names_the_police_sends_no_order(platform):
    Client().post("/en/emergency", {"said": "My brother wants to jump. I have called the police already."})
    assert (Emergency.objects.count(), Order.objects.count()) == (1, 0)
