"""Orders that touch listed parties or embargoed States wait for counsel. No list: unknown, and said so."""

from datetime import date, timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput
from steelyard.cases.models import Case
from steelyard.cli.health_parties import parties
from steelyard.decisions.states import Outcome
from steelyard.flows.confirm_law import Unconfirmed, unconfirmed_of
from steelyard.flows.decide_case import DecisionGiven, decide_case
from steelyard.flows.look_at_market import look_at_market
from steelyard.flows.move_order import confirm_law
from steelyard.flows.read_order import read_order
from steelyard.orders.listed.files import read
from steelyard.orders.listed.names import load
from steelyard.orders.models import ListedName, Order
from tests.cast import present
from tests.flows.stories import claim_case, ordered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]

EU = (
    "\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;NameAlias_LastName;NameAlias_FirstName;"
    "NameAlias_MiddleName;NameAlias_WholeName\n"
    "20/11/2026;13;EU.27.28;;;;Invented Trading House\n"
    "20/11/2026;13;EU.27.28;Example;Ivan;;\n"
    "20/11/2026;14;EU.27.29;;;;Wahid\n"
).encode()
UN = """<?xml version="1.0"?><CONSOLIDATED_LIST dateGenerated="2026-11-19T00:00:00Z"><INDIVIDUALS><INDIVIDUAL>
<REFERENCE_NUMBER>XXi.001</REFERENCE_NUMBER><FIRST_NAME>Invented</FIRST_NAME><SECOND_NAME>Person</SECOND_NAME>
<INDIVIDUAL_ALIAS><ALIAS_NAME>شخص مخترع</ALIAS_NAME></INDIVIDUAL_ALIAS></INDIVIDUAL></INDIVIDUALS><ENTITIES><ENTITY>
<REFERENCE_NUMBER>XXe.002</REFERENCE_NUMBER><FIRST_NAME>Invented Front</FIRST_NAME></ENTITY></ENTITIES>
</CONSOLIDATED_LIST>""".encode()


def loaded(kind, content, **more):
    return load(kind, kind, content, source=f"An invented {kind} list", actor="steelyard", **more)


def order(**more):
    ordered("$1", **more)
    return Order.objects.latest("pk")


def test_without_a_list_it_is_unknown_on_the_order_and_in_doctor():
    view = read_order(present("lena"), order().ref)
    assert (view.lists, view.listed) == ([], ())
    (line,) = parties()
    assert (line.grade, "unknown" in line.what) == ("warn", True)
    assert any("unknown whether one applies" in one for one in look_at_market("FR").if_served)


def test_each_list_is_read_as_its_publisher_writes_it():
    eu, un = read("eu", EU), read("un", UN)
    assert [one.name for one in eu.entries] == ["Invented Trading House", "Ivan Example", "Wahid"]
    assert [one.name for one in un.entries] == ["Invented Person", "شخص مخترع", "Invented Front"]
    assert (eu.dated, un.dated) == (date(2026, 11, 20), date(2026, 11, 19))


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("eu", b"a;b\n1;2\n"), ("eu", b"\xff\xfe"), ("un", b"<other/>"), ("un", b"no xml"), ("ofac", b""),
        ("un", b'<!DOCTYPE x [<!ENTITY a "b">]><CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>'),
        ("states", b"country,source\nXX,An act\n"), ("states", b"country,source\nIR,\n"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_such_list_is_refused(kind, content):
    with pytest.raises(BadInput):
        loaded(kind, content, dated=date(2026, 11, 20))
    assert not ListedName.objects.exists()


def test_an_order_that_names_a_listed_party_waits_for_counsel_and_for_this_order_only():
    loaded("eu", EU)
    touched, free = order(demand="Pay Example, Ivan."), order(reference="2")
    assert [hit.name for hit in read_order(present("lena"), touched.ref).listed] == ["Ivan Example"]
    assert unconfirmed_of(free) == ()
    case, lena = Case.objects.get(bases__order=touched), present("lena")
    claim_case(lena.member, case.ref)
    refusal = DecisionGiven(outcome=Outcome.NONE, words="Not ours.")
    with pytest.raises(Unconfirmed):
        decide_case(lena, case.ref, refusal)
    confirm_law(lena, touched.ref, frozenset(cite.fact for cite in unconfirmed_of(touched)))
    decide_case(lena, case.ref, refusal)
    assert Order.objects.get(pk=touched.pk).state == "refused"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({"demand": "Ivan wrote it.", "reasons": "An example."}, []),
        ({"authority": "Invented  trading-HOUSE"}, ["Invented Trading House"]),
        ({"reasons": "Wahid said so."}, []),
        ({"targets": ("Wahid",)}, ["Wahid"]),
    ],
)
def test_every_word_has_to_stand_in_one_place_and_a_single_word_only_as_a_name(more, found):
    loaded("eu", EU)
    assert [hit.name for hit in read_order(present("lena"), order(**more).ref).listed] == found


def test_a_listed_state_is_shown_on_its_orders_and_on_its_own_page():
    loaded("states", b"country,source\nIR,An invented act\n", dated=date(2026, 11, 20))
    assert [hit.party for hit in read_order(present("lena"), order(country="IR").ref).listed] == [
        "An invented act"
    ]
    assert not read_order(present("lena"), order(reference="2").ref).listed
    assert any("A loaded list names this State" in one for one in look_at_market("IR").if_served)


def test_a_newer_list_takes_the_place_of_the_old_one_and_an_old_one_says_so():
    loaded("eu", EU)
    loaded("eu", EU)
    assert ListedName.objects.count() == 3
    with set_clock(now() + timedelta(days=400)):
        assert [line.grade for line in parties()] == ["warn"]
