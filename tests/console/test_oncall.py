"""The pages of those on call: who it is, how they are rung, what rings, an emergency."""

import re

import pytest

from steelyard.cases.models import Case
from steelyard.flows.emergency import EmergencyGiven, receive_emergency
from steelyard.oncall.models import Reach, Ring, Turn
from steelyard.oncall.tasks import deliver_calls
from tests.cast import member
from tests.console.browsers import browser, enrolled
from tests.oncall.receivers import Telephone, reachable

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return enrolled("lena")


@pytest.fixture
def telephone():
    with Telephone() as one:
        yield one


def sent(person, path, **form):
    page = person.http.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
    return person.http.post(path, data={"csrfmiddlewaretoken": token, **form}, follow_redirects=False)


TURN = {
    "do": "turn", "rank": 1, "weekdays": [0, 1, 2, 3, 4, 5, 6], "begins": "00:00", "ends": "00:00",
    "zone": "Europe/Berlin", "first_day": "2026-01-01",
}  # fmt: skip


def test_the_rota_is_made_on_one_page_without_javascript(lena):
    assert "Nobody is on call now" in lena.http.get("/console/oncall").text
    answer = sent(lena, "/console/oncall", **TURN, member_ref=member("lena").ref)
    assert answer.status_code == 302
    page = lena.http.get("/console/oncall").text
    assert "Nobody is on call" not in page
    assert "given no address" in page
    turn = Turn.objects.get()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    lena.http.post(f"/console/oncall/turns/{turn.ref}/end", data={"csrfmiddlewaretoken": token})
    turn.refresh_from_db()
    assert turn.last_day is not None


def test_who_may_not_edit_the_rota_sees_it_and_cannot(lena):
    ada = enrolled("ada")
    page = ada.http.get("/console/oncall").text
    assert 'value="turn"' not in page
    sent(ada, "/console/oncall", **TURN, member_ref=member("ada").ref)
    assert not Turn.objects.exists()


def test_addresses_are_entered_once_and_shown_never(lena, telephone):
    form = {
        "do": "reach",
        "first": telephone.of("lena"),
        "second": telephone.of("other"),
        "zone": "Europe/Paris",
    }
    assert sent(lena, "/console/oncall", **form).status_code == 302
    assert Reach.objects.count() == 1
    assert "json://" not in lena.http.get("/console/oncall").text.replace("mailto://", "")
    wrong = sent(lena, "/console/oncall", **(form | {"first": "nonsense"}))
    assert wrong.status_code == 400
    assert "reaches nobody" in wrong.text


def test_what_rings_is_on_every_page_and_one_press_answers(lena):
    row = receive_emergency(EmergencyGiven(said="He is on the roof.")).row
    page = lena.http.get("/console/account")
    assert "Somebody is being rung" in page.text
    ring = Ring.objects.get()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
    answer = lena.http.post(
        f"/console/oncall/rings/{ring.ref}/answer",
        data={"csrfmiddlewaretoken": token},
        follow_redirects=False,
    )
    assert answer.headers["location"] == f"/console/emergencies/{row.case}"
    ring.refresh_from_db()
    assert ring.acknowledged_by == member("lena")
    assert "being rung" not in lena.http.get("/console/account").text
    assert "the case" in lena.http.get("/console/oncall/history").text


def test_an_emergency_is_answered_on_its_page(lena):
    row = receive_emergency(EmergencyGiven(said="He is on the roof.", number="+990 1")).row
    path = f"/console/emergencies/{row.case}"
    assert lena.http.get(f"/console/cases/{row.case}", follow_redirects=False).headers["location"] == path
    assert "He is on the roof." in lena.http.get(path).text
    page = lena.http.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text).group(1)
    lena.http.post(f"/console/cases/{row.case}/claim", data={"csrfmiddlewaretoken": token})
    assert sent(lena, path, do="call", reached="on", words="The police are there.").status_code == 302
    assert sent(lena, path, do="conclude", words="x").status_code == 400
    assert sent(lena, path, do="conclude", verdict="handed_on", words="Done.").status_code == 302
    assert Case.objects.get().state == "decided"


def test_the_link_of_a_message_answers_by_its_button_and_not_by_being_opened(telephone):
    lena = reachable("lena", telephone)
    Reach.objects.update(lead=True)
    receive_emergency(EmergencyGiven(said="He is on the roof."))
    while deliver_calls():
        pass
    path = f"/en/ring/{telephone.link()}"
    somebody = browser()
    opened = somebody.http.get(path)
    assert "roof" not in opened.text
    assert Ring.objects.get().state == "ringing"
    assert "You have it" in somebody.http.post(path).text
    assert Ring.objects.get().acknowledged_by == lena
    assert somebody.http.post(path).status_code == 404
    assert opened.headers["referrer-policy"] == "no-referrer"
