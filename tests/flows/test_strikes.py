"""What counts on an account and about whoever sends notices: facts for the person who decides, and no more."""

from datetime import timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.decisions.strikes import strikes_of
from steelyard.flows.accuracy import Accuracy
from steelyard.flows.decide_case import undo_decision
from steelyard.flows.follow import decision_for
from steelyard.flows.read_case import read_case
from steelyard.notices.models import Notice
from steelyard.subjects.models import Subject
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, decided, delivered, noticed, screened, token_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def hidden(platform):
    """Ada has hidden a scam of Uma's; the token is from her letter."""
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    delivered()
    return token_in(platform.letters[0][1])


def of_uma():
    return [
        strike.points for strike in strikes_of(present("ben").member, Subject.objects.get(kind="account"))
    ]


def test_uma_reads_what_it_counts_and_until_when(hidden):
    strike = decision_for(hidden).strike
    assert (strike.points, strike.until) == (2, strike.decision.made_at + timedelta(days=180))


def test_a_reversal_clears_the_strike(hidden):
    assert of_uma() == [2]
    undo_decision(present("ben"), Decision.objects.get().ref, because="She was warning others.")
    assert of_uma() == []
    assert decision_for(hidden).strike is None


def test_a_strike_ends_by_itself(hidden):
    with set_clock(now() + timedelta(days=179)):
        assert of_uma() == [2]
    with set_clock(now() + timedelta(days=181)):
        assert of_uma() == []


def test_what_a_rule_did_alone_is_no_strike(platform):
    screened(platform, "$1", SCAM_RU)
    assert Decision.objects.get().decided_by_machine
    assert of_uma() == []


def test_whoever_decides_sees_strikes_and_the_senders_earlier_notices(platform, hidden):
    platform.publish("$2", "Another of mine")
    noticed("$2")
    decided("ada", Case.objects.get(state="open"), outcome=Outcome.NONE, ground="", words="Harmless.")
    platform.publish("$3", "A third")
    noticed("$3", email="RHEA@example.org ")
    view = read_case(present("ada"), Case.objects.get(state="open").ref)
    assert [strike.points for strike in view.strikes] == [2]
    assert view.accuracy == (Accuracy(n=2, followed=1),)


def test_the_mark_of_a_sender_does_not_hold_the_address(hidden):
    mark = Notice.objects.get().sender
    assert len(mark) >= 32
    assert "rhea" not in mark
