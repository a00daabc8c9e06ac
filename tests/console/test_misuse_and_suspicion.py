"""Two pages of the staff: somebody's record under Art. 23, and a suspicion under Art. 18, from the case to the end."""

import re

import pyrage
import pytest

from steelyard.cases.models import Case
from steelyard.decisions.states import Outcome
from steelyard.disclosure.models import Suspicion
from steelyard.misuse.models import Misuse
from steelyard.notices.models import Notice
from steelyard.people.models import Approval
from tests.console.browsers import enrolled
from tests.flows.stories import HARMLESS, decided, noticed

pytestmark = pytest.mark.django_db


def test_ben_reads_a_senders_record_from_the_case_warns_and_another_signs(platform):
    for number in range(4):
        platform.publish(f"${number}", f"{HARMLESS} {number}")
        noticed(f"${number}")
        decided("ada", Case.objects.get(state="open"), outcome=Outcome.NONE, words="A question.")
    refs = list(Notice.objects.order_by("pk").values_list("ref", flat=True))
    ben = enrolled("ben")
    page = ben.get(f"/console/cases/{Case.objects.first().ref}").text
    (link,) = set(re.findall(r"/console/misuse/notices/\w+", page))
    form = {"items": refs[:3], "gravity": "It keeps people from real ones."}
    assert "Cochez au moins 3" in ben.post(link, {**form, "items": refs[:1]}).text
    assert ben.post(link, form).status_code == 200
    matter = f"/console/misuse/{Misuse.objects.get().ref}"
    assert "It keeps people from real ones." in ben.get(matter).text
    warned = Misuse.objects.get().warned_at
    Misuse.objects.update(warned_at=None)  # as while telling waits (Art. 18)
    assert "Retenu" in ben.get(matter).text
    assert 'value="ask"' not in ben.get(matter).text
    assert "retenu" in ben.get("/console/misuse").text
    Misuse.objects.update(warned_at=warned)
    ben.post(matter, {**form, "items": [refs[3]], "days": "5", "do": "ask"})
    lena = enrolled("lena")
    waiting = f"/console/approvals/{Misuse.objects.get().approval}"
    for answer in ("approve", "decline"):  # one door: what is signed elsewhere would never be carried out
        assert lena.post(waiting, {"answer": answer, "because": "Yes."}).url.path == matter
    assert "has answered" not in lena.get("/console/misuse").text
    lena.post(matter, {"do": "sign"})
    assert Misuse.objects.get().state == "suspended"


def test_ada_prepares_a_suspicion_and_cannot_release_it(platform):
    platform.publish("$1", "Tonight at ten, I know where she lives.")
    noticed("$1", harm="violence")
    ada, address = enrolled("ada"), f"/console/cases/{Case.objects.get().ref}/suspicion"
    assert "Europol" in ada.get(address).text
    assert ada.post(address, {"do": "prepare", "words": "", "addressee": "Europol"}).status_code == 400
    ada.post(address, {"do": "prepare", "words": "A threat to kill.", "addressee": "Europol"})
    row = Suspicion.objects.get()
    assert ada.post(address, {"do": "release", "which": row.ref}).status_code == 404
    lena = enrolled("lena")
    assert "Europol" in lena.get(address).text
    assert Suspicion.objects.get().state == "prepared"
    key = str(pyrage.x25519.Identity.generate().to_public())
    lena.post(address, {"do": "ask", "which": row.ref, "recipient": key, "because": "A threat to kill."})
    waiting = Suspicion.objects.get().approval
    for who in (lena, enrolled("lev")):
        for answer in ("approve", "decline", "withdraw"):
            post = {"answer": answer, "because": "Yes."}
            assert who.post(f"/console/approvals/{waiting}", post).url.path == address
    assert Approval.objects.get(ref=waiting).state == "asked"
