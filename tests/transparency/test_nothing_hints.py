"""Two houses in which the same happened in the open; in one of them a secret order hides the post too."""

from datetime import UTC, datetime, timedelta

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.flows.decide_case import countersign_decision
from steelyard.flows.lift import end_what_is_over
from steelyard.flows.publish_day import publish_day
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.flows.secrecy import name_person
from steelyard.orders.models import Order
from steelyard.transparency.models import DayCount
from steelyard.transparency.queries import day
from tests.cast import member, present
from tests.flows.stories import SCAM_RU, answered, decided, delivered, ordered, screened, token_in

pytestmark = pytest.mark.django_db


def hidden_by_a_secret_order(post):
    who = member("lena")
    who.roles = ["legal", "secrecy"]
    who.save(update_fields=["roles"])
    ordered(post, secrecy="Enquête en cours.", reference=f"S {post}")
    order = Order.objects.latest("pk")
    member("lev")
    name_person(present("lena"), order.ref, "lev", "The second person.")
    proposed = decided("lena", case=Case.objects.get(bases__order=order), ground="law.dsa_9")
    countersign_decision(present("lev"), proposed.ref)


def complained_of_and_upheld(platform):
    receive_complaint(token_in(platform.letters[-1][1]), ComplaintGiven(text="I was warning others."))
    ben, complaint = present("ben"), Complaint.objects.latest("pk")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "You were.", uphold=True)


def over_in_time(_platform):
    Decision.objects.filter(source="rule", state="made", outcome="contain").update(until=now())
    end_what_is_over()


def counted(when):
    """All that counts.csv of the day says, but for our own publishing, the directory that this file fills, the same
    text coming again, and what the platform confirmed: docs/decisions/0026 gave that up."""
    apart = ("enforcement:measure:confirmed", "transparency:day:published", "screening:campaign:seen")
    rows = DayCount.objects.filter(day=when).exclude(type__in=apart).exclude(type__startswith="people:")
    return sorted(rows.values_list("type", "verb", "outcome", "kind", "source", "reversal", "by", "n"))


@pytest.mark.parametrize("lifted", [complained_of_and_upheld, over_in_time])
def test_the_figures_of_a_day_on_which_a_restriction_was_lifted_are_the_same_with_a_secret_order_behind_it(
    platform, lifted
):
    told, hidden = [], []
    noon = datetime(2026, 12, 1, 12, tzinfo=UTC)
    for secret, moment in ((False, noon), (True, noon + timedelta(days=1))):
        post = f"${secret}"
        with set_clock(moment):
            screened(platform, post, SCAM_RU)
            delivered()
            if secret:
                hidden_by_a_secret_order(post)
            delivered()
            lifted(platform)
            delivered()
        with set_clock(moment + timedelta(days=1)):
            publish_day(moment.date())
        report = day(moment.date())
        figures_ = {id_: table.rows for id_, table in report.figures.items() if id_ != "entries"}
        told.append((report.numbers.harms, report.numbers.complaints, figures_, counted(moment.date())))
        hidden.append(post in platform.hidden)
    assert hidden == [False, True]
    assert told[0] == told[1]
