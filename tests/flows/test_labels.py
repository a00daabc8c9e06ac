"""A person labels a post instead of hiding it: its author is told why and can contest it, and the label goes again."""

import pytest

from steelyard.base.errors import BadInput, Refused
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import Label, Outcome
from steelyard.enforcement.models import Measure
from steelyard.flows.decide_case import DecisionGiven, decide_case, undo_decision
from steelyard.flows.read_case import read_case
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.ledger.queries import entries
from steelyard.rulebook.queries import harms
from steelyard.subjects.models import Subject
from steelyard.transparency.counting import count
from steelyard.transparency.database.payload import payload
from tests.cast import present
from tests.flows.stories import SCAM, answered, delivered, noticed, ordered, screened, token_in

pytestmark = pytest.mark.django_db
CLAIM = "The bridge over the river will never open again, the mayor sold the stones."


def labelled(case=None, *, label=Label.DISPUTED, words="The town has said when it opens."):
    from steelyard.cases.actions import claim_case

    case, ada = case or Case.objects.get(), present("ada")
    claim_case(ada.member, case.ref)
    given = DecisionGiven(outcome=Outcome.LABEL, ground="terms.scam", words=words, label=label)
    made = decide_case(ada, case.ref, given)
    delivered()
    return made


@pytest.fixture
def claim(platform):
    platform.publish("$1", CLAIM)
    noticed("$1")
    return platform


def test_a_label_stands_beside_a_post_that_stays_and_its_author_is_told_why(claim):
    made = labelled()
    assert claim.labels == {"$1": "disputed"}
    assert (claim.hidden, Subject.objects.get(native_id="$1").state) == (set(), "visible")
    (who, letter), = claim.letters  # fmt: skip
    assert who == "@uma:home"
    assert "We have put a label beside your post. It says: “" in letter
    assert "What this post says is disputed." in letter
    assert "The town has said when it opens." in letter
    assert "The post stays visible as you wrote it" in letter
    measure = Measure.objects.get()
    assert (measure.operation, measure.state) == ("label_item", "confirmed")
    sent = payload(made.statement, "1")
    assert sent["decision_visibility"] == ["DECISION_VISIBILITY_CONTENT_LABELLED"]
    day = count(entries(), harms())
    assert day.harms["scam"].restricted["post"]["notice"] == 1


def test_whoever_contests_a_label_and_is_right_sees_it_go(claim):
    labelled()
    token = token_in(claim.letters[0][1])
    receive_complaint(token, ComplaintGiven(text="The mayor said so himself.", language="en"))
    from steelyard.cases.actions import claim_case

    complaint, ben = Complaint.objects.get(), present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "The mayor said so himself: he did, on Tuesday.")
    delivered()
    assert claim.labels == {}
    assert "We have taken the label beside your post away." in claim.letters[-1][1]
    assert Decision.objects.get(outcome="unlabel").reverses == Decision.objects.get(outcome="label")
    day = count(entries(), harms())
    assert day.harms["scam"].reversed["post"] == 1


def test_an_undone_label_goes_and_a_new_one_can_be_put(claim):
    made = labelled()
    noticed("$1")
    with pytest.raises(Refused, match="label stands beside"):
        labelled(Case.objects.exclude(pk=made.case_id).get())
    undo_decision(present("ben"), made.ref, because="It was the other bridge.")
    delivered()
    assert claim.labels == {}
    case = Case.objects.exclude(pk=made.case_id).get()
    given = DecisionGiven(
        outcome=Outcome.LABEL, ground="terms.scam", words="Half of it.", label=Label.CONTEXT
    )
    decide_case(present("ada"), case.ref, given)
    delivered()
    assert claim.labels == {"$1": "context"}


def test_a_label_instead_of_hiding_brings_back_what_a_rule_had_hidden(platform):
    screened(platform, "$1", SCAM)
    delivered()
    assert platform.hidden == {"$1"}
    noticed("$1")
    labelled(Case.objects.get(kind="notice"), label=Label.FRAUD)
    assert (platform.hidden, platform.labels) == (set(), {"$1": "fraud"})


def test_no_label_answers_an_order_or_stands_beside_abuse_of_a_child(claim):
    with pytest.raises(BadInput, match="what the label says"):
        labelled(label="")
    Case.objects.update(harm="child_abuse")
    with pytest.raises(Refused, match="answered with a label"):
        decide_case(present("ada"), Case.objects.get().ref, DecisionGiven(
            outcome=Outcome.LABEL, ground="terms.scam", words="x", label=Label.DISPUTED))  # fmt: skip
    ordered("$1")
    order = Case.objects.get(kind="order")
    assert "label" not in read_case(present("lena"), order.ref).abilities
    assert claim.labels == {}
