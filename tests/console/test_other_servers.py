"""What staff read of a post that other people's servers hold, and of one that only a person can delete."""

import pytest

from steelyard.base.models import DispatchState
from steelyard.decisions.models import Decision
from steelyard.enforcement.models import Measure
from steelyard.flows.deliver import deliver_measures
from tests.console.browsers import enrolled
from tests.flows.stories import SCAM, screened
from tests.flows.test_other_servers import Shared
from tests.platform import attached

pytestmark = pytest.mark.django_db


class Open(Shared):
    """One whose posts have addresses, too."""

    def address_of(self, target):
        return f"https://forum.example/p/{target.id.removeprefix('$')}"


@pytest.fixture
def forum():
    with attached(Open()) as platform:
        yield platform


def test_the_decision_says_who_else_was_handed_the_post_and_a_failed_measure_where_to_act_by_hand(forum):
    screened(forum, "$scam", SCAM)
    deliver_measures()
    enrolled("adam")
    ben, decision = enrolled("ben"), Decision.objects.get()  # who reads French
    page = ben.get(f"/console/decisions/{decision.ref}").text
    assert "2 autres serveurs l’ont reçu :" in page
    assert "<bdi>slow.example</bdi>" in page
    assert page.count("continue de le montrer jusqu’à sa suppression") == 2

    Measure.objects.update(state=DispatchState.FAILED, last_error="Telegram lets no bot delete this post.")
    task = ben.get("/console/measures").text
    assert 'href="https://forum.example/p/scam"' in task
    assert "L’ouvrir sur la plateforme" in task
