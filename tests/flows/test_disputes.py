"""A dispute body decides: the case file it gets, and what follows from what it says."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from steelyard.base.clock import now
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.models import Complaint, Decision, Dispute
from steelyard.decisions.states import DecisionState, Outcome
from steelyard.evidence.models import Look
from steelyard.flows.campaigns import forget_campaigns
from steelyard.flows.disputes import begin_dispute, case_file, settle_dispute
from steelyard.flows.narrow import Narrower
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, answered, decided, delivered, noticed, screened, token_in
from tests.flows.test_campaigns import posted

pytestmark = pytest.mark.django_db
BODY = {"body": "Body (invented)", "their_reference": "ODS-1"}


@pytest.fixture
def rejected(platform):
    """Uma complained, Ben rejected it, and she goes to a body."""
    platform.publish("$1", SCAM)
    noticed("$1", explanation="Rhea here: call me at +33 6 12 34 56 78.")
    decided("ada", words="Rhea was right: guaranteed profit.")
    delivered()
    receive_complaint(
        token_in(platform.letters[0][1]), ComplaintGiven(points=("context",), text="It is a quotation.")
    )
    complaint, ben = Complaint.objects.get(), present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "Nothing marks it as one.", uphold=False)
    delivered()
    return Decision.objects.get()


def test_the_case_file_has_everything_that_a_body_needs_and_nobodys_name(rejected):
    looks = Look.objects.count()
    packed = case_file(present("lena"), rejected.ref)
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        read = {name: file.read(name) for name in file.namelist()}
    sums = json.loads(read.pop("manifest.json"))["sha256"]
    assert sums == {name: hashlib.sha256(content).hexdigest() for name, content in read.items()}
    assert {
        "decision.json",
        "statement-of-reasons.json",
        "content.txt",
        "complaint-1.json",
        "log.json",
        "READ-ME.txt",
    } <= set(read)
    assert read["content.txt"].decode() == SCAM
    answer = json.loads(read["complaint-1.json"])["answer"]
    assert "It is a quotation." in answer
    assert answer.endswith("Nothing marks it as one.")
    assert json.loads(read["decision.json"])["facts"] == "[removed] was right: guaranteed profit."
    log = json.loads(read["log.json"])
    assert {"decisions:decision:made", "decisions:statement:issued", "decisions:complaint:rejected"} <= {
        one["what"] for one in log
    }
    whole = b"".join(read.values()).decode()
    assert not any(
        word in whole
        for word in ("Rhea", "rhea@example.org", present("ada").member.ref, present("ben").member.ref)
    )
    assert Look.objects.count() == looks + 1


def test_who_may_not_decide_complaints_gets_no_file(rejected):
    with pytest.raises(NoSuchThing):
        case_file(present("ada"), rejected.ref)


def test_a_body_that_decides_for_the_author_brings_the_post_back_and_she_hears_that_we_were_wrong(
    rejected, platform
):
    lena = present("lena")
    dispute = begin_dispute(lena, rejected.ref, **BODY)
    settle_dispute(
        lena,
        rejected.ref,
        dispute.ref,
        "for_them",
        outcome="The quotation is evident.",
        decided_on=now().date(),
    )
    delivered()
    assert platform.hidden == set()
    rejected.refresh_from_db()
    assert rejected.state == DecisionState.REVERSED
    assert "sorry" in platform.letters[-1][1] or "Нам" in platform.letters[-1][1]
    assert Dispute.objects.get().state == "for_them"
    with pytest.raises(Refused):
        settle_dispute(lena, rejected.ref, dispute.ref, "for_us", outcome="x", decided_on=now().date())


def test_a_body_that_finds_it_too_much_narrows_it(rejected, platform):
    lena, day = present("lena"), now().date() + timedelta(days=3)
    dispute, told = (
        begin_dispute(lena, rejected.ref, **BODY),
        {"outcome": "Three days are enough.", "to": Narrower(until=day)},
    )
    settle_dispute(lena, rejected.ref, dispute.ref, "in_part", decided_on=now().date(), **told)
    delivered()
    first, narrower, _reversal = Decision.objects.order_by("pk")
    assert (first.state, narrower.state, narrower.until.date()) == ("reversed", "made", day)
    assert (platform.hidden, Dispute.objects.get().state) == ({"$1"}, "in_part")
    assert "right in part" in platform.letters[-1][1]


def test_a_dispute_won_brings_back_what_only_followed_as_a_complaint_won_does(platform):
    forget_campaigns()
    for n in range(3):
        posted(platform, n)
    made = decided("ada", ground="terms.violence", words="A threat, sent to many.")
    delivered()
    assert len(platform.hidden) == 3
    lena = present("lena")
    dispute = begin_dispute(lena, made.ref, **BODY)
    settle_dispute(
        lena, made.ref, dispute.ref, "for_them", outcome="A line from a play.", decided_on=now().date()
    )
    delivered()
    forget_campaigns()
    assert platform.hidden == set()
    assert posted(platform, 3).contained == 0
    assert {one.state for one in Decision.objects.filter(outcome="contain")} == {"reversed"}


def test_a_dispute_won_reverses_every_decision_that_says_the_same(platform):
    screened(platform, "$2", SCAM_RU)
    noticed("$2")
    decided("ada", Case.objects.get(kind="notice"))
    delivered()
    lena, made = present("lena"), Decision.objects.get(decided_by_machine=False)
    dispute = begin_dispute(lena, made.ref, **BODY)
    settle_dispute(lena, made.ref, dispute.ref, "for_them", outcome="A joke.", decided_on=now().date())
    delivered()
    assert platform.hidden == set()


def test_a_body_that_decides_for_us_changes_nothing(rejected, platform):
    lena = present("lena")
    dispute = begin_dispute(lena, rejected.ref, **BODY)
    with pytest.raises(BadInput):
        settle_dispute(lena, rejected.ref, dispute.ref, "for_us", outcome=" ", decided_on=now().date())
    settle_dispute(
        lena, rejected.ref, dispute.ref, "for_us", outcome="Rightly hidden.", decided_on=now().date()
    )
    assert platform.hidden == {"$1"}


def test_a_body_that_decides_for_whoever_sent_the_notice_opens_the_matter_again(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada", outcome=Outcome.NONE, words="An offer.")
    lena, decision = present("lena"), Decision.objects.get()
    dispute = begin_dispute(lena, decision.ref, **BODY)
    settle_dispute(
        lena, decision.ref, dispute.ref, "for_them", outcome="It is fraud.", decided_on=now().date()
    )
    assert Case.objects.filter(state=CaseState.OPEN, kind="notice").count() == 1
