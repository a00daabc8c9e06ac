"""Statements of reasons on their way to the Union's database, played against a server that behaves as theirs."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.config import config
from steelyard.base.models import DispatchState
from steelyard.cases.models import Case
from steelyard.cli.health_statements import statements as doctor_says
from steelyard.decisions.states import Outcome
from steelyard.flows.decide_case import countersign_decision
from steelyard.flows.submit_statements import send_again, submit_statements
from steelyard.ledger.models import Entry
from steelyard.transparency.database.rules import faults
from steelyard.transparency.database.scrub import GONE, scrub
from steelyard.transparency.models import Submission
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, decided, noticed, ordered, screened
from tests.transparency.fake_database import TOKEN, running

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running_once():
    with running() as found:
        yield found


@pytest.fixture
def union(running_once):
    """The sandbox, connected."""
    server, address = running_once
    server.__init__()
    with settings(f'mode = "sandbox"\nsandbox_url = "{address}"'):
        yield server


class settings:  # noqa: N801 - reads as what it is in a with line
    """The operator's file and token for the length of a test."""

    def __init__(self, lines, token=TOKEN, mode=0o600):
        self.lines, self.token, self.mode = lines, token, mode
        self.file = Path(os.environ["STEELYARD_HOME"], "steelyard.toml")
        self.key = Path(os.environ["STEELYARD_HOME"], "keys", "transparency-database-sandbox")

    def __enter__(self):
        self.file.write_text(f"[transparency_database]\n{self.lines}\n")
        self.key.parent.mkdir(exist_ok=True)
        self.key.write_text(self.token)
        self.key.chmod(self.mode)
        config.cache_clear()

    def __exit__(self, *_):
        self.file.unlink()
        self.key.unlink()
        config.cache_clear()


def hidden(platform, *ids):
    """Each of these posts is hidden after a notice."""
    for id_ in ids:
        platform.publish(id_, SCAM)
        noticed(id_)
        decided("ada", Case.objects.get(state="open"))


def later(**much):
    return set_clock(now() + timedelta(**much))


def test_what_is_sent_is_every_field_and_nothing_personal(platform, union):
    hidden(platform, "$1")
    row = Submission.objects.get()
    assert row.payload == {
        "puid": row.puid,
        "territorial_scope": ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
                              "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE",
                              "SI", "SK"],
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_DISABLED"],
        "application_date": now().date().isoformat(),
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": "http://localhost:8470/en/terms",
        "incompatible_content_ground": row.payload["incompatible_content_ground"],
        "incompatible_content_explanation": row.payload["incompatible_content_explanation"],
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_date": "2026-03-04",
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "category_specification": ["KEYWORD_OTHER"],
        "category_specification_other": "Scams promising money, work or prizes",
        "source_type": "SOURCE_ARTICLE_16",
        "automated_detection": "No",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "decision_facts": row.payload["decision_facts"],
    }  # fmt: skip
    assert row.payload["decision_facts"].startswith("We have hidden your post. This followed a notice")
    assert "A scam." not in row.payload["decision_facts"]  # Ada's own words stay here
    assert faults(row.payload) == []


def by_rule(platform):
    screened(platform, "$1", SCAM_RU)


def by_notice(platform):
    hidden(platform, "$1")


def by_national_order(platform):
    platform.publish("$1", SCAM)
    ordered("$1", instrument="national")
    proposed = decided("lena", ground="law.national")
    countersign_decision(present("lev"), proposed.ref)


@pytest.mark.parametrize(
    ("way", "told"),
    [
        (by_rule, ("SOURCE_VOLUNTARY", "Yes", "AUTOMATED_DECISION_FULLY", "DECISION_GROUND_INCOMPATIBLE_CONTENT")),
        (by_notice, ("SOURCE_ARTICLE_16", "No", "AUTOMATED_DECISION_NOT_AUTOMATED",
                     "DECISION_GROUND_INCOMPATIBLE_CONTENT")),
        (by_national_order, ("SOURCE_TYPE_OTHER_NOTIFICATION", "No", "AUTOMATED_DECISION_NOT_AUTOMATED",
                             "DECISION_GROUND_ILLEGAL_CONTENT")),
    ],
)  # fmt: skip
def test_one_labelled_sample_of_each_source_says_the_same_there(platform, union, way, told):
    way(platform)
    sent = Submission.objects.get().payload
    names = ("source_type", "automated_detection", "automated_decision", "decision_ground")
    assert tuple(sent[name] for name in names) == told
    assert faults(sent) == []


def test_an_order_under_article_9_is_not_sent(platform, union):
    platform.publish("$1", SCAM)
    ordered("$1")
    countersign_decision(present("lev"), decided("lena", ground="law.dsa_9").ref)
    assert platform.posts
    assert not Submission.objects.exists()


def test_bulk_advertising_a_private_group_and_what_has_no_effect_in_the_union_are_not_sent(platform, union):
    platform.publish("$spam", SCAM)
    noticed("$spam")
    decided("ada", Case.objects.get(state="open"), ground="terms.spam")
    platform.publish("$private", SCAM)
    noticed("$private")
    case = Case.objects.get(state="open")
    case.subject.surface = "private_group"
    case.subject.save()
    decided("ada", case)
    platform.publish("$far", SCAM)
    noticed("$far")
    decided("ada", Case.objects.get(state="open"), territory=("TR",))
    assert not Submission.objects.exists()


def test_where_nothing_is_restricted_nothing_is_sent(platform, union):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada", outcome=Outcome.NONE, ground="")
    assert not Submission.objects.exists()


def test_a_service_that_is_not_connected_keeps_no_rows_and_asks_nobody(platform):
    hidden(platform, "$1")
    assert (Submission.objects.count(), submit_statements(), list(doctor_says())) == (0, 0, [])


def test_a_batch_arrives_once_and_is_written_down(platform, union):
    hidden(platform, "$1", "$2")
    assert submit_statements() == 2
    rows = Submission.objects.all()
    assert {row.state for row in rows} == {DispatchState.CONFIRMED}
    assert {row.puid: row.their_ref for row in rows} == {p: s["uuid"] for p, s in union.statements.items()}
    assert union.calls == [("POST", "/api/v1/statements", 2)]
    assert Entry.objects.filter(verb="transparency:statement:submitted").count() == 2
    assert submit_statements() == 0


def test_an_identifier_reveals_nothing_and_is_never_used_twice(platform, union):
    hidden(platform, "$1", "$2")
    first, second = Submission.objects.all()
    about = {
        first.ref,
        first.statement.ref,
        first.statement.decision.ref,
        first.statement.decision.subject.ref,
    }
    assert first.puid not in about
    assert first.puid != second.puid
    assert not Submission._meta.get_field("puid").null
    assert Submission._meta.get_field("puid").unique


def test_after_a_timeout_the_refusal_as_duplicate_means_that_it_arrived(platform, union):
    hidden(platform, "$1", "$2")
    union.misbehave = ["hang_up"]
    submit_statements()
    assert {row.state for row in Submission.objects.all()} == {DispatchState.QUEUED}
    hidden(platform, "$3")  # and a new one in the same batch is not held back by it
    with later(minutes=5):
        submit_statements()
    assert {row.state for row in Submission.objects.all()} == {DispatchState.CONFIRMED}
    assert len(union.statements) == 3
    assert [call[0] for call in union.calls] == ["POST", "POST", "GET", "GET", "POST"]


def test_what_is_still_being_processed_there_is_tried_again_later(platform, union):
    hidden(platform, "$1")
    puid = Submission.objects.get().puid
    union.processing = {puid}
    submit_statements()
    assert Submission.objects.get().state == DispatchState.QUEUED
    union.processing = set()
    with later(minutes=5):
        submit_statements()
    assert Submission.objects.get().state == DispatchState.CONFIRMED


def test_an_answer_that_cannot_be_read_is_no_loss(platform, union):
    hidden(platform, "$1")
    union.misbehave = ["nonsense"]
    submit_statements()
    row = Submission.objects.get()
    assert (row.state, row.their_ref, set(union.statements)) == (DispatchState.CONFIRMED, "", {row.puid})


def test_one_statement_that_it_refuses_does_not_hold_up_the_others(platform, union):
    hidden(platform, "$1", "$2", "$3")
    bad = Submission.objects.order_by("pk")[1]
    bad.payload["category"] = "STATEMENT_CATEGORY_NEW"
    bad.save()
    submit_statements()
    bad.refresh_from_db()
    assert (bad.state, bad.last_error) == (
        DispatchState.FAILED,
        "category: The selected category is invalid.",
    )
    assert Submission.objects.filter(state=DispatchState.CONFIRMED).count() == len(union.statements) == 2
    assert any("category: The selected" in line.what for line in doctor_says())


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(429, "slow down"), (500, "in trouble (500)"), (401, "does not accept our token")],
)
def test_trouble_there_is_tried_again_and_doctor_says_so(platform, union, trouble, said):
    hidden(platform, "$1")
    union.misbehave = [trouble]
    submit_statements()
    row = Submission.objects.get()
    assert (row.state, said in row.last_error) == (DispatchState.QUEUED, True)
    assert any(said in line.what for line in doctor_says())
    with later(minutes=5):
        submit_statements()
    assert Submission.objects.get().state == DispatchState.CONFIRMED
    assert [line.grade for line in doctor_says()] == ["ok"]


def test_an_answer_that_nobody_knows_is_for_a_person_and_only_that_statement(platform, union):
    hidden(platform, "$1", "$2")
    union.misbehave = [418, 418]
    submit_statements()
    assert [row.state for row in Submission.objects.order_by("pk")] == ["failed", "confirmed"]


def test_what_the_database_may_have_forgotten_is_not_sent_again(platform, union):
    hidden(platform, "$1")
    union.misbehave = ["hang_up"]
    submit_statements()
    with later(days=181):
        submit_statements()
    row = Submission.objects.get()
    assert (row.state, len(union.calls)) == (DispatchState.FAILED, 1)
    assert "forgotten" in row.last_error


def test_what_was_queued_for_the_sandbox_never_reaches_the_real_one(platform, union):
    hidden(platform, "$1")
    Submission.objects.update(mode="production")
    submit_statements()
    assert (Submission.objects.get().state, union.calls) == (DispatchState.FAILED, [])


def test_a_token_that_others_may_read_is_not_used(platform, running_once):
    with settings(f'mode = "sandbox"\nsandbox_url = "{running_once[1]}"', mode=0o644):
        hidden(platform, "$1")
        submit_statements()
        row = Submission.objects.get()
        assert (row.state, "Others may read" in row.last_error) == (DispatchState.QUEUED, True)
        assert [line.grade for line in doctor_says()] == ["fail"]
        assert TOKEN not in row.last_error


def test_a_harm_without_a_category_waits_for_a_person_and_is_never_sent(platform, union):
    platform.publish("$1", SCAM)
    ordered("$1", instrument="national", harm="other")
    countersign_decision(present("lev"), decided("lena", ground="law.national").ref)
    row = Submission.objects.get()
    submit_statements()
    assert (row.state, row.last_error, union.calls) == (DispatchState.FAILED, "category: it is required.", [])


def test_once_the_cause_is_removed_it_goes_under_the_same_identifier(platform, union):
    hidden(platform, "$1", "$2")
    other, refused = Submission.objects.order_by("pk")
    type(other.statement.decision).objects.filter(pk=other.statement.decision_id).update(harm="other")
    Submission.objects.filter(pk=other.pk).update(state="failed", last_error="category: it is required.")
    Submission.objects.filter(pk=refused.pk).update(state="failed", payload={})
    assert send_again() == 1  # nobody has mapped the other one's harm yet
    submit_statements()
    assert [row.state for row in Submission.objects.order_by("pk")] == ["failed", "confirmed"]
    assert set(union.statements) == {refused.puid}
    assert Entry.objects.filter(verb="transparency:statement:composed_again").count() == 2


def test_the_deciders_words_go_only_when_the_settings_say_so_and_scrubbed(platform, running_once):
    with settings(f'mode = "sandbox"\nsandbox_url = "{running_once[1]}"\nwords = true'):
        platform.publish("$1", SCAM)
        noticed("$1")
        decided("ada", words="Rhea says uma (@uma:home) wrote from +49 30 1234567, see memory:$1.")
        facts = Submission.objects.get().payload["decision_facts"]
    assert f"“{GONE} says {GONE} ({GONE}) wrote from {GONE}, see {GONE}.”" in facts


@pytest.mark.parametrize(
    "personal",
    ["rhea@example.org", "+49 30 1234567", "0049-30-123-4567", "https://t.me/+AbCd", "t.me/rhea", "@rhea_99",
     "@rhea:home.org", "#market:home.org", "192.168.10.77", "2001:db8::ff00:42:8329", "4111 1111 1111 1111",
     "DE89 3704 0044 0532 0130 00", "+7 (912) 345-67-89", "rhea＠example．org", "rh\u200bea@example.org",
     "٠٠٤٩٣٠١٢٣٤٥٦٧"],
)  # fmt: skip
def test_personal_data_is_taken_out(personal):
    assert scrub(f"They wrote {personal} and left.") == f"They wrote {GONE} and left."


@pytest.mark.parametrize(
    "plain",
    ["Regulation (EU) 2022/2065, Art. 9", "in the version of 2026-01-01", "Code pénal, art. 313-1", "24/1234",
     "at 10:30:15 they sent 500 posts"],
)  # fmt: skip
def test_what_is_not_personal_stays(plain):
    assert scrub(plain) == plain


WRONG = [
    ({"category": None}, "category: leave it out"),
    ({"territorial_scope": ["EL"]}, "territorial_scope: EL is not in its list"),
    ({"decision_visibility": []}, "decision_visibility: a list with at least one"),
    ({"decision_visibility": ["DECISION_VISIBILITY_OTHER"]}, "decision_visibility_other: it is required"),
    ({"automated_decision": "Yes"}, "automated_decision: Yes is not in its list"),
    ({"puid": "a b"}, "puid: only letters"),
    ({"content_date": "1999-12-31"}, "content_date: the day lies outside"),
    ({"content_date": "2026-02-30"}, "content_date: a day is written"),
    ({"decision_facts": "x" * 5001}, "decision_facts: at most 5000"),
    ({"illegal_content_legal_ground": "x"}, "illegal_content_legal_ground: the database drops it"),
    ({"end_date_visibility_restriction": "2020-01-01"}, "end_date_visibility_restriction: it ends before"),
    ({"category_specification": ["KEYWORD_SUICIDE"]}, "KEYWORD_SUICIDE does not belong"),
    ({"category_specification": ["KEYWORD_DANGEROUS_TOYS"]}, "KEYWORD_DANGEROUS_TOYS is not in its list"),
    ({"content_language_other": "x"}, "content_language_other: the database has no such field"),
]


@pytest.mark.parametrize(("change", "fault"), WRONG)
def test_every_rule_is_kept_before_anything_leaves(platform, union, change, fault):
    hidden(platform, "$1")
    content = Submission.objects.get().payload | change
    assert any(fault in each for each in faults(content)), faults(content)
