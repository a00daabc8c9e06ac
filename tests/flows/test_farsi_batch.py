"""Links in Farsi through a partner's own doors: acknowledged within a minute, an outcome of a person for every line."""

import json
import re
import time

import pytest

from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from steelyard.letters.receipts import check_receipt
from tests.api.test_api import Machine, batch
from tests.flows.stories import decided, delivered
from tests.partners import nour
from tests.portal.test_hotline import client_of

pytestmark = pytest.mark.django_db
OFFER = "سرمایه‌گذاری تضمینی شماره {n}: امروز واریز کنید و فردا دو برابر پس بگیرید، بدون هیچ خطری."
COPIED = "همین امروز به این نشانی واریز کنید و فردا سه برابر پس بگیرید؛ بانک مرکزی خودش تضمین کرده است."
DECIDED = (Outcome.CONTAIN, Outcome.REMOVE, Outcome.NONE)
WORDS = {Outcome.CONTAIN: "limited", Outcome.REMOVE: "removed", Outcome.NONE: "no_violation"}
FARSI = re.compile("[\u0600-\u06ff]")
MINUTE = 60.0


def by_api(member, links):
    answer = Machine(member).post("batches", batch(*links))
    return json.dumps(answer.json()["receipt"]).encode(), answer.json()["ref"]


def by_web(member, links):
    browser = client_of(member)
    lines = "\n".join(f"{link};F1" for link in links)
    page = browser.post(
        "/fa/hotline/check", {"lines": lines, "explanation": "کلاهبرداری", "good_faith": "on"}
    )
    waiting = re.search(r'name="waiting" value="([^"]+)"', page.content.decode())[1]
    ref = browser.post("/fa/hotline/send", {"waiting": waiting}).url.rsplit("/", 1)[1]
    return browser.get(f"/fa/hotline/batch/{ref}/receipt").content, ref


def play(platform, door, count):
    """Every fourth is a copy of the first: one decision reaches them. Returns the seconds to the acknowledgement."""
    for n in range(count):
        platform.publish(f"${n}", COPIED if n % 4 == 0 else OFFER.format(n=n), author=f"@author{n}:home")
    member = nour()
    began = time.monotonic()
    receipt, ref = door(member, [f"memory:${n}" for n in range(count)])
    took = time.monotonic() - began
    assert check_receipt(receipt).valid
    delivered()
    letter = Letter.objects.get(kind="batch_received")
    assert letter.language == "fa"
    assert FARSI.search(text_of(letter))
    expected = {}
    while case := Case.objects.filter(state=CaseState.OPEN).select_related("subject").order_by("pk").first():
        n = int(case.subject.native_id[1:])
        outcome = Outcome.CONTAIN if n % 4 == 0 else DECIDED[n % 3]
        decided(("ada", "ben")[n % 2], case, outcome=outcome, words=f"Read, number {n}.")
        expected[n] = WORDS[outcome]
    expected |= dict.fromkeys(range(0, count, 4), "limited")
    delivered()
    lines = Machine(member).get(f"batches/{ref}").json()["lines"]
    assert [line["outcome"] for line in lines] == [expected[n] for n in range(count)]
    assert all(FARSI.search(line["says"]) and not re.search("[A-Za-z]", line["says"]) for line in lines)
    assert Decision.objects.filter(decided_by_machine=True).count() == len(range(4, count, 4))
    told = text_of(Letter.objects.get(kind="batch_decided"))
    assert FARSI.search(told)
    page = client_of(member).get(f"/fa/hotline/batch/{ref}").content.decode()
    assert page.count("هیچ تخلفی یافت نشد") == list(expected.values()).count("no_violation")
    return took


@pytest.mark.parametrize("door", [by_api, by_web])
def test_a_batch_in_farsi_goes_through_the_partners_door_and_every_line_has_its_outcome(platform, door):
    assert play(platform, door, 8) < MINUTE


@pytest.mark.soak
@pytest.mark.parametrize("door", [by_api, by_web])
def test_200_links_in_farsi_are_acknowledged_within_a_minute_and_all_of_them_decided(
    platform, door, record_property
):
    took = play(platform, door, 200)
    record_property("acknowledged_after_seconds", round(took, 2))
    assert took < MINUTE
