"""An order that nobody may know of, typed into a form meant for something else: that form's desk sees nothing."""

import json
import re
from datetime import date, time

import pytest

from steelyard.base.clock import now
from steelyard.base.errors import NoSuchThing
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.flows.emergency import read_emergency
from steelyard.flows.read_batch import batch_of, batches_of
from steelyard.flows.read_order import read_order
from steelyard.flows.secrecy import end_secrecy
from steelyard.flows.take_up_lines import take_up_lines
from steelyard.ledger.models import Entry
from steelyard.letters.receipts import check_receipt
from steelyard.notices.models import BatchLine, Notice, NoticeBatch
from steelyard.oncall.actions import set_reach, set_turn
from steelyard.oncall.models import Emergency, Ring
from steelyard.oncall.queries import figures
from steelyard.orders.actions import sent
from steelyard.orders.models import Order
from steelyard.people.actions import partners as acts
from steelyard.portal.keeping import keep
from steelyard.portal.partner_session import cookie_name
from tests.cast import member, present
from tests.console.browsers import browser, enrolled
from tests.flows.stories import SCAM
from tests.partners import nour

pytestmark = pytest.mark.django_db
SECRET = (
    "Tribunal judiciaire de Lyon. Nous, juge d'instruction, requérons la communication des données du compte "
    "https://platform.example/@uma, vie en danger, en application de l'article 99-3 du code de procédure pénale. "
    "Cette réquisition est strictement confidentielle: ne pas en informer l'utilisateur. N° parquet 26/1234"
)
PAGES = (
    "", "cases", "cases?kind=emergency", "cases?kind=notice", "orders", "decisions", "measures", "oncall",
    "oncall/history", "messages", "partners",
)  # fmt: skip
UNIQUE = re.compile(
    r'(csrfmiddlewaretoken" value|nonce|data-at|title)="[^"]*"|\b\d\d:\d\d(:\d\d)?\b|\d+ (min|s)\b'
)


@pytest.fixture
def house(platform):
    """Lev is on call, Lena looks after secrecy, and Ada works at both desks."""
    platform.publish("$1", SCAM)
    keeper = member("lena")
    keeper.roles = ["legal", "secrecy"]
    keeper.save(update_fields=["roles"])
    set_reach(
        member("lev"),
        addresses=("json://127.0.0.1:9/lev", "json://127.0.0.1:9/lev-second"),
        zone="Europe/Paris",
    )
    set_turn(
        member("adam"), member_ref=member("lev").ref, rank=1, weekdays=tuple(range(7)), begins=time(0), ends=time(0),
        zone="UTC", first_day=date(2026, 1, 1),
    )  # fmt: skip
    return enrolled("ada")


def seen_by(ada):
    """Every page of hers that lists or counts anything, and what anybody can count."""
    pages = {path: UNIQUE.sub("", ada.get(f"/console/{path}").text) for path in PAGES}
    # Of a secret message the public log says what it says of any: that one was kept, and sorted.
    log = Entry.objects.exclude(verb__startswith="people:").exclude(verb__startswith="arrivals:")
    return pages | {"log": list(log.values_list("verb", flat=True)), "rings": figures(now().date())}


def outside():
    return browser().http


def as_partner(who):
    client = outside()
    client.cookies.set(cookie_name(), keep(who.ref.encode(), seconds=600), domain="localhost.local")
    return client


def by_the_desk(who, **more):
    client = as_partner(who)
    page = client.post(
        "/en/hotline/check",
        data={"lines": "memory:$1,F1", "harm": "scam", "explanation": SECRET, "good_faith": "on", **more},
    ).text
    return client.post(
        "/en/hotline/send", data={"waiting": page.split('name="waiting" value="')[1].split('"')[0]}
    )


def named_and_others(case_ref):
    """Lev is rung and Lena is named; for Ada there is no such case, whatever she tries."""
    assert read_emergency(present("lev"), case_ref).said.said.startswith("Tribunal judiciaire")
    assert read_emergency(present("lena"), case_ref)
    with pytest.raises(NoSuchThing):
        read_emergency(present("ada"), case_ref)
    with pytest.raises(NoSuchThing):
        claim_case(member("ada"), case_ref)


def test_at_the_emergency_form_whoever_is_rung_reads_it_and_for_the_desk_nothing_has_happened(house):
    before = seen_by(house)
    page = outside().post(
        "/fr/emergency", data={"said": SECRET, "name": "Mme Durand", "number": "+33 4 55 55 01 00"}
    )
    assert len(set(re.findall(r"/fr/receipt/[\w-]{20,}", page.text))) == 2
    row, order = Emergency.objects.get(), Order.objects.get()
    assert (row.key, row.arrived_at) == (order.key, order.created_at)
    assert {call.member.handle for call in Ring.objects.get().calls.all()} == {"lev"}
    assert seen_by(house) == before
    assert house.http.get(f"/console/emergencies/{row.case}").status_code == 404
    assert house.http.get(f"/console/cases/{row.case}").status_code == 404
    named_and_others(row.case)
    outside().post("/fr/emergency", data={"said": "Il est sur le toit."})
    assert seen_by(house) != before, "of any other she sees"


def test_when_the_secrecy_ends_the_call_is_told_of_with_its_order(house):
    outside().post("/fr/emergency", data={"said": SECRET})
    order, told = Order.objects.get(), Entry.objects.filter(verb="oncall:emergency:received")
    with pytest.raises(NoSuchThing):  # who is rung about the call does not come to know the order by it
        read_order(present("lev"), order.ref)
    assert not told.exists()
    end_secrecy(present("lena"), order.ref, "The judge has ended it.")
    assert told.count() == 1
    assert read_emergency(present("ada"), Emergency.objects.get().case)


def test_at_the_hotline_desk_the_batch_is_the_order_and_nothing_else(house):
    nours = nour()
    before = seen_by(house)
    done = by_the_desk(nours)
    while take_up_lines():
        pass
    order, batch = Order.objects.get(), NoticeBatch.objects.get()
    assert seen_by(house) == before
    assert not BatchLine.objects.exists()
    assert not Notice.objects.exists()
    assert (batch.key, order.door, sent(order).targets) == (
        order.key,
        "hotline",
        ("memory:$1", "https://platform.example/@uma"),
    )
    assert check_receipt(outside().get(f"{done.url.path}/file").content).what == "order"
    assert [row.ref for row, *_ in batches_of(nours.partner)] == []
    assert "Tribunal" not in as_partner(nours).get("/en/hotline").text


def test_with_somebody_about_to_be_harmed_a_person_is_rung_and_reads_it(house):
    nours = nour()
    before = seen_by(house)
    by_the_desk(nours, imminent="on")
    assert seen_by(house) == before
    named_and_others(Emergency.objects.get().case)


def test_by_the_api_the_same_request_twice_is_one_order_with_one_receipt(house):
    who = nour()
    _key, secret = acts.make_key(who, "Database", ["notices:write"])
    client = outside()
    client.headers.update({"Authorization": f"Bearer {secret}", "Idempotency-Key": "one"})
    told = {"lines": [{"what": "memory:$1", "code": "F1"}], "explanation": SECRET, "good_faith": True}
    before = seen_by(house)
    first, again = (client.post("/api/v1/batches", json=told).json() for _ in "ab")
    assert (first["ref"], first["receipt"]) == (again["ref"], again["receipt"])
    assert check_receipt(json.dumps(first["receipt"]).encode()).what == "order"
    assert (first["lines"], Order.objects.count()) == (0, 1)
    assert batch_of(who.partner, first["ref"]).imminent is False
    assert Case.objects.get().key == Order.objects.get().key
    assert seen_by(house) == before
