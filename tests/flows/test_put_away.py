"""Images of the abuse of children, and words about them: closed to everybody, until somebody has to look."""

import io
import zipfile
from datetime import timedelta

import msgspec
import pytest

from steelyard.base.clock import now, set_clock
from steelyard.base.config import AbuseImagery, Sample, config, read_config
from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.cases.actions import open_or_join, settle_case
from steelyard.cases.models import KEEP_UNTIL, Case, Deadline
from steelyard.cases.states import CaseKind
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import SeenReport, Target
from steelyard.evidence import store
from steelyard.evidence.actions import contents
from steelyard.evidence.models import Exhibit, Look, PutAway
from steelyard.flows.disputes import case_file
from steelyard.flows.erase_put_away import erase_put_away
from steelyard.flows.follow import decision_for
from steelyard.flows.read_case import open_closed, read_case
from steelyard.flows.read_decision import read_decision
from steelyard.flows.receive_report import receive_report
from steelyard.flows.replay import replay
from steelyard.ledger.models import Entry
from steelyard.rulebook.queries import fact
from steelyard.screening import sample
from steelyard.screening.engine import load_screen
from steelyard.screening.policy import STARTER
from steelyard.vault.actions import unseal
from tests.cast import present
from tests.flows.stories import HARMLESS, SCAM, decided, delivered, noticed, screened, token_in
from tests.platform import CHANNEL

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(platform):
    """Rhea says of Uma's post that it shows the abuse of a child."""
    platform.publish("$1", SCAM)
    noticed("$1", harm="child_abuse")
    return Case.objects.get()


def test_the_page_shows_no_word_of_it_and_nobody_is_said_to_have_looked(case):
    view = read_case(present("ada"), case.ref)
    assert (view.text, view.closed.looks, view.closed.kept_until) == ("", 0, None)
    assert len(view.closed.commitments) == 1
    assert not Look.objects.exists()


def test_whoever_has_to_see_it_says_why_and_it_is_written_down(case):
    lena = present("lena")
    with pytest.raises(BadInput):
        open_closed(lena, case.ref, because=" ")
    assert not Look.objects.exists()
    assert open_closed(lena, case.ref, because="The police ask what it says.") == SCAM
    look = Look.objects.get()
    assert (look.member, look.because) == (lena.member.ref, "The police ask what it says.")
    assert Entry.objects.filter(verb="evidence:exhibit:opened").count() == 1
    assert read_case(lena, case.ref).closed.looks == 1


def test_a_reviewer_without_the_right_opens_nothing(case):
    with pytest.raises(NoSuchThing):
        open_closed(present("ada"), case.ref, because="I am curious.")
    assert not Look.objects.exists()


def test_replay_the_case_file_and_the_decision_pages_leave_it_out(platform):
    screened(platform, "$1", SCAM)
    assert replay(load_screen(STARTER)).posts == 1
    noticed("$1", harm="child_abuse")
    decision = decided(
        "ada", Case.objects.get(kind="notice"), ground="terms.child_abuse", words="Seen by hash."
    )
    told = replay(load_screen(STARTER))
    assert (told.posts, told.gone) == (0, 1)
    delivered()
    filed = zipfile.ZipFile(io.BytesIO(case_file(present("lena"), decision.ref)))
    assert "content.txt" not in filed.namelist()
    assert read_decision(present("ada"), decision.ref).text == ""
    assert decision_for(token_in(platform.letters[-1][1])).post == ""


@pytest.fixture
def stated(monkeypatch):
    """The operator has read its own law, and says so in the settings."""
    law = AbuseImagery(kept_for="P1Y", source="Law of the operator (invented), section 5")
    monkeypatch.setattr(store, "config", lambda: msgspec.structs.replace(config(), abuse_imagery=law))


@pytest.fixture
def confirmed(case):
    """Ada found that it is: it is hidden and stays put away."""
    decided("ada", case, ground="terms.child_abuse", words="Seen by hash.")
    return case


YEARS = timedelta(days=800)


def test_while_no_law_is_stated_nothing_is_erased_and_the_page_says_that_it_is_unknown(confirmed):
    with set_clock(now() + YEARS):
        assert erase_put_away() == 0
        told = read_case(present("ada"), confirmed.ref).closed
    assert (told.kept_until, told.erased_at) == (None, None)
    assert "a lawyer has to" in told.source
    assert contents(Exhibit.objects.get())


def test_once_the_period_is_over_the_key_is_destroyed_and_what_was_decided_stays(confirmed, stated):
    exhibit = Exhibit.objects.select_related("key").get()
    before = bytes(exhibit.sealed)
    with set_clock(now() + timedelta(days=364)):
        assert erase_put_away() == 0
    with set_clock(now() + timedelta(days=366)):
        assert (erase_put_away(), erase_put_away()) == (1, 0)
        lena = present("lena")
        told = read_case(lena, confirmed.ref).closed
        assert (told.erased_at, told.source) == (now(), "Law of the operator (invented), section 5")
        with pytest.raises(NoSuchThing):
            open_closed(lena, confirmed.ref, because="The police ask what it says.")
        noticed("$1", harm="child_abuse")  # it is named again: a new copy, nothing breaks
    exhibit.key.refresh_from_db()
    exhibit.refresh_from_db()
    assert (exhibit.key.wrapped, bytes(exhibit.sealed)) == (None, b"")
    with pytest.raises(NoSuchThing):  # nor from a copy of the database that somebody kept
        unseal(exhibit.key, before, place="evidence.exhibit")
    assert Entry.objects.filter(verb="evidence:subject:erased").count() == 1
    assert read_decision(present("ada"), Decision.objects.get().ref).words == "Seen by hash."


def test_what_an_order_preserves_or_somebody_still_decides_is_not_erased(case, stated):
    with set_clock(now() + YEARS):
        assert erase_put_away() == 0, "the case is open"
    decided("ada", case, ground="terms.child_abuse", words="Seen by hash.")
    lasts = fact("eevidence.preserved", now().date())
    order = open_or_join(CaseKind.ORDER, case.subject, harm="child_abuse", clock=lasts)
    settle_case(order)
    Deadline.objects.filter(case=order).update(duty=KEEP_UNTIL, ends_at=now() + YEARS, met_at=None)
    with set_clock(now() + YEARS - timedelta(days=1)):
        assert erase_put_away() == 0, "an order has it preserved"
    with set_clock(now() + YEARS + timedelta(days=1)):
        assert erase_put_away() == 1


def test_words_of_the_sample_that_were_put_away_later_are_tried_on_nothing(platform, monkeypatch):
    monkeypatch.setattr(sample, "config", lambda: msgspec.structs.replace(config(), sample=Sample(share=1.0)))
    screened(platform, "$1", HARMLESS)
    assert replay(load_screen(STARTER)).posts == 1
    noticed("$1", harm="child_abuse")
    told = replay(load_screen(STARTER))
    assert (told.posts, told.gone) == (0, 1)


def test_a_period_without_the_law_that_names_it_is_no_setting(tmp_path):
    for text in ('kept_for = "P1Y"', 'source = "A law"', 'kept_for = "1 year"\nsource = "A law"'):
        file = tmp_path / "steelyard.toml"
        file.write_text(f"[abuse_imagery]\n{text}\n")
        with pytest.raises(BadInput):
            read_config(file)


def test_what_turns_out_to_be_none_is_evidence_like_any_other_again(case):
    decided("ada", case, outcome=Outcome.NONE, ground="", words="A scam, and no child.")
    assert not PutAway.objects.exists()
    assert read_case(present("ada"), case.ref).text == SCAM
    assert Entry.objects.filter(verb="evidence:subject:given_back").count() == 1


def test_one_of_two_matters_cleared_leaves_it_closed(case, platform):
    Case.objects.filter(pk=case.pk).update(kind="finding")
    noticed("$1", harm="child_abuse")
    decided("ada", Case.objects.get(kind="finding"), outcome=Outcome.NONE, ground="", words="I see none.")
    assert PutAway.objects.exists()


@pytest.mark.parametrize(
    ("encrypted", "proven", "said"), [(True, True, True), (True, False, False), (False, False, None)]
)
def test_the_case_says_whether_a_report_is_proven_or_only_told(platform, encrypted, proven, said):
    post = platform.publish("$9", SCAM) if proven or not encrypted else None
    report = SeenReport(
        connector="memory", id="7", about=Target("$9", CHANNEL), kind="item", reporter="@rhea:home",
        reason="A scam", at=now(), post=post, encrypted=encrypted, proven=proven,
    )  # fmt: skip
    receive_report(report)
    (why,) = read_case(present("ada"), Case.objects.get().ref).why
    assert why.proven is said
    assert [one.origin for one in Exhibit.objects.all()] == (
        ["disclosed"] if proven else [] if encrypted else ["platform"]
    )
