"""A small year, played through the real flows. What it must count to is worked out by hand in the files beside."""

from datetime import UTC, datetime

from steelyard.base.clock import set_clock
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import SeenReport, Target
from steelyard.flows.decide_case import countersign_decision
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.flows.receive_report import receive_report
from tests.cast import present
from tests.flows.stories import (
    SCAM,
    SCAM_RU,
    answered,
    decided,
    delivered,
    noticed,
    ordered,
    screened,
    token_in,
)
from tests.platform import CHANNEL


def on(month, day, hour=0, *, year=2027):
    return set_clock(datetime(year, month, day, hour, tzinfo=UTC))


def played(platform):
    """All of it, in the order in which it happened."""
    a_notice_arrives_before_the_year(platform)
    a_rule_hides_a_post(platform)
    a_notice_about_two_posts_is_followed(platform)
    a_notice_is_not_followed(platform)
    a_report_inside_the_platform_is_followed(platform)
    a_french_order_about_two_posts_is_executed(platform)
    a_german_order_without_a_legal_basis_is_refused(platform)
    an_order_from_outside_the_union_is_refused(platform)
    an_order_for_data_is_refused(platform)
    two_complaints_are_decided_and_one_is_not(platform)
    a_notice_arrives_in_the_next_year(platform)


def a_notice_arrives_before_the_year(platform):
    with on(12, 31, 23, year=2026):
        platform.publish("$early", "Pears.")
        noticed("$early")
        decided("ada", outcome=Outcome.NONE, ground="", words="Pears.")


def a_rule_hides_a_post(platform):
    with on(1, 1):  # the first moment of the year
        screened(platform, "$rule", SCAM_RU)
        delivered()


def a_notice_about_two_posts_is_followed(platform):
    with on(2, 1, 10):
        platform.publish("$n1", SCAM)
        platform.publish("$n2", "Your parcel waits: pay the customs fee on this page.")
        noticed("$n1", links=("memory:$n1", "memory:$n2"))
    with on(2, 1, 13):
        for case in Case.objects.filter(state="open"):
            decided("ada", case, words="Write to uma@example.org.")
    with on(2, 1, 16):  # the platform hid them six hours after the notice
        delivered()


def a_notice_is_not_followed(platform):
    with on(3, 1, 10):
        platform.publish("$n3", "Apples, fresh.")
        noticed("$n3", harm="other", explanation="I do not like it.")
        decided("ada", Case.objects.get(state="open"), outcome=Outcome.NONE, ground="", words="Apples.")


def a_report_inside_the_platform_is_followed(platform):
    with on(4, 1, 10):
        post = platform.publish("$r1", SCAM)
        receive_report(
            SeenReport(
                connector="memory", id="report-1", kind="post", about=Target("$r1", CHANNEL), reporter="@rhea:home",
                reason="Scam!", at=datetime(2027, 4, 1, 10, tzinfo=UTC), post=post, body={"harm": "scam"},
            )
        )  # fmt: skip
        decided("ada", Case.objects.get(state="open"), outcome=Outcome.REMOVE)
        delivered()


def a_french_order_about_two_posts_is_executed(platform):
    with on(5, 1, 10):
        for id_ in ("$o1", "$o2"):
            platform.publish(id_, SCAM)
        ordered("$o1", targets=("memory:$o1", "memory:$o2"))
    for hour, case in (
        (11, Case.objects.filter(state="open")[0]),
        (14, Case.objects.filter(state="open")[1]),
    ):
        with on(5, 1, hour):
            proposed = decided("lena", case, ground="law.dsa_9")
            countersign_decision(present("lev"), proposed.ref)
            delivered()


def a_german_order_without_a_legal_basis_is_refused(platform):
    with on(6, 1, 10):
        ordered("$gone", country="DE", instrument="national", harm="other", legal_basis="", reference="1")
        decided("lena", Case.objects.get(state="open"), outcome=Outcome.NONE, ground="", words="Incomplete.")


def an_order_from_outside_the_union_is_refused(platform):
    with on(6, 2, 10):
        ordered("$gone", country="TR", instrument="national", reference="2")
        decided("lena", Case.objects.get(state="open"), outcome=Outcome.NONE, ground="", words="Not ours.")


def an_order_for_data_is_refused(platform):
    with on(6, 3, 10):
        ordered("$gone", instrument="dsa_10", reference="3", reasons="Whose is it?")
        decided("lena", Case.objects.get(state="open"), outcome=Outcome.NONE, ground="", words="Not needed.")


def two_complaints_are_decided_and_one_is_not(platform):
    letters = [text for _to, text in platform.letters if "/d/" in text]
    with on(7, 1):
        for text in letters[:3]:  # against the rule's decision, and both after the notice
            receive_complaint(token_in(text), ComplaintGiven(text="You are wrong."))
    made = {c.decision.source + c.decision.subject.native_id: c for c in Complaint.objects.all()}
    for ref, day, uphold in (("rule$rule", 2, True), ("notice$n1", 4, False)):
        with on(7, day):
            ben = present("ben")
            claim_case(ben.member, made[ref].case.ref)
            answered(ben, made[ref], "We looked again.", uphold=uphold)
            delivered()


def a_notice_arrives_in_the_next_year(platform):
    with on(1, 1, year=2028):
        platform.publish("$late", SCAM)
        noticed("$late")
