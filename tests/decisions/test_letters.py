"""Every letter as it leaves us, whole, in the five languages."""

import re
from datetime import UTC, date, datetime
from functools import partial

import msgspec
import pytest

from steelyard.base.clock import set_clock
from steelyard.base.config import config
from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.decisions.actions import reasons_of, words
from steelyard.decisions.models import Complaint, Decision
from steelyard.decisions.reasons import as_text, compose, refusal
from steelyard.decisions.states import Outcome
from steelyard.flows.decide_case import countersign_decision, undo_decision
from steelyard.flows.publish_day import announcement
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.letters.actions import (
    address,
    send_complaint_rejected,
    send_notice_decided,
    send_notice_reversed,
    send_reversed,
    text_of,
)
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import harms
from steelyard.transparency.actions import draw_up
from steelyard.transparency.counting import count
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

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 1, 10, 30, tzinfo=UTC)
WORDS = "The post promises a profit without risk and asks people to write in private."


@pytest.fixture(autouse=True)
def _clock():
    with set_clock(NOW):
        yield


def statements(decision, name, same_letter):
    until = decision.statement.contest_until
    for language in config().languages:
        reasons = compose(decision, language, words=words(decision), contest_until=until)
        same_letter(name, language, as_text(reasons, address(language, "d/TOKEN")))


def test_a_rule_hid_the_post(platform, same_letter):
    screened(platform, "$1", SCAM_RU)
    statements(Decision.objects.get(), "hidden_by_a_rule", same_letter)


def test_a_person_hid_the_post_after_a_notice(platform, same_letter):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada", words=WORDS)
    statements(Decision.objects.get(), "hidden_after_a_notice", same_letter)


def test_a_person_removed_the_post_after_a_notice(platform, same_letter):
    platform.publish("$1", SCAM)
    noticed("$1")
    removed = decided("ada", outcome=Outcome.REMOVE, words=WORDS)
    statements(removed, "removed_after_a_notice", same_letter)


def test_two_people_hid_the_post_on_an_order_in_two_countries(platform, same_letter):
    platform.publish("$1", SCAM)
    ordered("$1", territory="FR DE", wider_ground="The scheme works in both countries.")
    proposed = decided("lena", ground="law.dsa_9", words="The order is complete.", territory=("FR", "DE"))
    countersign_decision(present("lev"), proposed.ref)
    statements(Decision.objects.get(), "hidden_on_an_order", same_letter)


def test_the_letter_that_went_out_is_the_letter_in_the_file(platform):
    screened(platform, "$1", SCAM_RU)
    delivered()
    ((_, sent),) = platform.letters
    token = token_in(sent)
    reasons = reasons_of(Decision.objects.get().statement)
    assert sent == as_text(reasons, address("ru", f"d/{token}"))


@pytest.fixture
def contested(platform):
    """Ada hid the post, Uma contests it."""
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada", words=WORDS)
    delivered()
    receive_complaint(token_in(platform.letters[0][1]), ComplaintGiven(text="I was warning others."))
    decided_by = present("ben")
    complaint = Complaint.objects.get()
    claim_case(decided_by.member, complaint.case.ref)
    return partial(answered, decided_by, complaint)


def test_the_post_is_back(contested, same_letter):
    contested("You were warning others.", uphold=True)
    restored = Decision.objects.get(outcome=Outcome.RESTORE)
    for language in config().languages:
        letter = send_reversed(restored, language, answer=words(restored))
        same_letter("restored", language, text_of(letter))


def test_what_was_removed_is_gone_and_the_author_may_publish_it_again(platform, same_letter):
    platform.publish("$1", SCAM)
    noticed("$1")
    removed = decided("ada", outcome=Outcome.REMOVE, words=WORDS)
    delivered()
    receive_complaint(token_in(platform.letters[-1][1]), ComplaintGiven(text="I was warning others."))
    complaint, ben = Complaint.objects.get(), present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "You were warning others.", uphold=True)
    removed.refresh_from_db()
    reversal = Decision.objects.get(reverses=removed)
    assert (removed.state, reversal.outcome, reversal.measures.count()) == ("reversed", "none", 0)
    assert Complaint.objects.get().state == "upheld"
    for language in config().languages:
        letter = send_reversed(reversal, language, answer=words(reversal))
        same_letter("removal_reversed", language, text_of(letter))


def test_the_complaint_is_rejected(contested, same_letter):
    contested("The post asks for money itself.", uphold=False)
    for language in config().languages:
        letter = send_complaint_rejected(Decision.objects.get(), language, "The post asks for money itself.")
        same_letter("complaint_rejected", language, text_of(letter))


def test_the_notifier_hears_that_there_is_a_decision(platform, same_letter):
    noticed("$1")
    notice = Notice.objects.get()
    for language in config().languages:
        notice.language = language
        text = text_of(send_notice_decided(notice, "rhea@example.org"))
        assert text.startswith("rhea@example.org\n")
        same_letter("notice_decided", language, re.sub(r"([0-9A-Z]{5}-){5}[0-9A-Z]", "REF", text))


LEAF = {
    "type": "decisions:decision:made", "verb": "contain_post", "harm": "scam", "source": "rule",
    "by": "machine", "reversal": False,
}  # fmt: skip


@pytest.mark.parametrize("posts", [0, 1, 2, 5, 11, 21, 100])
def test_the_day_is_announced_with_the_right_plural(posts, same_letter):
    empty = draw_up(date(2026, 11, 30), version=1, because="").report
    report = msgspec.structs.replace(empty, numbers=count([LEAF] * posts, harms()))
    for language in config().languages:
        same_letter(f"announcement_{posts}", language, announcement(report, language))


@pytest.mark.parametrize(("about", "name"), [("!market:home", "channel"), ("@uma:home", "account")])
def test_two_people_restricted_a_channel_or_an_account_and_were_wrong(platform, same_letter, about, name):
    noticed(about)
    made = decided("ada", words=WORDS)
    countersign_decision(present("ben"), made.ref)
    made.refresh_from_db()
    statements(made, f"{name}_restricted", same_letter)
    reversal = undo_decision(present("lena"), made.ref, because="A mistake.")
    for language in config().languages:
        same_letter(f"{name}_back", language, text_of(send_reversed(reversal, language)))
        same_letter(f"{name}_refusal", language, refusal(made, language))


@pytest.mark.parametrize("about", ["$1", "!market:home", "@uma:home"])
def test_one_decision_is_reversed_and_another_stands(platform, same_letter, about):
    platform.publish("$1", SCAM)
    decisions = []
    for ground in ("terms.scam", "terms.spam"):
        noticed(about)
        made = decided("ada", Case.objects.get(state="open"), ground=ground, words=WORDS)
        if made.state == "proposed":
            countersign_decision(present("ben"), made.ref)
        decisions.append(made)
    reversal = undo_decision(present("lena"), decisions[0].ref, because="A mistake.")
    name = {"$": "post", "!": "channel", "@": "account"}[about[0]]
    for language in config().languages:
        same_letter(f"{name}_stays", language, text_of(send_reversed(reversal, language)))


def test_the_notifier_hears_that_the_decision_was_reversed(platform, same_letter):
    noticed("$1")
    notice = Notice.objects.get()
    for language in config().languages:
        notice.language = language
        text = text_of(send_notice_reversed(notice, "rhea@example.org"))
        same_letter("notice_reversed", language, re.sub(r"([0-9A-Z]{5}-){5}[0-9A-Z]", "REF", text))
