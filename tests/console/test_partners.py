"""Partners in the console: invited by one, verified by another; their lines beside the case; nobody is ranked."""

import re

import pytest

from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.notices.models import BatchLine
from steelyard.people.partners import Partner
from tests.console.browsers import enrolled
from tests.flows.stories import SCAM, decided, delivered
from tests.partners import nour, sent

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Hotline Levant", "kinds": ["hotline"], "areas": ["scam"], "country": "LB", "languages": ["ar"],
    "language": "ar", "contact_name": "Nour Haddad", "contact_email": "nour@example.org", "because": "asked",
}  # fmt: skip


def test_adam_invites_and_lena_verifies_and_the_link_is_shown_once():
    adam, lena = enrolled("adam"), enrolled("lena")
    page = adam.post("/console/partners", GIVEN).text
    assert "/hotline/enrol#" in page
    partner = Partner.objects.get()
    address = f"/console/partners/{partner.ref}"
    assert "hotline/enrol#" not in adam.get(address).text
    assert (
        "Inviting and verifying takes two people"
        in adam.post(f"{address}/change", {"do": "verify", "because": "x"}).text
    )
    lena.post(f"{address}/change", {"do": "verify", "because": "called the number on their site"})
    assert "called the number on their site" in lena.get(address).text
    lena.post(f"{address}/change", {"do": "suspend", "because": "wrong notices", "until": "2099-01-01"})
    partner.refresh_from_db()
    assert (partner.state, partner.until.year) == ("suspended", 2099)
    lena.post(f"{address}/change", {"do": "award", "because": "read it", "award": "awarded", "awarded_by": "DSC",
                                    "source": "the list", "seen_on": "2026-11-21"})  # fmt: skip
    partner.refresh_from_db()
    assert partner.award == "awarded"
    assert adam.post("/console/partners", GIVEN | {"name": ""}).status_code == 400


def test_a_reviewer_reads_the_partners_line_and_asks_for_more(platform):
    platform.publish("$1", SCAM)
    member = nour()
    sent(member, "memory:$1")
    delivered()
    ada, line = enrolled("ben"), BatchLine.objects.get()
    page = ada.get(f"/console/cases/{Case.objects.get().ref}").text
    assert "Hotline Levant" in page
    assert "F1 Investment fraud" in page
    address = re.search(r'href="(/console/lines/\w+)"', page)[1]
    assert address.endswith(line.ref)
    assert "Which account" in ada.post(address, {"text": "Which account is behind it?"}).text
    assert line.messages.get().asks


def test_the_figures_the_dossier_and_the_case_file_are_there_for_whoever_may(platform):
    for number in range(6):
        platform.publish(f"${number}", f"{SCAM} {number}")
    member = nour()
    sent(member, *(f"memory:${number}" for number in range(6)))
    delivered()
    for number, case in enumerate(Case.objects.order_by("pk")):
        decided("ada", case, outcome="none" if number else "contain")
    lena = enrolled("lev")
    page = lena.get(f"/console/partners/{member.partner.ref}").text
    assert "(1/6)" in page
    dossier = lena.get(f"/console/partners/{member.partner.ref}/dossier.json").json()
    assert (dossier["did_not"], len(dossier["notices"])) == (5, 5)
    decision = Decision.objects.exclude(outcome="none").get()
    assert lena.get(f"/console/decisions/{decision.ref}").status_code == 200
    answer = lena.get(f"/console/decisions/{decision.ref}/case-file.zip")
    assert answer.content[:2] == b"PK"
    lena.post(f"/console/decisions/{decision.ref}/disputes", {"body": "Body", "their_reference": "1"})
    dispute = decision.disputes.get()
    page = lena.post(
        f"/console/decisions/{decision.ref}/disputes/{dispute.ref}",
        {"move": "for_them", "outcome": "Lawful.", "decided_on": "2026-11-21"},
    )
    decision.refresh_from_db()
    assert decision.state == "reversed"
