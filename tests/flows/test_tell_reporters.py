"""Whoever reports from inside the platform hears there what became of it, and can complain by their own link."""

import pytest

from steelyard.base.clock import now
from steelyard.base.models import DispatchState
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import SeenReport, Target
from steelyard.flows.decide_case import undo_decision
from steelyard.flows.follow import matter_for
from steelyard.flows.read_outbox import partners_on_their_way, retry_for_partner
from steelyard.flows.receive_complaint import ComplaintGiven, receive_notifiers_complaint
from steelyard.flows.receive_report import receive_report
from steelyard.flows.tasks import tell_the_rest
from steelyard.letters import webhooks
from steelyard.letters.models import Letter, WebhookCall
from steelyard.notices.models import BatchLine
from tests.cast import present
from tests.flows.stories import SCAM, answered, decided, delivered
from tests.partners import nour, sent
from tests.platform import CHANNEL

pytestmark = pytest.mark.django_db


def reported(platform, *who):
    post = platform.publish("$1", SCAM)
    for number, reporter in enumerate(who):
        receive_report(SeenReport(
            connector="memory", id=str(number), about=Target("$1", CHANNEL), kind="item", reporter=reporter,
            reason="This is a scam", at=now(), post=post,
        ))  # fmt: skip
    return Case.objects.get()


def said_to(platform, who):
    return [text for to, text in platform.letters if to == who]


def link_in(text):
    return text.split("/follow/")[1].split()[0]


def test_rhea_hears_the_outcome_on_the_platform_complains_by_her_link_and_hears_the_answer(platform):
    decided("ada", reported(platform, "@rhea:home"), outcome=Outcome.NONE, words="An ordinary offer.")
    delivered()
    (text,) = said_to(platform, "@rhea:home")
    (item,) = matter_for(link_in(text)).items
    assert (item.outcome, item.words, item.contestable) == ("none", "An ordinary offer.", True)
    receive_notifiers_complaint(link_in(text), 0, ComplaintGiven(text="They took my money.", language="en"))
    complaint, ben = Complaint.objects.get(), present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "We look again.")
    delivered()
    last = said_to(platform, "@rhea:home")[-1]
    assert "answered it" in last
    assert link_in(last) == link_in(text), "one link, as long as it lasts"
    assert matter_for(link_in(last)).items[0].complaint_state == "upheld"


def test_they_hear_that_it_was_changed_and_of_each_outcome_once(platform):
    made = decided("ada", reported(platform, "@rhea:home"))
    undo_decision(present("ben"), made.ref, because="A joke.")
    delivered()
    first, second = said_to(platform, "@rhea:home")
    assert "decided on it" in first
    assert "changed it" in second


def test_a_crowd_is_told_too_the_rest_of_it_in_the_background_and_nobody_twice(platform):
    people = [f"@r{number}:home" for number in range(9)]
    made = decided("ada", reported(platform, *people))
    assert Letter.objects.filter(kind="report_outcome").count() == 5
    for _ in range(2):
        tell_the_rest(decision=made.ref)
    assert Letter.objects.filter(kind="report_outcome").count() == 9


def test_what_did_not_reach_a_partner_is_seen_on_the_page_and_tried_again(platform, monkeypatch):
    platform.publish("$1", SCAM)
    member = nour()
    monkeypatch.setattr(webhooks, "_check_url", lambda url: None)
    webhooks.add_endpoint(member.partner.ref, "https://hotline.example/hook", actor=member.ref)
    sent(member, "memory:$1")
    BatchLine.objects.update(state=DispatchState.FAILED, last_error="A fault of ours.")
    adam = present("adam").member
    (line,) = partners_on_their_way(adam)
    assert (line.what, line.state, line.error) == ("batch_line", "failed", "A fault of ours.")
    retry_for_partner(adam, line.ref)
    monkeypatch.setattr(webhooks, "_public_address", refused)
    delivered()
    decided("ada", Case.objects.get())
    delivered()
    assert {one.state for one in WebhookCall.objects.all()} == {"failed"}
    (call, *_others) = partners_on_their_way(adam)
    assert (call.what, call.error) == ("webhook", "Their address does not take it.")
    retry_for_partner(adam, call.ref)
    assert WebhookCall.objects.get(ref=call.ref).state == DispatchState.QUEUED
    assert Decision.objects.count() == 1


def refused(_url):
    from steelyard.base.errors import Refused

    raise Refused("Their address does not take it.")
