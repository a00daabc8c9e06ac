import csv
import hashlib
import io
import json
import os
from pathlib import Path

import pytest

from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing
from steelyard.cases.actions import claim_case
from steelyard.decisions.models import Complaint
from steelyard.flows.publish_day import announcement, publish_day
from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
from steelyard.ledger.models import Entry
from steelyard.ledger.proof.note import BadNote
from steelyard.ledger.proof.statement import verify_statement
from steelyard.ledger.signer.client import vkeys
from steelyard.rulebook.queries import daily_harms, harms
from steelyard.transparency.models import DayReport
from steelyard.transparency.promises import all_promises
from steelyard.transparency.queries import FILES, day, days, file_of, files_of, versions
from tests.cast import present
from tests.flows.stories import SCAM_RU, answered, delivered, screened, token_in
from tests.transparency.a_day import MONDAY, TUESDAY, WEDNESDAY, on, published

pytestmark = pytest.mark.django_db


def test_a_day_is_published_with_its_numbers(monday):
    numbers = published(MONDAY).numbers
    scam = numbers.harms["scam"]
    assert scam.restricted["post"] == {"rule": 1, "notice": 1, "order": 0}
    assert (scam.notices, numbers.decided_by) == (1, {"machine": 1, "person": 1, "two": 0})
    assert (numbers.total("post"), numbers.total("channel"), numbers.total("account")) == (2, 0, 0)
    assert (numbers.statements, numbers.receipts, numbers.reversals) == (2, 1, 0)


def test_a_day_on_which_nothing_happened_is_published_as_zeros(monday):
    numbers = published(TUESDAY).numbers
    assert (numbers.total("post"), numbers.entries) == (0, 0)


def test_a_restriction_lifted_on_another_day_counts_on_that_day(monday):
    with on(TUESDAY):
        receive_complaint(token_in(monday.letters[-1][1]), ComplaintGiven(text="I was warning others."))
        complaint, ben = Complaint.objects.get(), present("ben")
        claim_case(ben.member, complaint.case.ref)
        answered(ben, complaint, "You were.", uphold=True)
    first, second = published(MONDAY).numbers, published(TUESDAY).numbers
    assert (first.total("post"), first.reversals) == (2, 0)
    assert (second.total("post"), second.reversals) == (0, 1)
    assert second.complaints == {"received": 1, "upheld": 1, "partly": 0, "rejected": 0}


def test_the_same_numbers_are_published_once(monday):
    published(MONDAY)
    published(MONDAY)
    assert [row.version for row in versions(MONDAY)] == [1]
    assert Entry.objects.filter(verb="transparency:day:published").count() == 1


def test_what_still_happens_on_the_day_is_a_second_version_and_the_first_stays(monday):
    early = published(MONDAY, on_day=MONDAY)
    assert (early.version, early.complete, early.because) == (1, False, "")
    with on(MONDAY, 20):
        screened(monday, "$later", SCAM_RU)
    late = published(MONDAY)
    assert (late.version, late.complete, late.numbers.total("post")) == (2, True, 3)
    assert late.because == "The day has gone on since the last version."
    assert day(MONDAY, version=1) == early
    assert [report.version for report in days()] == [2]


def test_each_file_is_the_report_and_carries_two_signatures(monday):
    report = published(MONDAY)
    raw, kind = file_of(MONDAY, 1, "report.json")
    signatures = [file_of(MONDAY, 1, f"report.json.{name}")[0] for name in ("ed25519", "mldsa44")]
    assert kind == "application/json"
    assert json.loads(raw)["numbers"]["harms"]["scam"]["restricted"]["post"]["rule"] == 1
    assert hashlib.sha256(raw).hexdigest() == DayReport.objects.get().digest
    verify_statement("report", raw, *signatures, vkeys())
    with pytest.raises(BadNote):
        verify_statement("report", raw.replace(b'"version":1', b'"version":2'), *signatures, vkeys())
    with pytest.raises(BadNote):
        verify_statement("receipt", raw, *signatures, vkeys())
    assert report.excludes in raw.decode()


def test_the_table_and_the_report_say_the_same(monday):
    numbers = published(MONDAY).numbers
    lines = list(csv.DictReader(io.StringIO(file_of(MONDAY, 1, "report.csv")[0].decode(), newline="")))
    told = {
        (line["harm"], line["kind"], line["source"]): line["restricted"] or line["reversed"] for line in lines
    }
    counted = {}
    for name, harm in numbers.harms.items():
        for kind, by_source in harm.restricted.items():
            counted.update({(name, kind, source): str(n) for source, n in by_source.items()})
            counted[name, kind, ""] = str(harm.reversed[kind])
    assert told == counted
    assert {(line["day"], line["version"]) for line in lines} == {("2026-11-30", "1")}


@pytest.mark.parametrize("name", ["../../../keys/kek", "report.pdf", ""])
def test_no_other_file_is_handed_out(monday, name):
    published(MONDAY)
    with pytest.raises(NoSuchThing):
        file_of(MONDAY, 1, name)


def test_a_version_that_was_not_published_has_no_files(monday):
    published(MONDAY)
    folder = Path(os.environ["STEELYARD_HOME"], "public", "days", "2026-11-30", "v1")
    written = {path.name for path in folder.iterdir()}
    assert written == {*FILES, *(f"harm-{harm}.json" for harm in harms())}
    assert written == set(files_of(day(MONDAY)))
    for missing in (lambda: file_of(MONDAY, 9, "report.json"), lambda: day(TUESDAY), lambda: day(MONDAY, 9)):
        with pytest.raises(NoSuchThing):
            missing()


def test_a_day_that_has_not_begun_is_not_published(monday):
    with on(MONDAY), pytest.raises(BadInput):
        publish_day(TUESDAY)
    assert not DayReport.objects.exists()


@pytest.fixture
def announced(monkeypatch):
    """The operator's own channel, as the settings file names it."""
    file = Path(os.environ["STEELYARD_HOME"], "steelyard.toml")
    file.write_text('[matrix]\nannouncements = "!announcements:home"\n')
    config.cache_clear()
    yield
    file.unlink()
    config.cache_clear()


def test_the_day_is_posted_in_the_platforms_own_channel_in_each_language(announced, monday):
    report = published(MONDAY)
    with on(WEDNESDAY):
        delivered()
    texts = [text for _, text in monday.announced if "2026-11-30" in text]
    assert texts == [announcement(report, language) for language in config().languages]
    english, french, russian, *_others = texts
    assert "2 posts restricted" in english
    assert "2 publications restreintes" in french
    assert "Ограничены 2 публикации" in russian


def test_each_daily_harm_has_its_own_post_with_the_day_and_the_month(announced, monday):
    published(MONDAY)
    with on(WEDNESDAY):
        delivered()
    of_harms = [text for _, text in monday.announced if "/harms/" in text]
    assert len(of_harms) == len(config().languages) * len(daily_harms())
    assert of_harms[0].splitlines()[:3] == [
        "Terrorist content, daily report for 30 November 2026",
        "On that day: posts 0, channels 0, accounts 0",
        "This month: posts 0, channels 0, accounts 0",
    ]


def test_a_promise_is_posted_when_it_moves_and_not_again_while_it_stands(announced, monday):
    for day_, on_day in ((MONDAY, TUESDAY), (TUESDAY, WEDNESDAY)):
        published(day_, on_day)
    with on(WEDNESDAY):
        delivered()
    told = [text for _, text in monday.announced if "/promises" in text]
    assert len(told) == len(config().languages)
    assert "Our promise: Every day is published" in told[0]
    assert "By 31 December 2026. Kept at the moment: 100 of 100 (n = 1)." in told[0]
    assert "Nothing to measure yet." not in told[0].split("Nine of ten notices")[0]


def test_while_a_day_goes_on_the_promises_show_where_they_stand_and_nobody_is_told(announced, monday):
    published(MONDAY, on_day=MONDAY)
    delivered()
    assert not [text for _, text in monday.announced if "/promises" in text]
    newest = {one.id: one.newest for one in all_promises()}
    assert (newest["red_lines"].value, newest["red_lines"].kept) == (0, True)
    assert newest["published"].value is None  # nothing was due before today


def test_without_a_channel_the_day_is_published_all_the_same(monday):
    published(MONDAY)
    delivered()
    assert monday.announced == []
    assert DayReport.objects.count() == 1
