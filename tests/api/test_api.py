"""The partners' API over HTTP, on the shipped application."""

import json
import subprocess
import sys

import pytest
import yaml
from django.test import Client

from steelyard.arrivals.models import Arrival
from steelyard.cases.models import Case
from steelyard.letters.models import Letter
from steelyard.letters.receipts import check_receipt
from steelyard.notices.models import NoticeBatch
from steelyard.orders.models import Order
from steelyard.people.actions import partners as acts
from tests.cast import present
from tests.flows.stories import SCAM, decided, delivered
from tests.partners import nour
from tools.openapi import FILE, described, merged

pytestmark = pytest.mark.django_db
EVERYTHING = ["notices:write", "notices:read", "reports:read"]


class Machine:
    """A partner's own program with a key."""

    def __init__(self, member, scopes=EVERYTHING):
        self.key, secret = acts.make_key(member, "Database", list(scopes))
        self.http = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path):
        return self.http.get(f"/api/v1/{path}")

    def post(self, path, body, **headers):
        return self.http.post(f"/api/v1/{path}", json.dumps(body), "application/json", headers=headers)


def batch(*what, **more):
    lines = [{"what": one, "code": "F1"} for one in what]
    return {"lines": lines, "explanation": "کلاهبرداری", "good_faith": True, "language": "fa", **more}


def test_a_program_sends_reads_the_outcome_in_farsi_and_contests_it(platform):
    platform.publish("$1", SCAM)
    machine = Machine(nour())
    sent = machine.post("batches", batch("memory:$1"), **{"Idempotency-Key": "k1"})
    assert sent.status_code == 201
    taken = sent.json()
    assert check_receipt(json.dumps(taken["receipt"]).encode()).valid
    again = machine.post("batches", batch("memory:$1"), **{"Idempotency-Key": "k1"}).json()
    assert (again["ref"], again["before"]) == (taken["ref"], True)
    delivered()
    decided("ada", Case.objects.get())
    found = machine.get(f"batches/{taken['ref']}").json()
    assert [line["outcome"] for line in found["lines"]] == ["limited"]
    assert "کلاهبرداری" in found["lines"][0]["says"]
    assert machine.get("batches").json() == [
        {"ref": taken["ref"], "received_at": found["received_at"], "lines": 1, "told": 1}
    ]
    assert b"<entry>" in machine.get("feed.atom").content
    line = found["lines"][0]["ref"]
    assert (
        machine.post(f"lines/{line}/messages", {"text": "بیشتر نگاه کنید", "contest": True}).status_code
        == 204
    )
    assert Case.objects.filter(kind="complaint").count() == 1
    assert machine.get("scorecard").json()["whole"]["right"] == 1
    assert machine.get("reports/2026.csv").content.startswith(b"provider,period")


def test_lines_are_checked_without_being_sent(platform):
    machine = Machine(nour())
    found = machine.post("check", batch("memory:$1", "memory:$1", "two words")).json()
    assert [line["problem"] for line in found] == ["", "twin", "unreadable"]
    assert NoticeBatch.objects.count() == 0


@pytest.mark.parametrize(
    ("scopes", "path", "status"),
    [
        (["notices:read"], "batches", 200),
        (["notices:write"], "batches", 403),
        (["notices:write"], "scorecard", 403),
    ],
)
def test_a_key_opens_only_what_its_scopes_name(platform, scopes, path, status):
    assert Machine(nour(), scopes).get(path).status_code == status


def test_no_key_a_withdrawn_one_and_another_partners_batch_open_nothing(platform):
    member = nour()
    machine = Machine(member)
    ref = machine.post("batches", batch("memory:$1")).json()["ref"]
    stranger = Client().get(f"/api/v1/batches/{ref}")
    assert stranger.status_code == 401
    assert set(stranger.json()["error"]) == {"what", "do"}
    assert Machine(nour(name="Hotline Other")).get(f"batches/{ref}").status_code == 404
    acts.withdraw_key(present("adam"), member.partner.ref, machine.key.ref)
    assert machine.get(f"batches/{ref}").status_code == 401


def test_what_cannot_be_read_or_sent_is_said_plainly(platform):
    machine = Machine(nour())
    wrong = machine.post("batches", {"lines": "no list"})
    assert (wrong.status_code, set(wrong.json()["error"])) == (422, {"what", "do"})
    assert "Line 1 cannot be sent" in machine.post("batches", batch("two words")).json()["error"]["what"]
    assert machine.post("batches", batch("memory:$1", good_faith=False)).status_code == 422
    acts.suspend_partner(present("adam"), machine.key.partner.ref, until=None, because="wrong notices")
    assert machine.post("batches", batch("memory:$1")).status_code == 403


def test_the_published_description_is_the_applications_own():
    published = yaml.safe_load(FILE.read_text())
    assert published == merged(published, described())
    assert {path for path in published["paths"] if path.startswith("/api/")} == set(described()["paths"])


def test_a_house_that_nobody_asks_over_the_api_does_not_load_it():
    code = (
        "import django, sys; django.setup()\n"
        "from django.urls import resolve, reverse\n"
        "reverse('console:home'); resolve('/en/')\n"
        "assert 'ninja' not in sys.modules and 'pydantic' not in sys.modules\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=_environment(), check=False
    )
    assert done.returncode == 0, done.stderr


def _environment():
    import os

    return os.environ | {"PYTHONPATH": "src"}


ORDER = (
    "Tribunal judiciaire de Lyon. Nous, juge d'instruction, ordonnons le retrait des contenus visés, en application "
    "de l'article 6-1 de la loi du 21 juin 2004, dans un délai de 24 heures. N° parquet 26/1234"
)


def test_an_order_in_a_partners_batch_lies_on_the_desk_for_orders_too_and_the_sender_is_told(platform):
    machine = Machine(nour())
    platform.publish("$1", SCAM)
    answer = machine.post("batches", batch("https://platform.example/1", explanation=ORDER)).json()
    order = Order.objects.get()
    assert NoticeBatch.objects.get().lines.count() == 1, "its lines are looked at all the same"
    assert (order.door, order.created_at) == ("hotline", NoticeBatch.objects.get().created_at)
    told = check_receipt(json.dumps(answer["moved_receipt"]).encode())
    assert (told.valid, told.what) == (True, "order")
    (letter,) = Letter.objects.filter(kind="arrival_received")
    assert letter.about == Arrival.objects.get().ref


def test_an_ordinary_batch_is_nothing_else(platform):
    answer = Machine(nour()).post("batches", batch("https://platform.example/1")).json()
    assert (answer["moved_receipt"], Order.objects.count()) == (None, 0)
