"""What is final takes two people; until the second has looked the post is hidden, and nobody counts it twice."""

import pytest

from steelyard.base.errors import SteelyardError
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.decisions.strikes import strikes_of
from steelyard.flows.decide_case import (
    DecisionGiven,
    countersign_decision,
    decide_case,
    decline_decision,
)
from steelyard.letters.models import Letter
from steelyard.subjects.models import Subject
from tests.cast import member, present
from tests.flows.stories import SCAM, delivered, noticed

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposed(platform):
    """Ada wants a post gone for good."""
    platform.publish("$scam", SCAM)
    noticed("$scam")
    case, ada = Case.objects.get(), present("ada")
    claim_case(ada.member, case.ref)
    given = DecisionGiven(outcome=Outcome.REMOVE, ground="terms.scam", words="A scam.")
    made = decide_case(ada, case.ref, given)
    delivered()
    return made


def letters(kind):
    return Letter.objects.filter(kind=kind).count()


def test_one_person_hides_and_two_remove(platform, proposed):
    assert ("$scam" in platform.hidden, "$scam" in platform.removed) == (True, False)
    assert (letters("statement_of_reasons"), letters("notice_outcome")) == (1, 0), (
        "told why; nothing is decided"
    )
    with pytest.raises(SteelyardError):
        countersign_decision(present("ada"), proposed.ref)
    countersign_decision(present("ben"), proposed.ref)
    delivered()
    assert "$scam" in platform.removed
    assert (letters("statement_of_reasons"), letters("notice_outcome")) == (2, 1)
    assert list(Decision.objects.order_by("pk").values_list("outcome", "state")) == [
        ("remove", "made"), ("contain", "ended"),
    ]  # fmt: skip
    author = Subject.objects.get(native_id="@uma:home")
    assert len(strikes_of(member("ada"), author)) == 1


def test_where_the_second_person_does_not_agree_the_post_is_back(platform, proposed):
    decline_decision(present("ben"), proposed.ref, because="It is a joke.")
    delivered()
    assert "$scam" not in platform.hidden | platform.removed
    assert (Case.objects.get().state, Subject.objects.get(native_id="$scam").state) == (
        "in_review",
        "visible",
    )
    assert letters("reversed") == 1
