"""Staff pages about misuse, suspicions, partners’ lines and what did not go out: narrow, and for a screen reader."""

import os
import re
from datetime import timedelta

import pytest
from msgspec import structs

from steelyard.base.clock import now
from steelyard.base.models import DispatchState
from steelyard.cases.models import Case
from steelyard.decisions.models import Dispute
from steelyard.decisions.states import Outcome
from steelyard.enforcement.models import Measure
from steelyard.flows.partner_desk import ask_partner
from steelyard.flows.report_suspicion import SuspicionGiven, add_data, prepare_suspicion
from steelyard.notices.models import BatchLine, Notice
from tests.browser import accessible, fits
from tests.cast import present
from tests.console.browsers import enrolled
from tests.directory import agency
from tests.flows.stories import HARMLESS, SCAM, decided, delivered, noticed
from tests.partners import nour, sent

pytestmark = pytest.mark.django_db
WIDTHS = (320, 1024)


@pytest.fixture
def seen(new_page, site):
    """Opens a page of the console as this person, at each width, and looks at it."""

    def look(person, path, name):
        for width in WIDTHS:
            page = new_page(width=width)
            page.context.add_cookies(
                [
                    {"name": cookie.name, "value": cookie.value, "url": site}
                    for cookie in person.http.cookies.jar
                ]
            )
            assert page.goto(path).status == 200
            accessible(page)
            fits(page)
            if folder := os.environ.get("SCREENSHOTS"):
                page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)

    return look


def test_a_record_of_misuse_and_its_matter(platform, seen):
    ben = enrolled("ben")
    for number in range(4):
        platform.publish(f"${number}", f"{HARMLESS} {number}")
        noticed(f"${number}")
        decided("ada", Case.objects.get(state="open"), outcome=Outcome.NONE, words="A question.")
    record = f"/console/misuse/notices/{Notice.objects.order_by('pk').first().ref}"
    seen(ben, record, "misuse-record")
    refs = list(Notice.objects.order_by("pk").values_list("ref", flat=True)[:3])
    matter = ben.post(record, {"items": refs, "gravity": "It keeps people from real ones."})
    seen(ben, str(matter.url.path), "misuse-matter")


def test_a_suspicion_with_what_is_held_of_the_account(platform, seen):
    lena = enrolled("lena")
    platform.publish("$1", "Tonight at ten, I know where she lives.")
    noticed("$1", harm="violence")
    agency("Police nationale", "FR", "police")
    case = Case.objects.get()
    row = prepare_suspicion(present("ada"), case.ref, SuspicionGiven(
        words="A threat to kill.", country="FR", addressee="Police nationale",
        tell_after=now().date() + timedelta(days=5), why_wait="The police ask for five days.",
    ))  # fmt: skip
    add_data(present("lena"), row.ref, ["subscriber"])
    seen(lena, f"/console/cases/{case.ref}/suspicion?country=FR", "suspicion")
    seen(lena, f"/console/cases/{case.ref}/suspicion?country=DE", "suspicion-nobody")


def test_a_disputes_outcome_keeps_what_was_typed_until_it_can_be_carried_out(platform, seen):
    platform.manifest = structs.replace(platform.manifest, limits_by_country=True)
    platform.publish("$1", SCAM)
    noticed("$1")
    made = decided("ada")
    delivered()
    ben = enrolled("ben")
    page, disputes = f"/console/decisions/{made.ref}", f"/console/decisions/{made.ref}/disputes"
    refused = ben.post(disputes, {"body": "", "their_reference": "ODS-1"})
    assert (refused.status_code, "ODS-1" in refused.text) == (400, True)
    ben.post(disputes, {"body": "Body (invented)", "their_reference": "ODS-1"})
    seen(ben, page, "dispute")
    one = f"{disputes}/{Dispute.objects.get().ref}"
    given = {"outcome": "Unlawful in France alone.", "decided_on": str(now().date()), "move": "in_part"}
    for missing in ({"until": "soon"}, {"countries": "XQ"}, {}):
        refused = ben.post(one, given | missing)
        assert (refused.status_code, given["outcome"] in refused.text) == (400, True)
        assert Dispute.objects.get().state == "open"
    assert ben.post(one, given | {"countries": "fr"}).status_code == 200
    delivered()
    assert (Dispute.objects.get().state, platform.hidden_in) == ("in_part", {"$1": ["FR"]})
    seen(ben, page, "dispute-in-part")
    (narrower,) = re.findall(r'href="(/console/decisions/\w+)">[^<]*</a></p>', ben.get(page).text)[:1]
    assert "France" in ben.get(narrower).text


def test_a_partners_line_and_what_did_not_go_out(platform, seen):
    platform.publish("$1", SCAM)
    adam, ada = enrolled("adam"), enrolled("ada")
    member = nour()
    sent(member, "memory:$1", "memory:$2")
    delivered()
    line = BatchLine.objects.order_by("pk").first()
    ask_partner(present("ada").member, line.ref, "Which account is behind it?")
    BatchLine.objects.exclude(pk=line.pk).update(state=DispatchState.FAILED, last_error="A fault of ours.")
    decided("ada", Case.objects.order_by("pk").first())
    Measure.objects.update(state=DispatchState.FAILED, last_error="The platform does not know it.")
    seen(ada, f"/console/lines/{line.ref}", "line")
    seen(adam, "/console/measures", "measures")
    seen(adam, f"/console/partners/{member.partner.ref}", "partner")
