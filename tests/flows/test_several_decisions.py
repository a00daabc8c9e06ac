"""More than one decision hides the same post: nothing comes back that another one still hides."""

import pytest

from steelyard.base.clock import now
from steelyard.base.errors import Refused
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import Outcome
from steelyard.flows.decide_case import countersign_decision, undo_decision
from steelyard.flows.follow import decision_for, matter_for
from steelyard.flows.read_case import read_case
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.ledger.queries import entries
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from steelyard.rulebook.queries import harms
from steelyard.subjects.models import Subject
from steelyard.transparency.counting import count
from tests.cast import present
from tests.flows.stories import SCAM_RU, answered, decided, delivered, noticed, ordered, screened, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ruled(platform):
    """A rule has hidden Uma's post; the ground is the rule's."""
    screened(platform, "$1", SCAM_RU)
    delivered()
    return Decision.objects.get()


def contest(token, *, uphold, handle="ben", text="A joke.", language="en"):
    receive_complaint(token, ComplaintGiven(text=text, language=language))
    complaint, who = Complaint.objects.latest("pk"), present(handle)
    claim_case(who.member, complaint.case.ref)
    answered(who, complaint, "You are right.", uphold=uphold)
    delivered()


def test_a_rule_hid_and_ada_confirmed_and_the_complaint_brings_the_post_back_and_counts_each(platform, ruled):
    noticed("$1")
    decided("ada", ground=ruled.ground)
    delivered()
    contest(token_in(platform.letters[0][1]), uphold=True)
    assert platform.hidden == set()
    assert Subject.objects.get(kind="post").state == "visible"
    assert [d.state for d in Decision.objects.filter(outcome="contain")] == ["reversed", "reversed"]
    numbers = count(entries(now().date()), harms())
    assert (numbers.total("post"), numbers.reversals) == (2, 2)
    told = [text for _, text in platform.letters]
    assert len(told) == 3, "two statements and one answer"
    assert "Your post is visible again, exactly as it was." in told[-1]
    for letter in told[:2]:
        view = decision_for(token_in(letter))
        assert (view.reversed, view.back, view.stays) == (True, True, False)


def test_what_hides_the_post_on_another_ground_goes_on_hiding_it_and_the_author_is_told(platform, ruled):
    noticed("$1")
    decided("ada", ground="terms.violence")
    delivered()
    contest(token_in(platform.letters[0][1]), uphold=True)
    assert platform.hidden == {"$1"}
    assert Subject.objects.get(kind="post").state == "contained"
    letter = platform.letters[-1][1]
    assert "Another one stands, so the post stays hidden." in letter
    assert "Still in force" in letter
    view = decision_for(token_in(platform.letters[0][1]))
    assert (view.reversed, view.back, view.stays) == (True, False, True)
    contest(token_in(platform.letters[1][1]), uphold=True, handle="lena")
    assert platform.hidden == set()


def test_a_complaint_never_lifts_what_an_authority_ordered(platform, ruled):
    ordered("$1")
    proposed = decided("lena", ground=ruled.ground)
    countersign_decision(present("lev"), proposed.ref)
    delivered()
    contest(token_in(platform.letters[0][1]), uphold=True)
    assert platform.hidden == {"$1"}
    assert Decision.objects.get(source="order").state == "made"


def test_whoever_decides_a_complaint_sees_everything_that_hides_the_post(platform, ruled):
    noticed("$1")
    decided("ada", ground="terms.violence")
    noticed("$1")
    decided("ada", Case.objects.get(state="open"), ground=ruled.ground)
    delivered()
    receive_complaint(token_in(platform.letters[0][1]), ComplaintGiven(text="A joke."))
    view = read_case(present("ben"), Complaint.objects.get().case.ref)
    assert [(one.decision.ground, one.together) for one in view.others] == [
        ("terms.violence", False), (ruled.ground, True),
    ]  # fmt: skip


def test_whoever_confirmed_what_a_rule_hid_has_a_part_in_it(platform, ruled):
    noticed("$1")
    decided("ben", ground=ruled.ground)
    delivered()
    with pytest.raises(Refused):
        contest(token_in(platform.letters[0][1]), uphold=True, handle="ben")
    assert Complaint.objects.get().state == "received"


def test_undoing_one_of_two_decisions_leaves_the_post_hidden(platform, ruled):
    noticed("$1")
    decided("ada", ground=ruled.ground)
    undone = undo_decision(present("ben"), ruled.ref, because="The rule was too wide.")
    delivered()
    assert undone.outcome == "none"
    assert platform.hidden == {"$1"}


def test_a_second_complaint_against_what_has_been_reversed_is_answered_and_not_rejected(platform, ruled):
    noticed("$1")
    decided("ada", ground=ruled.ground)
    delivered()
    first, second = (token_in(text) for _, text in platform.letters)
    receive_complaint(second, ComplaintGiven(text="I quoted it."))
    waiting = Complaint.objects.get()
    contest(first, uphold=True)
    lena = present("lena")
    claim_case(lena.member, waiting.case.ref)
    with pytest.raises(Refused):
        answered(lena, waiting, "No.", uphold=False)
    answered(lena, waiting, "Quoted indeed.", uphold=True)
    delivered()
    assert "Quoted indeed." in platform.letters[-1][1]
    assert platform.hidden == set()


def test_a_person_who_finds_nothing_wrong_brings_back_what_a_rule_alone_had_hidden(platform, ruled):
    receipt = noticed("$1")
    assert read_case(present("ada"), Case.objects.get().ref).hidden_by_rules
    decided("ada", outcome=Outcome.RESTORE, ground="", words="A job in a bakery, and no scam.")
    delivered()
    assert platform.hidden == set()
    assert (Case.objects.get().state, Decision.objects.get(pk=ruled.pk).state) == ("decided", "reversed")
    assert matter_for(receipt.follow_token).state == "decided"
    assert "visible again" in platform.letters[-1][1] or "снова видна" in platform.letters[-1][1]


def test_what_a_person_hid_is_not_brought_back_on_the_side(platform, ruled):
    noticed("$1")
    decided("ada", ground=ruled.ground)
    noticed("$1")
    case = Case.objects.get(state="open")
    assert not read_case(present("ada"), case.ref).hidden_by_rules
    with pytest.raises(Refused):
        decided("ada", case, outcome=Outcome.RESTORE)
    delivered()
    assert platform.hidden == {"$1"}


def test_the_author_is_answered_in_the_language_they_wrote_in(platform, ruled):
    contest(token_in(platform.letters[0][1]), uphold=True, text="C’était une plaisanterie.", language="fr")
    assert Letter.objects.latest("pk").language == "fr"
    assert "Votre publication est" in platform.letters[-1][1]


def test_the_notifier_hears_that_the_decision_on_their_notice_was_reversed(platform):
    platform.publish("$2", "Buy now")
    receipt = noticed("$2")
    made = decided("ada")
    undo_decision(present("ben"), made.ref, because="Not a scam.")
    letters = [text_of(letter) for letter in Letter.objects.filter(connector="mail").order_by("pk")]
    assert len(letters) == 2, "that there is a decision, and that it was reversed"
    assert "et l’avons changée" in letters[1]
    assert [item.outcome for item in matter_for(receipt.follow_token).items] == ["reversed"]
