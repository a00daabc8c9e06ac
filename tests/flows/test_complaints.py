from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.cases.actions import claim_case
from steelyard.decisions.models import Complaint, Decision
from steelyard.flows.decide_complaint import decide_complaint
from steelyard.flows.follow import decision_for
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.letters.receipts import check_receipt
from steelyard.subjects.models import Subject
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, decided, delivered, noticed, screened, token_in

pytestmark = pytest.mark.django_db

WRONG = ComplaintGiven(points=("context",), text="I was warning others about this scam.")


@pytest.fixture
def hidden(platform):
    """Ada has hidden Uma's post; the token is from the letter Uma got."""
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    delivered()
    return token_in(platform.letters[0][1])


def complain(token):
    receipt = receive_complaint(token, WRONG)
    complaint = Complaint.objects.get()
    return receipt, complaint


def test_uma_complains_without_signing_in_and_gets_a_receipt(hidden):
    assert decision_for(hidden).can_contest
    receipt, complaint = complain(hidden)
    assert check_receipt(receipt.json).valid
    assert complaint.state == "received"
    assert not decision_for(hidden).can_contest


def test_an_upheld_complaint_brings_the_post_back_exactly_as_it_was(platform, hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    decide_complaint(ben, complaint.ref, uphold=True, answer="You were warning others. We were wrong.")
    delivered()
    assert platform.hidden == set()
    assert Subject.objects.get(kind="post").state == "visible"
    first, restored = Decision.objects.order_by("pk")
    assert (first.state, restored.outcome, restored.reverses) == ("reversed", "restore", first)
    assert restored.measures.get().receipt["content_hash"] == platform.posts["$1"].content_hash
    assert "We are sorry" in platform.letters[-1][1]
    view = decision_for(hidden)
    assert (view.reversed, view.complaint_state) == (True, "upheld")
    assert view.complaint_answer == "You were warning others. We were wrong."


def test_a_rejected_complaint_is_answered_and_names_where_else_to_go(platform, hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    decide_complaint(ben, complaint.ref, uphold=False, answer="The post asks for money itself.")
    delivered()
    assert platform.hidden == {"$1"}
    assert "The post asks for money itself." in platform.letters[-1][1]
    assert "dispute" in platform.letters[-1][1]


def test_whoever_decided_does_not_decide_the_complaint(platform, hidden):
    decision = Decision.objects.get()
    Decision.objects.filter(pk=decision.pk).update(decided_by=present("ben").member.ref)
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    with pytest.raises(Refused):
        decide_complaint(ben, complaint.ref, uphold=False, answer="No.")
    assert Complaint.objects.get().state == "received"


def test_a_complaint_needs_an_answer_to_its_argument(hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    with pytest.raises(BadInput):
        decide_complaint(ben, complaint.ref, uphold=True, answer="  ")


def test_a_decision_is_contested_once(hidden):
    complain(hidden)
    with pytest.raises(Refused):
        receive_complaint(hidden, WRONG)


def test_after_six_months_the_window_is_closed_and_the_page_stays(hidden):
    with set_clock(now() + timedelta(days=190)):
        assert not decision_for(hidden).can_contest
        with pytest.raises(Refused):
            receive_complaint(hidden, WRONG)


def test_an_invented_link_opens_nothing(hidden):
    with pytest.raises(NoSuchThing):
        decision_for("x" * 43)


def test_a_post_hidden_by_a_rule_alone_can_be_contested_too(platform):
    screened(platform, "$2", SCAM_RU)
    delivered()
    token = token_in(platform.letters[0][1])
    _, complaint = complain(token)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    decide_complaint(ben, complaint.ref, uphold=True, answer="The rule was wrong here.")
    delivered()
    assert platform.hidden == set()
