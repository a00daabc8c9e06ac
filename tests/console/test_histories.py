"""Whoever reads a page of the console reads words: codes of ours are for programs."""

import re

import pytest
from django.utils.html import strip_tags

from steelyard.base.clock import now
from steelyard.cases.models import Case
from steelyard.orders.models import Order
from steelyard.people.actions.partners import note_award
from steelyard.people.partners import Partner
from tests.cast import present
from tests.console.browsers import enrolled
from tests.console.test_partners import GIVEN
from tests.flows.stories import SCAM, delivered, noticed, ordered
from tests.partners import nour

pytestmark = pytest.mark.django_db
CODE = re.compile(r"\b(?:terms|law|house)\.\w+|\b\w+:\w+:\w+\b|\b[a-z]+_[a-z_]+\b")
CLOCK = re.compile(r"\d+:\d+:\d+")
DECIDED = {"outcome": "contain", "ground": "terms.scam", "words": "It promises money.", "do": "decide"}


def codes(page: str) -> list[str]:
    """What an eye meets on the page and only a program understands."""
    shown = re.sub(r"(?s)<(script|style|textarea)\b.*?</\1>", " ", page)
    return CODE.findall(CLOCK.sub("", strip_tags(re.sub(r"<", " <", shown))))


def test_a_decided_case_tells_its_history_and_its_ground_in_words(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    case, ada = Case.objects.get(), enrolled("ada")
    ada.post(f"/console/cases/{case.ref}/claim")
    ada.post(f"/console/cases/{case.ref}/decide", DECIDED)
    delivered()
    decision = case.decisions.get()
    pages = [ada.get(f"/console/{where}").text for where in
             (f"cases/{case.ref}", "decisions", f"decisions/{decision.ref}")]  # fmt: skip
    assert "Case taken up" in pages[0]
    assert "Waits for somebody → In review" in pages[0]
    assert all("Scams and fraud" in page for page in pages)
    assert [codes(page) for page in pages] == [[], [], []]


def test_an_order_that_was_asked_about_and_refused_tells_its_history_in_words(platform):
    platform.publish("$1", SCAM)
    ordered("$1")
    order, lena = Order.objects.get(), enrolled("lena")
    for step, words in (("ask", "Which?"), ("answered", "The first."), ("refuse", "Pas d'adresse.")):
        lena.post(f"/console/orders/{order.ref}/{step}", {"words": words, "do": "go"})
    page = lena.get(f"/console/orders/{order.ref}").text
    for said in ("Order received", "Sender of an order asked", "Order taken up again", "Order refused"):
        assert said in page
    assert "the authority" in page
    assert codes(page) == []


def test_a_partners_history_is_in_words_and_says_until_when(platform):
    adam, lena = enrolled("adam"), enrolled("lena")
    adam.post("/console/partners", GIVEN)
    address = f"/console/partners/{Partner.objects.get().ref}"
    lena.post(f"{address}/change", {"do": "verify", "because": "called them"})
    lena.post(f"{address}/change", {"do": "suspend", "because": "wrong notices", "until": "2099-01-01"})
    page = lena.get(address).text
    assert "Partner verified" in page
    assert "Suspended until 2099-01-01" in page
    assert codes(page) == []
    lines = [re.sub(r"\s+", " ", strip_tags(line)) for line in page.split("<tr>")]
    assert not any("→ Invited" in line for line in lines), "nothing was before the invitation"


def test_what_a_partners_own_person_changed_is_told_with_their_handle_and_the_award_in_words(platform):
    lena, member = enrolled("lena"), nour()
    note_award(
        present("adam"), member.partner.ref, award="awarded", awarded_by="Coordinator (invented)",
        source="the public list", seen_on=now().date(), because="read it",
    )  # fmt: skip
    page = lena.get(f"/console/partners/{member.partner.ref}").text
    assert "Not on the list → Awarded" in page
    assert member.ref not in re.sub(r"(?s)<form.*?</form>", "", page)
    assert f"<bdi>{member.handle}</bdi></td>" in page
