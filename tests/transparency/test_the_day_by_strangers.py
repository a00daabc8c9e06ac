"""Whoever has the public tiles and the printed queries gets every number that says “anyone”, without us."""

import csv
import hashlib
import io
import json
import sqlite3
from datetime import UTC, date, datetime

import pytest
from django.db import transaction
from django.test import Client

from steelyard.cases.models import Case
from steelyard.decisions.models import Complaint, Decision
from steelyard.flows.publish_day import correct_disclosed
from steelyard.ledger.actions import Facts, disclose, record, seal_off
from steelyard.ledger.origin import folder
from steelyard.ledger.proof.checkpoint import read_checkpoint
from steelyard.ledger.proof.leaf import read_leaf
from steelyard.ledger.proof.tiles import Folder, read_entry
from steelyard.ledger.sequencer import run_once
from steelyard.orders.actions import public
from steelyard.orders.models import Order
from steelyard.transparency import sums
from steelyard.transparency.cube import COLUMNS
from steelyard.transparency.periods import period
from steelyard.transparency.queries import day, file_of, versions
from steelyard.vault.actions import new_key
from tests.flows.stories import SCAM_RU, screened
from tests.ledger.conftest import own_home
from tests.ledger.parts import running_signer
from tests.transparency.a_day import MONDAY, TUESDAY, WEDNESDAY, on, published

pytestmark = pytest.mark.django_db
__all__ = ["own_home"]


@pytest.fixture
def own_log(own_home):
    """A log that begins with this test, and its signer."""
    with running_signer():
        yield


def from_tiles(when):
    """The day's leaves, read from the public files alone."""
    log = Folder(folder())
    size = read_checkpoint(log.read("checkpoint").decode()).size
    leaves = [read_leaf(read_entry(log, index, size)) for index in range(size)]
    return [leaf for leaf in leaves if leaf["hour"].startswith(when.isoformat())]


def counted(leaves):
    """A table `counts` as the page tells how to make it, in a database that we did not write."""
    table = sqlite3.connect(":memory:")
    table.execute(f"CREATE TABLE counts ({', '.join(COLUMNS)}, n)")
    for leaf in leaves:
        outcome, _, kind = (
            leaf["verb"].partition("_") if leaf["type"].startswith("decisions:") else ("", "", "")
        )
        row = {**leaf, "outcome": outcome, "kind": kind, "country": leaf["authority_country"],
               "reversal": int(leaf["reversal"])}  # fmt: skip
        table.execute(f"INSERT INTO counts VALUES ({'?,' * len(COLUMNS)} 1)", [row[name] for name in COLUMNS])
    return table


def test_the_printed_queries_over_the_public_tiles_give_every_published_number(own_log, monday):
    run_once()
    report = published(MONDAY)
    table = counted(from_tiles(MONDAY))
    for id_, figure in report.figures.items():
        assert [tuple(row) for row in table.execute(figure.query)] == list(figure.rows), id_
    assert len(report.figures["restricted"].rows) == 2
    assert {figure.who for figure in report.figures.values()} == {"anyone"}


def test_the_file_of_counts_gives_them_too_and_parquet_holds_the_same(monday, tmp_path):
    report = published(MONDAY)
    lines = list(csv.DictReader(io.StringIO(file_of(MONDAY, 1, "counts.csv")[0].decode(), newline="")))
    table = sqlite3.connect(":memory:")
    table.execute(f"CREATE TABLE counts ({', '.join(COLUMNS)}, n INT)")
    table.executemany(
        f"INSERT INTO counts VALUES ({'?,' * len(COLUMNS)} ?)", [list(line.values()) for line in lines]
    )
    table.execute("UPDATE counts SET reversal = CAST(reversal AS INT)")
    for figure in report.figures.values():
        assert [tuple(row) for row in table.execute(figure.query)] == list(figure.rows)
    parquet = pytest.importorskip("pyarrow.parquet")
    (tmp_path / "counts.parquet").write_bytes(file_of(MONDAY, 1, "counts.parquet")[0])
    rows = parquet.read_table(tmp_path / "counts.parquet").to_pylist()
    assert [{name: str(value) for name, value in row.items()} for row in rows] == lines


def test_the_checksums_are_those_of_the_files(monday):
    report = published(MONDAY)
    sums = dict(
        reversed(line.split("  ")) for line in file_of(MONDAY, 1, "SHA256SUMS")[0].decode().splitlines()
    )
    assert set(sums) == {*report.files, "report.json"}
    for name, digest in sums.items():
        assert hashlib.sha256(file_of(MONDAY, 1, name)[0]).hexdigest() == digest


def test_a_harms_report_has_its_day_and_its_month(monday):
    published(MONDAY)
    with on(MONDAY, 3):
        published(date(2026, 11, 29))
    report = json.loads(file_of(MONDAY, 1, "harm-scam.json")[0])
    assert report["today"]["restricted"]["post"] == {"notice": 1, "order": 0, "rule": 1}
    assert report["month_to_date"] == report["today"]
    assert report["names"]["fr"] == "Arnaques et fraudes"
    zero = json.loads(file_of(MONDAY, 1, "harm-child_abuse.json")[0])
    assert zero["today"]["restricted"]["post"] == {"notice": 0, "order": 0, "rule": 0}


def test_every_report_says_in_every_language_what_it_leaves_out(monday):
    texts = published(MONDAY).texts
    assert set(texts["excludes"]) == {"en", "fr", "ru", "ar", "fa"}
    assert len(set(texts["excludes"].values())) == 5
    assert len(set(texts["method"].values())) == 5


def test_what_was_sealed_is_missing_until_it_may_be_told_and_then_a_correction(monday):
    with on(MONDAY), transaction.atomic():
        key = new_key()
        order = Order.objects.create(key=key, instrument="epoc", country="FR", door="portal", harm="other",
                                     language="fr", sealed=b"", identity="x")  # fmt: skip
        seal_off(key, actor="member:ADA", about=order)
        record("orders:order:received", actor="authority", about=order, key=key, facts=public(order))
        record("orders:redline:attempted", actor="authority", about=order, key=key,
               facts=Facts(instrument="epoc", authority_country="FR", verb="keys"))  # fmt: skip
    first = published(MONDAY)
    assert (first.numbers.orders, first.figures["red_lines"].rows) == ((), ())
    with on(WEDNESDAY, 13):
        assert correct_disclosed() == []
        disclose(key, actor="member:ADA", about=order)
        assert [row.day for row in correct_disclosed()] == [MONDAY]
        assert correct_disclosed() == []
    second = day(MONDAY)
    assert second.because == "Matters that could not be disclosed then may be disclosed now."
    assert second.figures["orders"].rows == (("FR", "epoc", "orders:order:received", 1),)
    assert second.figures["red_lines"].rows == (("FR", "epoc", "keys", 1),)
    assert [row.version for row in versions(MONDAY)] == [1, 2]
    assert day(MONDAY, 1) == first


def test_yesterdays_times_less_todays_do_not_tell_that_an_order_was_sealed_in_between(monday):
    with on(MONDAY), transaction.atomic():
        answered = datetime(2026, 11, 30, 12, tzinfo=UTC)
        order = Order.objects.create(key=new_key(), instrument="dsa_9", country="FR", door="portal", harm="other",
                                     language="fr", sealed=b"", identity="x", answered_at=answered)  # fmt: skip
    first = published(MONDAY)
    assert [took.n for took in first.times if took.key == "FR dsa_9"] == [1]
    with on(MONDAY, 20), transaction.atomic():
        seal_off(order.key, actor="member:ADA", about=order)
        screened(monday, "$later", SCAM_RU)
    second = published(MONDAY)
    assert (second.version, second.times) == (2, first.times)


def test_languages_are_shown_once_and_a_correction_does_not_touch_them(monday):
    first = published(MONDAY)
    assert first.languages["notices"].others == 1
    with on(MONDAY, 20):
        screened(monday, "$later", SCAM_RU)
    second = published(MONDAY)
    assert second.version == 2
    assert second.languages == first.languages


def complained(language, states):
    """Complaints decided on that Monday, the last day of November; each with its own case."""
    decision = Decision.objects.first()
    for state in states:
        key = new_key()
        case = Case.objects.create(kind="complaint", key=key, harm="scam", severity=2, language=language)
        Complaint.objects.create(decision=decision, case=case, language=language, state=state, sealed=b"",
                                 decided_at=datetime(2026, 11, 30, 12, tzinfo=UTC))  # fmt: skip


def test_what_became_of_complaints_is_told_by_language_once_a_month_and_no_small_cell_with_it(monday):
    complained("fr", ["upheld"] * 6 + ["partly"] * 2 + ["rejected"] * 12)
    complained("ru", ["upheld"] * 30 + ["rejected"] * 30)
    complained("fa", ["rejected"] * 2)
    first, second = published(MONDAY).languages, published(TUESDAY).languages
    assert (first["overturned"].cells, first["overturned"].others) == ({"fr": 8, "ru": 30}, 0)
    told = first["stood"]
    assert (sum(told.cells.values()) + told.others, "fa" in told.cells, len(told.cells)) == (44, False, 1)
    assert "stood" not in second, "the first of December ends no month"
    lines = list(csv.DictReader(io.StringIO(file_of(MONDAY, 1, "languages.csv")[0].decode(), newline="")))
    assert {"day": "2026-11-30", "what": "overturned", "language": "fr", "n": "8"} in lines
    when = period("2026-11_2026-11")
    page = Client().get("/en/transparency/appeals?period=2026-11_2026-11").content.decode()
    assert "By language, in whole months: 38 of 82 decisions complained of were overturned" in page
    shown = sums.languages(when, "stood")
    (language,) = shown.cells
    rate = {"fr": "40\u00a0%", "ru": "50\u00a0%"}[language]
    chart = page[page.index('id="overturned-languages"') :].partition("</figure>")[0]
    assert f"<bdi>{rate}</bdi>" in chart
    assert "Persian" not in chart
    assert "x.state IN (&#x27;rejected&#x27;)" in chart


def test_a_day_that_still_runs_tells_no_languages(monday):
    assert published(MONDAY, on_day=MONDAY).languages == {}


def test_times_of_fewer_than_five_people_are_not_told(monday):
    (notices,) = {(took.n, took.p50) for took in published(MONDAY).times if took.what == "notice"}
    assert notices == (None, None)
