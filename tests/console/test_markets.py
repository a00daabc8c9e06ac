"""The page of a country: what is unknown is called unknown; leaving waits for a second person."""

import re
from datetime import timedelta

import pytest

from steelyard.base.clock import now
from steelyard.flows.leave_market import carry_out_steps
from steelyard.markets.matters import keep_matter, move_matter, ring_due
from steelyard.markets.models import Leaving, Matter
from steelyard.markets.said import Said
from steelyard.markets.states import MatterKind
from steelyard.oncall.models import Ring
from steelyard.people.models import Approval
from tests.cast import present
from tests.console.browsers import enrolled
from tests.flows.stories import SCAM, ordered

pytestmark = pytest.mark.django_db


def sent(person, path, to="", **form):
    page = person.http.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
    return person.http.post(to or path, data={"csrfmiddlewaretoken": token, **form}, follow_redirects=True)


def test_lena_asks_lev_agrees_and_the_page_tells_how_far_it_is(platform):
    platform.publish("$1", SCAM)
    ordered("$1", country="IR")
    lena, lev = enrolled("lena"), enrolled("lev")
    page = lena.http.get("/console/markets", params={"country": "IR"}, follow_redirects=True).text
    assert page.count("unknown") + page.count("inconnu") + page.count("неизвестно") >= 2
    said = sent(lena, "/console/markets/IR", "/console/markets/IR/change", do="leave", because="The keys.")
    assert said.status_code == 200
    waiting = Approval.objects.get()
    sent(lev, f"/console/approvals/{waiting.ref}", answer="approve", because="Yes.")
    assert Leaving.objects.get().state == "left"
    while carry_out_steps():
        pass
    after = lena.http.get("/console/markets/IR").text
    assert platform.closed == {"IR"}
    assert 'value="return"' in after
    assert 'value="retry"' in after, "nobody could be told: the platform knows no countries, and says so"


def test_a_fine_is_kept_answered_and_counted(platform):
    lena = enrolled("lena")
    at = "/console/markets/IR/register"
    sent(lena, "/console/markets/IR", at, kind="fine", authority="A court", asked="Pay.", amount="800000",
         currency="IRR")  # fmt: skip
    row = Matter.objects.get()
    sent(lena, "/console/markets/IR", at, thing=row.ref, move="answer", taken="We appeal.", stance="disagree")
    page = lena.http.get("/console/markets/IR").text
    assert "800000.00 IRR" in page
    assert "We appeal." in page
    assert b"We appeal." not in bytes(Matter.objects.get().sealed)
    assert (Matter.objects.get().state, Matter.objects.get().stance) == ("answered", "disagree")


def test_a_letter_that_nobody_answers_rings_until_its_day(platform):
    day = now() + timedelta(days=10)
    row = keep_matter(present("lena"), "FR", MatterKind.REGULATOR_LETTER, Said(authority="Arcom", asked="Why?"),
                      due_at=day, source="The letter")  # fmt: skip
    assert ring_due() == 0
    Matter.objects.update(created_at=now() - timedelta(days=100))
    assert (ring_due(), ring_due()) == (1, 0)
    assert Ring.objects.get().reason == "clock:markets.matter:90"
    move_matter(present("lena"), row.ref, "answer", taken="Because.", stance="partly")
    Matter.objects.update(due_at=now())
    assert ring_due() == 0
