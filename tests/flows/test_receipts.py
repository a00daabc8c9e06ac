"""A receipt at every door: it verifies, and its times are those of the clock it speaks of.

The machine's own clock is an hour ahead here: what binds goes by the database's.
"""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from steelyard.arrivals.models import Arrival
from steelyard.base import clock
from steelyard.base.clock import database_time
from steelyard.base.errors import Unreachable
from steelyard.cases.models import Case, Deadline
from steelyard.flows.take_up_lines import take_up_lines
from steelyard.ledger.queries import is_sealed
from steelyard.letters.receipts import check_receipt
from steelyard.notices.models import BatchLine, NoticeBatch
from steelyard.oncall.emergency import said
from steelyard.oncall.models import Emergency, Ring
from steelyard.orders.models import Order
from steelyard.people.actions import partners as acts
from steelyard.portal.keeping import keep
from steelyard.portal.partner_session import cookie_name
from tests.flows.stories import SCAM, decided, delivered, noticed, token_in
from tests.partners import nour, sent

pytestmark = pytest.mark.django_db
NOTICE = {
    "links": "memory:$1", "harm": "scam", "explanation": "They took my savings.", "name": "Rhea",
    "email": "rhea@example.org", "good_faith": "on",
}  # fmt: skip
ORDER = {
    "instrument": "dsa_9", "country": "FR", "authority": "Tribunal judiciaire de Paris", "reference": "24/1",
    "targets": "memory:$1", "harm": "scam", "legal_basis": "Code pénal, art. 313-1", "reasons": "Escroquerie.",
    "redress": "Cour d’appel", "contact": "greffe@example.org", "language": "fr", "incomplete": "yes",
}  # fmt: skip

SECRET = (
    "Tribunal judiciaire de Lyon. Nous, juge d'instruction, requérons la communication des données du compte "
    "https://platform.example/@uma, vie en danger, en application de l'article 99-3 du code de procédure pénale. "
    "Cette réquisition est strictement confidentielle: ne pas en informer l'utilisateur. N° parquet 26/1234"
)


class Ahead(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _machines_clock(monkeypatch):
    monkeypatch.setattr(clock, "datetime", Ahead)


@contextmanager
def right_clock():
    """What is sent out waits for the machine's clock; the tests do not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "datetime", datetime)
        yield


def sound(file, what):
    """The receipt verifies, and says the time of the database."""
    found = check_receipt(file)
    assert (found.valid, found.what) == (True, what), found
    assert abs(datetime.fromisoformat(found.received_at) - database_time()) < timedelta(minutes=1)
    return found


def agree(found, deadlines):
    """The clock that began runs from the time on the receipt to the end that the receipt names."""
    spans = {
        tuple(moment.astimezone(UTC).isoformat(timespec="seconds") for moment in (one.starts_at, one.ends_at))
        for one in deadlines
    }
    assert (found.received_at, found.answer_by) in spans


def file_of(response):
    """The receipt's file, as whoever was sent to its page downloads it."""
    assert response.status_code == 302, response.content.decode()
    return Client().get(f"{response.url}/file").content


def test_a_notice(platform):
    platform.publish("$1", SCAM)
    found = sound(file_of(Client().post("/en/notice", NOTICE)), "notice")
    agree(found, Deadline.objects.all())


def test_an_order(platform):
    platform.publish("$1", SCAM)
    found = sound(file_of(Client().post("/en/order", ORDER)), "order")
    agree(found, Deadline.objects.all())
    assert Order.objects.get().created_at == Deadline.objects.earliest("pk").starts_at


def test_an_order_at_the_contact_form(platform):
    text = (
        "Tribunal judiciaire de Lyon\nNous, juge d'instruction, requérons la communication des données du compte "
        "https://platform.example/@uma dans un délai de 5 jours, en application de l'article 99-3 du code de "
        "procédure pénale. N° parquet 26/1234\nMme Durand, juge d'instruction"
    )
    answer = Client().post("/en/contact", {"email": "greffe@tj.example.fr", "message": text})
    found = sound(file_of(answer), "order")
    assert Arrival.objects.get().arrived_at == Order.objects.get().created_at
    agree(found, Deadline.objects.all())


def test_a_message(platform):
    answer = Client().post("/en/contact", {"email": "jo@example.org", "message": "How do I change my name?"})
    assert sound(file_of(answer), "message").answer_by == ""


def test_a_complaint(platform):
    platform.publish("$1", SCAM)
    with right_clock():
        noticed("$1")
        decided("ada")
        delivered()
    client = Client()
    opened = client.get(f"/en/d/{token_in(platform.letters[0][1])}")
    page = client.get(opened.url) if opened.status_code == 302 else opened
    where = page.request["PATH_INFO"]
    complaint = client.post(f"{where}/complaint", {"points": ["context"], "text": "I was warning others."})
    found = sound(file_of(complaint), "complaint")
    agree(found, Case.objects.get(kind="complaint").deadlines.all())


def test_the_emergency_line(platform):
    page = Client().post("/en/emergency", {"said": "He is on the roof."})
    path = page.content.decode().split('href="/en/receipt/')[1].split('"')[0]
    shown = Client().get(f"/en/receipt/{path}")
    assert "Danger to life" in shown.content.decode()
    found = sound(Client().get(f"/en/receipt/{path}/file").content, "emergency")
    agree(found, Deadline.objects.all())


def test_a_life_waits_for_no_signature(platform, monkeypatch):
    def away(*given, **named):
        raise Unreachable("The signer does not answer.")

    monkeypatch.setattr("steelyard.letters.receipts.sign", away)
    page = Client().post("/en/emergency", {"said": "He is on the roof."})
    assert "No receipt can be signed" in page.content.decode()
    assert (Emergency.objects.count(), Ring.objects.count()) == (1, 1)


@pytest.mark.parametrize("explanation", ["He says he will do it tonight.", SECRET], ids=["open", "secret"])
def test_a_batch_about_a_life_is_refused_without_a_signature_and_somebody_is_rung_all_the_same(
    platform, monkeypatch, explanation
):
    def away(*given, **named):
        raise Unreachable("The signer does not answer.")

    member = nour()
    monkeypatch.setattr("steelyard.letters.receipts.sign", away)
    with pytest.raises(Unreachable):
        sent(member, "memory:$1", explanation=explanation, imminent=True)
    row = Emergency.objects.get()
    assert explanation in said(row).said
    assert (Ring.objects.get().about_ref, NoticeBatch.objects.count()) == (row.ref, 0)
    assert is_sealed(row.key) is (explanation == SECRET)


def test_a_batch_of_the_hotline_desk(platform):
    platform.publish("$1", SCAM)
    member, client = nour(), Client()
    client.cookies[cookie_name()] = keep(member.ref.encode(), seconds=600)
    checked = client.post(
        "/en/hotline/check",
        {
            "lines": "memory:$1,F1",
            "harm": "scam",
            "explanation": "Fraud.",
            "imminent": "on",
            "good_faith": "on",
        },
    )
    assert checked.status_code in (200, 302), checked.content
    page = client.get(checked.url) if checked.status_code == 302 else checked
    waiting = page.content.decode().split('name="waiting" value="')[1].split('"')[0]
    done = client.post("/en/hotline/send", {"waiting": waiting, "good_faith": "on"})
    batch = NoticeBatch.objects.get()
    assert done.status_code == 302
    found = sound(client.get(f"/en/hotline/batch/{batch.ref}/receipt").content, "notice")
    assert Ring.objects.get().reason == "partner:imminent"
    BatchLine.objects.update(not_before=database_time())
    while take_up_lines():
        pass
    agree(found, Deadline.objects.all())


def test_a_batch_by_the_api_that_speaks_of_imminent_harm_rings(platform):
    platform.publish("$1", SCAM)
    _key, secret = acts.make_key(nour(), "Database", ["notices:write"])
    told = {
        "lines": [{"what": "memory:$1", "code": "F1"}], "explanation": "Fraud.", "good_faith": True,
        "imminent": True, "language": "fa",
    }  # fmt: skip
    taken = Client(headers={"Authorization": f"Bearer {secret}"}).post(
        "/api/v1/batches", json.dumps(told), "application/json"
    )
    assert taken.status_code == 201, taken.content
    sound(json.dumps(taken.json()["receipt"]).encode(), "notice")
    ring = Ring.objects.get()
    assert (ring.about_ref, ring.urgency) == (taken.json()["ref"], "danger_to_life")
