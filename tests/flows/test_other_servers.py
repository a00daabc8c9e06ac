"""A post that other people's servers hold: who they are, and since when they have its removal, is said."""

from datetime import timedelta

import pytest
from django.db import transaction

from steelyard.base.errors import Unreachable
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.states import Outcome
from steelyard.enforcement.elsewhere import Handed
from steelyard.enforcement.models import Measure
from steelyard.flows.carry_out import carry_out
from steelyard.flows.deliver import deliver_measures, follow_removals
from steelyard.flows.screen_posts import post_facts
from steelyard.ledger.models import Entry
from steelyard.subjects.actions import know_post
from tests.flows.stories import SCAM
from tests.platform import AT, MemoryPlatform, attached

pytestmark = pytest.mark.django_db(transaction=True)


class Shared(MemoryPlatform):
    """A platform whose posts two other servers hold; the second is slow to acknowledge."""

    slow = True

    def handed_to(self, items):
        late = None if self.slow else AT + timedelta(minutes=3)
        return {
            item: tuple(
                Handed(server=name, at=AT, acknowledged=True, told=told if item in self.removed else None)
                for name, told in (("quick.example", AT), ("slow.example", late))
            )
            for item in items
        }


@pytest.fixture
def shared():
    with attached(Shared()) as platform:
        yield platform


def decided(platform, outcome):
    post = platform.publish("$scam", SCAM)
    weighed = Weighed(outcome=outcome, harm="scam", ground="terms.scam", source="notice")
    with transaction.atomic():
        decision = write(weighed, know_post(post_facts(post)), None, needs_second=False)
        carry_out(decision)
    deliver_measures()
    return Measure.objects.get(decision=decision)


def test_a_removal_is_followed_until_every_server_has_it(shared):
    measure = decided(shared, Outcome.REMOVE)
    assert measure.elsewhere == {"quick.example": AT, "slow.example": None}
    assert follow_removals() == 0
    shared.slow = False
    assert follow_removals() == 1
    measure.refresh_from_db()
    assert measure.elsewhere == {"quick.example": AT, "slow.example": AT + timedelta(minutes=3)}
    assert Entry.objects.filter(verb="enforcement:measure:told_elsewhere").count() == 1
    assert follow_removals() == 0, "nobody is asked again"


def test_hiding_tells_nobody_and_says_who_shows_it_on(shared):
    measure = decided(shared, Outcome.CONTAIN)
    assert measure.elsewhere == {"quick.example": None, "slow.example": None}
    assert (measure.receipt["untold"], follow_removals()) == (False, 0)


def test_servers_that_cannot_be_asked_about_hold_nothing_up(shared):
    def cannot(items):
        raise Unreachable("not now")

    shared.handed_to = cannot
    measure = decided(shared, Outcome.REMOVE)
    assert (measure.state, measure.elsewhere) == ("confirmed", {})
