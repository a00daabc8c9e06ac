"""The files of a removed post are destroyed once nobody may need them, and not a day earlier."""

from datetime import timedelta

import pytest
from django.db import transaction

from steelyard.base.clock import now, set_clock
from steelyard.cases.actions import open_or_join, settle_case
from steelyard.cases.models import KEEP_UNTIL, Deadline
from steelyard.cases.states import CaseKind
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.models import Statement
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation, SeenMedia
from steelyard.enforcement.models import Measure
from steelyard.evidence.store import put_away
from steelyard.flows.carry_out import carry_out
from steelyard.flows.erase_files import erase_files
from steelyard.flows.locate import post_facts
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.ledger.models import Entry
from steelyard.rulebook.queries import fact
from steelyard.subjects.actions import know_post
from tests.flows.stories import SCAM, delivered, token_in

pytestmark = pytest.mark.django_db
LONG_AFTER = timedelta(days=400)
PICTURE = "mxc://home/picture"


def removed(platform, outcome=Outcome.REMOVE, *, name="$scam"):
    post = platform.publish(name, SCAM, media=(SeenMedia(uri=PICTURE),))
    platform.files[PICTURE] = b"a picture"
    weighed = Weighed(outcome=outcome, harm="scam", ground="terms.scam", source="notice")
    with transaction.atomic():
        decision = write(weighed, know_post(post_facts(post)), None, needs_second=False)
        carry_out(decision)
    delivered()
    return decision


def erased_after(time):
    with set_clock(now() + time):
        found = erase_files()
        delivered()
        return found


def test_the_bytes_go_when_the_time_to_contest_is_over_once_and_it_is_in_the_ledger(platform):
    decision = removed(platform)
    until = Statement.objects.get(decision=decision).contest_until
    assert erased_after(until - now() - timedelta(hours=1)) == 0
    assert platform.files
    assert erased_after(until - now() + timedelta(hours=1)) == 1
    assert platform.files == {}
    assert erased_after(LONG_AFTER) == 0
    (measure,) = Measure.objects.filter(operation=Operation.ERASE_MEDIA)
    assert (measure.state, measure.receipt["sight"]) == ("confirmed", "removed")
    assert Entry.objects.filter(verb="enforcement:measure:due").count() == 1


def test_what_is_only_hidden_keeps_its_files_because_it_may_come_back(platform):
    removed(platform, Outcome.CONTAIN)
    assert erased_after(LONG_AFTER) == 0


def test_a_complaint_that_nobody_has_answered_yet_keeps_them(platform):
    removed(platform)
    (_, text) = platform.letters[0]
    receive_complaint(token_in(text), ComplaintGiven(text="It was a joke.", language="en"))
    assert erased_after(LONG_AFTER) == 0
    assert platform.files


def test_what_an_order_preserves_stays_and_goes_when_that_is_over(platform):
    decision = removed(platform)
    lasts = fact("eevidence.preserved", now().date())
    order = open_or_join(CaseKind.ORDER, decision.subject.author, harm="scam", clock=lasts)
    settle_case(order)
    Deadline.objects.filter(case=order).update(duty=KEEP_UNTIL, ends_at=now() + LONG_AFTER, met_at=None)
    assert erased_after(LONG_AFTER - timedelta(days=1)) == 0
    assert erased_after(LONG_AFTER + timedelta(days=1)) == 1


def test_what_has_to_stay_holds_up_nothing_behind_it(platform, monkeypatch):
    monkeypatch.setattr("steelyard.flows.erase_files.AT_ONCE", 1)
    for number in range(3):
        kept = removed(platform, name=f"$kept{number}")
        put_away(kept.subject, "child_abuse")
    removed(platform)
    assert erased_after(LONG_AFTER) == 1
    assert erased_after(LONG_AFTER) == 0


def test_abuse_imagery_follows_its_own_law(platform):
    decision = removed(platform)
    put_away(decision.subject, "child_abuse")
    assert erased_after(LONG_AFTER) == 0


def test_a_platform_that_cannot_destroy_files_is_not_asked_to(platform):
    abilities = [one for one in platform.manifest.abilities if one.operation != Operation.ERASE_MEDIA]
    removed(platform)
    platform.manifest = type(platform.manifest)(
        connector="memory", platform="Memory", sees=platform.manifest.sees, abilities=tuple(abilities)
    )
    assert erased_after(LONG_AFTER) == 0
