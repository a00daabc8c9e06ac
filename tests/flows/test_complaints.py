from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from django.db import connection

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused, Unreachable
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.replies import Reply
from steelyard.flows.decide_complaint import Becomes, decide_complaint
from steelyard.flows.follow import decision_for, matter_for
from steelyard.flows.lift import end_what_is_over
from steelyard.flows.narrow import Narrower, narrow
from steelyard.flows.read_batch import batch_of, read_batch
from steelyard.flows.read_case import read_case
from steelyard.flows.receive_complaint import ComplaintGiven, ask_for_a_look, changed_since, receive_complaint
from steelyard.letters.receipts import check_receipt
from steelyard.subjects.models import Subject
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, answered, decided, delivered, noticed, screened, token_in
from tests.partners import nour, sent

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


@pytest.mark.django_db(transaction=True)
def test_a_complaint_sent_from_two_browsers_at_once_is_one_complaint(hidden):
    def send(_):
        try:
            return bool(receive_complaint(hidden, WRONG))
        except Refused:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as browsers:
        assert sorted(browsers.map(send, range(4))) == [False, False, False, True]
    assert Complaint.objects.count() == 1


def test_an_upheld_complaint_brings_the_post_back_exactly_as_it_was(platform, hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "You were warning others. We were wrong.", uphold=True)
    delivered()
    assert platform.hidden == set()
    assert Subject.objects.get(kind="post").state == "visible"
    first, restored = Decision.objects.order_by("pk")
    assert (first.state, restored.outcome, restored.reverses) == ("reversed", "restore", first)
    assert restored.measures.get().receipt["content_hash"] == platform.posts["$1"].content_hash
    assert "We are sorry" in platform.letters[-1][1]
    view = decision_for(hidden)
    assert (view.reversed, view.complaint_state) == (True, "upheld")
    assert "I was warning others about this scam." in view.complaint_answer
    assert "You were warning others. We were wrong." in view.complaint_answer


def test_a_rejected_complaint_is_answered_and_names_where_else_to_go(platform, hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "The post asks for money itself.", uphold=False)
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
        answered(ben, complaint, "No.", uphold=False)
    assert Complaint.objects.get().state == "received"


def test_a_complaint_needs_an_answer_to_its_argument(hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    with pytest.raises(BadInput):
        answered(ben, complaint, "  ", uphold=True)


def test_every_point_and_the_words_themselves_are_answered_in_the_language_of_the_complaint(platform, hidden):
    given = ComplaintGiven(
        points=("context", "quoted"), text="C’était un avertissement.\nRelisez.", language="fr"
    )
    receive_complaint(hidden, given)
    complaint = Complaint.objects.get()
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    reply = Reply("Rien ne le dit.", quote="un avertissement. Relisez.", points={"context": "Lu en entier."})
    with pytest.raises(BadInput, match="every point"):
        decide_complaint(ben, complaint.ref, Becomes.REJECTED, reply)
    with pytest.raises(BadInput, match="Quote"):
        decide_complaint(ben, complaint.ref, Becomes.REJECTED, replace(reply, quote="autre chose"))
    whole = replace(reply, points={"context": "Lu en entier.", "quoted": "Aucun guillemet."})
    decide_complaint(ben, complaint.ref, Becomes.REJECTED, whole)
    delivered()
    said = platform.letters[-1][1]
    assert all(part in said for part in ("un avertissement. Relisez.", "Rien ne le dit.", "Aucun guillemet."))
    assert "Je citais quelqu’un d’autre" in said


def test_upheld_in_part_the_restriction_gets_an_end_with_reasons_anew_and_ends_then(platform, hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    day = now().date() + timedelta(days=7)
    with pytest.raises(BadInput, match="which day"):
        answered(ben, complaint, "A week is enough.", becomes=Becomes.PARTLY)
    answered(ben, complaint, "A week is enough.", becomes=Becomes.PARTLY, to=Narrower(until=day))
    delivered()
    first, narrower, reversal = Decision.objects.order_by("pk")
    assert (first.state, narrower.state, reversal.outcome) == ("reversed", "made", "none")
    assert (narrower.until.date(), platform.hidden, Complaint.objects.get().state) == (day, {"$1"}, "partly")
    said = platform.letters[-1][1]
    assert all(part in said for part in ("right in part", "ends by itself on", "A week is enough."))
    assert "We are sorry" not in said
    again = next(text for _to, text in reversed(platform.letters) if "/d/" in text)
    assert "ends by itself on" in again
    assert decision_for(token_in(again)).can_contest
    assert end_what_is_over() == 0
    with set_clock(narrower.until + timedelta(minutes=1)):
        assert end_what_is_over() == 1
        delivered()
    assert platform.hidden == set()


@pytest.mark.parametrize("becomes", [Becomes.PARTLY, Becomes.UPHELD])
def test_what_an_author_argued_is_read_by_nobody_who_reported_and_by_no_other_author(platform, becomes):
    for id_, author in (("$1", "@uma:home"), ("$2", "@omar:home")):
        platform.publish(id_, SCAM, author=author)
    member, receipt = nour(), noticed("$1")
    taken = sent(member, "memory:$1", "memory:$2")
    delivered()
    decided("ada", Case.objects.order_by("pk").first(), words="It promises money for nothing.")
    delivered()
    told = len(platform.letters)
    secret = "I posted it from the hospital where my brother lies."
    link = next(token_in(text) for who, text in platform.letters if who == "@uma:home")
    receive_complaint(link, replace(WRONG, text=secret))
    ben = present("ben")
    claim_case(ben.member, Complaint.objects.get().case.ref)
    week = Narrower(until=now().date() + timedelta(days=7))
    left = {"to": week} if becomes == Becomes.PARTLY else {}
    answered(ben, Complaint.objects.get(), "A week is enough.", becomes=becomes, **left)
    delivered()
    (item,) = matter_for(receipt.follow_token).items
    lines = read_batch(batch_of(member.partner, taken.ref), "en").lines
    assert [item.words, *(line.outcome.words for line in lines)] == ["It promises money for nothing."] * 3
    later = platform.letters[told:]
    assert any(secret in text for who, text in later if who == "@uma:home"), (
        "she reads what was answered to her"
    )
    assert not any(secret in text for who, text in later if who != "@uma:home")
    assert any(who == "@omar:home" for who, _text in later)


def test_upheld_in_part_the_post_is_visible_again_except_in_one_country(platform, hidden):
    platform.manifest = msgspec.structs.replace(platform.manifest, limits_by_country=True)
    _, complaint = complain(hidden)
    ben, france = present("ben"), Narrower(countries=("FR",))
    claim_case(ben.member, complaint.case.ref)
    with pytest.raises(BadInput, match="no such country"):
        answered(ben, complaint, "x", becomes=Becomes.PARTLY, to=Narrower(countries=("XQ",)))
    answered(ben, complaint, "Unlawful in France alone.", becomes=Becomes.PARTLY, to=france)
    delivered()
    assert (platform.hidden, platform.hidden_in) == (set(), {"$1": ["FR"]})
    assert decision_for(hidden).narrowed == "This applies in these countries: France."
    narrower = Decision.objects.get(source="complaint", outcome="contain")
    assert (narrower.state, narrower.territory, narrower.until) == ("made", ["FR"], None)
    assert narrower.measures.get().state == "confirmed"
    reasons, said = (text for _to, text in platform.letters[-2:])
    assert "This applies in these countries: France." in reasons
    assert "only: France. Everywhere else it is visible again." in said
    with pytest.raises(BadInput, match="would not be narrower"):
        narrow(narrower, ben.member.ref, france, because="x", case=None)
    receive_complaint(token_in(reasons), WRONG)
    last = Complaint.objects.get(state="received")
    lena = present("lena")
    claim_case(lena.member, last.case.ref)
    answered(lena, last, "Not there either.")
    delivered()
    assert (platform.hidden, platform.hidden_in) == (set(), {})


def test_a_platform_that_cannot_limit_by_country_narrows_nothing_by_country(platform, hidden):
    _, complaint = complain(hidden)
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    with pytest.raises(BadInput, match="some countries only"):
        answered(ben, complaint, "France.", becomes=Becomes.PARTLY, to=Narrower(countries=("FR",)))
    assert (Complaint.objects.get().state, Decision.objects.count()) == ("received", 1)


def test_uma_changes_what_was_against_the_rule_and_a_person_looks_at_what_is_there_now(platform, hidden):
    assert decision_for(hidden).can_fix
    with pytest.raises(Refused, match="no change"):
        ask_for_a_look(hidden, "en")
    platform.publish("$1", "Beware: somebody here promises $500 a day. Do not write to them.")
    assert "Beware" in changed_since(hidden)
    assert check_receipt(ask_for_a_look(hidden, "en").json).valid
    view = decision_for(hidden)
    assert (view.can_fix, view.fix_state, view.can_contest, view.complaint_state) == (
        False,
        "received",
        True,
        "",
    )
    asked = Complaint.objects.get()
    ben = present("ben")
    claim_case(ben.member, asked.case.ref)
    assert "Beware" in read_case(ben, asked.case.ref).text
    answered(ben, asked, "It is a warning now.")
    delivered()
    assert platform.hidden == set()
    assert (Decision.objects.order_by("pk").first().state, decision_for(hidden).fix_state) == (
        "ended",
        "upheld",
    )
    assert "visible again, as it is now" in platform.letters[-1][1]


def test_what_was_changed_once_more_after_a_person_read_it_does_not_come_back_unread(platform, hidden):
    platform.publish("$1", "Beware: somebody here promises $500 a day. Do not write to them.")
    ask_for_a_look(hidden, "en")
    asked = Complaint.objects.get()
    ben = present("ben")
    claim_case(ben.member, asked.case.ref)
    platform.publish("$1", SCAM + " Hurry!")
    with pytest.raises(Refused, match="changed it again"):
        answered(ben, asked, "It is a warning now.")
    assert (Complaint.objects.get().state, platform.hidden) == ("received", {"$1"})
    assert "Hurry" in read_case(ben, asked.case.ref).text
    platform.down = True
    with pytest.raises(Unreachable):
        answered(ben, asked, "It is a warning now.")
    platform.down = False
    answered(ben, asked, "It promises money again.", uphold=False)
    delivered()
    assert platform.hidden == {"$1"}


def test_where_the_platform_lets_nobody_change_what_is_hidden_the_page_says_so(platform, hidden):
    assert not decision_for(hidden).only_anew
    platform.manifest = msgspec.structs.replace(platform.manifest, changes_hidden=False)
    assert decision_for(hidden).only_anew


def test_what_was_changed_and_still_goes_against_the_rule_stays_and_can_be_complained_about(platform, hidden):
    platform.publish("$1", SCAM + " Only today!")
    ask_for_a_look(hidden, "en")
    asked = Complaint.objects.get()
    ben = present("ben")
    claim_case(ben.member, asked.case.ref)
    answered(ben, asked, "It still promises money.", uphold=False)
    delivered()
    view = decision_for(hidden)
    assert (platform.hidden, view.fix_state, view.can_fix, view.can_contest) == (
        {"$1"},
        "rejected",
        True,
        True,
    )
    assert receive_complaint(hidden, WRONG)


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
    answered(ben, complaint, "The rule was wrong here.", uphold=True)
    delivered()
    assert platform.hidden == set()
