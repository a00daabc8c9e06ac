"""Published indices: the edition that was out on the day an order arrived, with its age, and no score of ours."""

import shutil
from datetime import UTC, date, datetime

import pytest

from steelyard.orders.assessment import assess
from steelyard.rulebook.law import LAW, law_on, read
from steelyard.rulebook.proving import problems
from tests.orders.papers import SEAT, paper

PLANTED = """values: {BR: {
    2026-03-01: {value: 0.5, edition: "2025", source: "An invented index, 2025", status: secondary},
    2026-11-10: {value: 0.4, edition: "2026", source: "An invented index, 2026", status: verified}}}}"""


@pytest.fixture
def folder(tmp_path):
    """The rulebook with two editions of one index, invented."""
    shutil.copytree(LAW, tmp_path / "law")
    file = tmp_path / "law" / "desk" / "jurisdictions.yaml"
    text = file.read_text()
    assert "title: Rule of Law Index, values: {}}" in text
    file.write_text(
        text.replace("title: Rule of Law Index, values: {}}", f"title: Rule of Law Index, {PLANTED}")
    )
    return tmp_path / "law"


def gate(folder, day, country="BR"):
    asked = paper("national", country, arrived_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    return assess(asked, law_on(day, folder), seat=SEAT).check("gate")


@pytest.mark.parametrize(
    ("day", "told", "source"),
    [
        (date(2026, 11, 20), "2026: 0.4 (published 2026-11-10, 10 days old)", "An invented index, 2026"),
        (date(2026, 11, 9), "2025: 0.5 (published 2026-03-01, 253 days old)", "An invented index, 2025"),
        (date(2026, 11, 10), "2026: 0.4 (published 2026-11-10, 0 days old)", "An invented index, 2026"),
    ],
)
def test_the_edition_that_was_out_on_the_day_of_arrival_is_the_one_shown_with_its_age(
    folder, day, told, source
):
    check = gate(folder, day)
    assert check.found[0] == f"World Justice Project, Rule of Law Index {told}"
    assert [cite.source for cite in check.rests_on] == [source]
    assert check.found[1:] == ("freedom_on_the_net: unknown", "press_freedom: unknown")


def test_a_newer_edition_changes_nothing_about_an_order_that_came_before_it(folder):
    before = gate(folder, date(2026, 11, 9))
    assert "0.4" not in " ".join(before.found)


def test_an_old_edition_says_that_it_is_old_and_a_value_decides_nothing(folder):
    old = gate(folder, date(2028, 1, 10))
    assert "old: look for a newer edition" in old.found[0]
    assert (old.result, old.leads_to) == (gate(LAW, date(2028, 1, 10)).result, "") == ("person", "")


def test_before_the_first_edition_it_is_unknown(folder):
    assert gate(folder, date(2026, 2, 28)).found[-1] == "rule_of_law: unknown"


def test_the_rulebook_is_fit_for_use_with_it_and_not_without_its_source(folder):
    assert problems(folder) == []
    file = folder / "desk" / "jurisdictions.yaml"
    file.write_text(file.read_text().replace('source: "An invented index, 2026"', 'source: ""'))
    law_on.cache_clear()
    read.cache_clear()
    assert problems(folder) == ["index rule_of_law, BR: a value needs its State, its edition and its source."]
