import shutil
from datetime import date

import pytest

from steelyard.orders.assessment import Words
from steelyard.orders.consistency import compare
from steelyard.rulebook.law import LAW, law_on
from tests.orders.papers import paper

TODAY = date(2026, 11, 21)


@pytest.fixture
def biased(tmp_path):
    """The rulebook with one line changed for the worse."""

    def change(file, old, new, decided=()):
        folder = tmp_path / "law"
        shutil.copytree(LAW, folder)
        text = (folder / file).read_text()
        assert text.count(old) == 1
        (folder / file).write_text(text.replace(old, new))
        return compare(law_on(TODAY, folder), decided)

    return change


def test_the_rulebook_treats_like_alike():
    report = compare(law_on(TODAY))
    assert report.biased == ()
    assert report.orders > 200


def test_what_the_law_explains_is_listed_with_the_fact():
    explained = {(one.check, one.other): one.facts for one in compare(law_on(TODAY)).explained}
    assert "finding.RU" in explained["gate", "RU"]
    assert {check for check, _ in explained} == {"gate"}


def test_a_language_in_which_protest_is_not_protected_is_found(biased):
    report = biased(
        "desk/speech.yaml",
        next(
            line.strip() for line in (LAW / "desk/speech.yaml").read_text().splitlines() if '"مظاهر*"' in line
        ),
        "ar: []",
    )
    assert {(one.swapped, one.other, one.check) for one in report.biased} == {
        ("language", "ar", "protected_speech")
    }
    assert all("speech.topics.protest" in one.facts for one in report.biased)


def test_a_requester_who_is_preferred_without_a_law_is_found(biased):
    report = biased(
        "instruments/dsa_9.yaml",
        "who: [judge, court, investigating_judge, prosecutor, police, administrative], "
        'article: "Art. 9(1)", status: verified',
        'who: [judge, court, police], article: "house rule", status: house',
    )
    assert {(one.order, one.swapped, one.other, one.check) for one in report.biased} == {
        ("dsa_9/march", "requester", "prosecutor", "competence"),
        ("dsa_9/molotov", "requester", "prosecutor", "competence"),
    }
    assert all("instruments.dsa_9.issuers" in one.facts for one in report.biased)


def test_a_rule_that_takes_a_side_is_found(biased):
    report = biased("desk/speech.yaml", '    en: ["molotov*"', '    en: ["against government", "molotov*"')
    politics = [one for one in report.biased if one.swapped == "politics"]
    assert {(one.one, one.check) for one in politics} == {("against (en)", "protected_speech")}
    assert all("“against government”" in one.facts for one in politics)


def test_a_state_that_is_gated_by_our_own_opinion_is_found(biased):
    report = biased(
        "desk/jurisdictions.yaml",
        "findings:\n",
        "findings:\n  DE:\n    2026-01-01: {value: disliked, source: Our own opinion, status: house}\n",
    )
    assert {(one.swapped, one.other, one.check) for one in report.biased} == {("country", "DE", "gate")}
    assert all("finding.DE" in one.facts for one in report.biased)


def test_a_rule_that_takes_a_side_is_found_on_a_decided_order_too(biased):
    rally = paper(
        harm="violence", contents=(Words(text="Everyone comes to the opposition rally on Saturday."),)
    )
    decided = [("decided/7K3PW", rally)]
    assert not compare(law_on(TODAY), decided).biased
    report = biased(
        "desk/speech.yaml", '    en: ["molotov*"', '    en: ["opposition rally", "molotov*"', decided=decided
    )
    found = [one for one in report.biased if one.order == "decided/7K3PW"]
    assert {(one.swapped, one.check) for one in found} == {("politics", "protected_speech")}
    assert all("“opposition rally”" in one.facts for one in found)
