"""A year of a small service in the Commission's eleven files, cell for cell; and what the checker explains."""

import csv
import io
import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from steelyard.base.errors import BadInput
from steelyard.cli.report import app
from steelyard.rulebook.categories import category_of, database_rules, unmapped
from steelyard.rulebook.queries import harms
from steelyard.transparency.harmonised.check import check
from steelyard.transparency.harmonised.files import as_csv, write
from steelyard.transparency.harmonised.period import Period
from steelyard.transparency.harmonised.template import FILES, HERE, template
from steelyard.transparency.yearly import write_yearly
from tests.transparency.a_year import on, played

KEPT = Path(__file__).parent / "a_year"
YEAR = Period(date(2027, 1, 1), date(2027, 12, 31))
SCAM = "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"

BY_HAND = {
    # Part 3: one French order with two posts, the last of them gone four hours later; one German order about one,
    # without a legal basis; the Turkish one is not a Member State's. Acknowledged at once:
    # 0 hours. One French order for data, refused.
    "orders": {
        ("TOTAL", "TOTAL"): ("2", "3", "0", "4", "1", "0", ""),
        (SCAM, "TOTAL"): ("1", "2", "0", "4"),
        ("STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER", "TOTAL"): ("1", "1", "0", ""),
        ("TOTAL", "DE"): ("1", "1", "0", ""),
        ("TOTAL", "FR"): ("1", "2", "0", "4", "1", "0", ""),
        ("STATEMENT_CATEGORY_VIOLENCE", "FR"): ("0", "0", "", ""),
    },
    # Part 4: two notices of the year with three places, one followed after six hours, on the terms, in two measures.
    "notices": {
        ("TOTAL",): ("2", "", "3", "", "6", "", "0", "", "2"),
        (SCAM,): ("1", "", "2", "", "6", "", "0", "", "2"),
    },
    "illegal": {("TOTAL",): ("0", "0", "0", "0")},
    # Part 6: the rule hid one post by itself, a person removed one after a report made inside the platform.
    "terms": {("TOTAL",): ("2", "1", "1", "1", "0"), (SCAM,): ("2", "1", "1", "1", "0")},
}


@pytest.mark.django_db
def test_the_year_is_counted_as_by_hand(platform, tmp_path):
    played(platform)
    with on(2, 20, year=2028):
        write(YEAR, tmp_path)
        write_yearly(YEAR, tmp_path)
    if os.environ.get("REWRITE_REPORTS"):
        shutil.copytree(tmp_path, KEPT, dirs_exist_ok=True)
    for file in (*FILES.values(), "orders.json", "orders.csv", "terrorist_content.json"):
        assert (tmp_path / file).read_bytes() == (KEPT / file).read_bytes(), file
    assert [fault for fault in check(tmp_path) if not fault.missing] == []


@pytest.mark.parametrize("part", BY_HAND)
def test_the_kept_files_say_what_was_worked_out_by_hand(part):
    first = template(part).first
    told = {}
    for row in rows(part):
        if not row[3].startswith("KEYWORD_"):
            told[(row[3], row[5]) if part == "orders" else (row[3],)] = row[first:]
    assert {key: tuple(told[key][: len(cells)]) for key, cells in BY_HAND[part].items()} == BY_HAND[part]


def test_an_upheld_complaint_is_a_reversed_decision():
    told = {(row[4].strip(), row[5]): row[6] for row in rows("appeals")}
    all_, hidden = (
        [told[indicator, scope] for scope in ("Total number", "Decisions upheld", "Decisions partially reversed",
                                              "Decisions reversed", "Median time")]
        for indicator in (
            "Number of complaints submitted to the internal-complaints mechanism",
            "Complaint regarding a decision to remove or disable access to or restrict visibility of information",
        )
    )  # fmt: skip
    assert all_ == hidden == ["3", "1", "0", "1", "48"]  # one after 24 hours, one after 72, one still open
    disputes = "Number of disputes submitted to out-of-court dispute settlement bodies"
    assert [told[disputes, scope] for scope in ("Total number", "Decisions upheld", "Median time")] == [
        "0",
        "0",
        "",
    ]
    assert told[disputes, "Percentage of outcomes implemented"] == "", "nobody here knows it"


def test_what_only_the_operator_knows_is_blank_and_named():
    missing = {(fault.file, fault.column.strip()) for fault in check(KEPT) if fault.missing}
    assert (FILES["summary"], "Value") in missing
    assert (FILES["notices"], "Number of notices received from Trusted flaggers") in missing
    assert (FILES["machines"], "Value") in missing
    assert (FILES["words"], "Value") in missing
    assert not {file for file, _ in missing} & {FILES["names"], FILES["people"], FILES["recipients"]}


def test_a_harm_without_a_category_is_shown_and_not_hidden():
    total = rows("notices")[0]
    assert "Of these, no category is mapped for: other (1)." in total
    assert unmapped(YEAR.last) == {"illegal": ("spam", "adult", "other"), "terms": ("other",)}


def test_every_mapped_category_is_in_the_template_and_in_the_database():
    names = {"illegal": template("illegal"), "terms": template("terms")}
    keywords = database_rules()["keyword_by_category_official_documentation"]
    for harm in harms():
        for kind, found in names.items():
            if mapped := category_of(harm, YEAR.last, illegal=kind == "illegal"):
                assert (mapped.category, mapped.keyword) in {(c, k) for c, k, _ in found.block()}
                assert mapped.keyword in (*keywords[mapped.category], "KEYWORD_OTHER")
                assert bool(mapped.other) == (mapped.keyword == "KEYWORD_OTHER")


def test_every_file_has_the_commissions_headings_and_rows():
    assert {file.name for file in HERE.glob("*.csv")} == set(FILES.values())
    for name, file in FILES.items():
        with (HERE / file).open(newline="", encoding="utf-8") as original:
            assert next(csv.reader(original)) == header(name)
    assert len(rows("orders")) == 3 * 91  # in total, Germany, France
    assert [len(rows(name)) for name in FILES if name != "orders"] == [5, 100, 91, 90, 98, 47, 35, 6, 4, 11]


def test_the_other_reports_say_how_sure_we_are_of_their_law():
    orders, terrorism = (
        json.loads((KEPT / name).read_bytes()) for name in ("orders.json", "terrorist_content.json")
    )
    assert [(line["country"], line["instrument"], line["orders"], line["executed"], line["refused"],
             line["effect_hours"]) for line in orders["lines"]] == [
        ("DE", "national", 1, 0, 1, None), ("FR", "dsa_10", 1, 0, 1, None), ("FR", "dsa_9", 1, 1, 0, 4.0),
        ("TR", "national", 1, 0, 1, None),
    ]  # fmt: skip
    assert (orders["status"], terrorism["status"]) == ("verified", "memory")
    assert terrorism["numbers"]["orders_not_executed"] == 0
    assert terrorism["numbers"]["reviews_by_provider"] is None


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(BadInput):
        Period(date(2027, 1, 2), date(2027, 1, 1))


def rows(name, folder=KEPT):
    return list(csv.reader(io.StringIO((folder / FILES[name]).read_text("utf-8"), newline="")))[1:]


def header(name, folder=KEPT):
    return next(csv.reader(io.StringIO((folder / FILES[name]).read_text("utf-8"), newline="")))


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(KEPT, tmp_path, dirs_exist_ok=True)
    return tmp_path


def spoiled(folder, name, row, column, value):
    """Write one cell anew; `row` as a spreadsheet counts."""
    lines = [header(name, folder), *rows(name, folder)]
    lines[row - 1][column] = value
    (folder / FILES[name]).write_bytes(as_csv(lines).encode())


SPOILS = [
    ("notices", 2, 5, "-1", "A count is a whole number"),
    ("notices", 2, 5, "2.5", "A count is a whole number"),
    ("notices", 2, 9, "six", "A median time is a number of hours"),
    ("notices", 3, 9, "4", "A median of nothing"),
    ("notices", 68, 5, "0", "The keywords below add up to 1, not to 0"),
    ("terms", 2, 5, "9", "The categories add up to 2, not to 9"),
    ("terms", 75, 4, "", "Say what “other” is"),
    ("terms", 70, 3, "KEYWORD_PHISH", "The template has another row here"),
    ("orders", 93, 6, "2", "The States add up to 3, not to 2"),
    ("machines", 4, 6, "98", "A share is a number between 0 and 1"),
    ("summary", 3, 3, "20 Feb 2028", "A date is written YYYY-MM-DD"),
    ("words", 2, 4, "x" * 5001, "At most 5000 characters"),
    ("appeals", 2, 2, "2026-01-01/2026-12-31", "Part 1 says 2027-01-01/2027-12-31"),
    ("appeals", 2, 1, "Another service", "One report is about one service"),
]


@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil[-1])
def test_each_fault_is_explained_with_its_place(copy, spoil):
    name, row, column, value, rule = spoil
    before = set(map(str, check(copy)))
    spoiled(copy, name, row, column, value)
    found = [str(fault) for fault in check(copy) if not fault.missing and str(fault) not in before]
    assert any(rule in fault for fault in found), found


def test_a_file_that_is_missing_or_has_other_headings_is_named(copy):
    (copy / FILES["people"]).unlink()
    spoiled(copy, "names", 1, 0, "Label")
    assert {(fault.file, fault.row) for fault in check(copy) if not fault.missing} == {
        (FILES["people"], 0),
        (FILES["names"], 1),
    }


def test_rows_that_are_missing_are_named(copy):
    (copy / FILES["illegal"]).write_bytes(as_csv([header("illegal"), *rows("illegal")[:-1]]).encode())
    assert any("Rows are missing" in fault.rule for fault in check(copy))


def test_other_may_come_twice_with_two_descriptions(copy):
    lines = [header("terms"), *rows("terms")]
    again = list(lines[74])
    again[4], again[5:21] = "Another scam", ["0"] * 16
    (copy / FILES["terms"]).write_bytes(as_csv([*lines[:75], again, *lines[75:]]).encode())
    assert [fault for fault in check(copy) if not fault.missing] == []


@pytest.mark.django_db
def test_the_command_writes_the_eleven_files_and_says_what_is_missing(tmp_path):
    told = CliRunner().invoke(
        app, ["harmonised", "--from", "2026-01-01", "--to", "2026-12-31", "--out", str(tmp_path)]
    )
    assert told.exit_code == 0, told.output
    assert "0 faults" in told.output
    assert {file.name for file in tmp_path.iterdir()} == set(FILES.values())
    assert "the period is over after 2026-12-31 (UTC)" in told.output
    spoiled(tmp_path, "notices", 2, 5, "many")
    again = CliRunner().invoke(app, ["check", str(tmp_path)])
    assert again.exit_code == 1
    assert (
        f"WRONG  {FILES['notices']}, row 2, Number of notices received: A count is a whole number"
        in again.output
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["harmonised", "--from", "2026-13-01", "--to", "2026-12-31", "--out", "o"], "does not match"),
        (["harmonised", "--from", "2026-01-01", "--to", "2026-12-31", "--out", __file__], "is a file"),
        (["check", "/nowhere"], "does not exist"),
    ],
)
def test_what_was_typed_wrong_is_named(typed, said):
    told = CliRunner().invoke(app, typed)
    assert (told.exit_code, said in " ".join(told.output.split())) == (2, True), told.output
