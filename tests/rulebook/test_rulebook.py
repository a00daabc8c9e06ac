from datetime import date, timedelta

import pytest
import yaml

from steelyard.base.config import Config
from steelyard.base.errors import Broken
from steelyard.rulebook.countries import countries, country_name, known
from steelyard.rulebook.queries import HERE, clock_of, fact, harms, instruments, rule, rules

LANGUAGES = Config().languages
FACTS = {
    f"{file.stem}.{name}": dated
    for file in sorted((HERE / "law").glob("*.yaml"))
    for name, dated in yaml.safe_load(file.read_text()).items()
}
TERMS = {file.stem: yaml.safe_load(file.read_text()) for file in sorted((HERE / "terms").glob("*.yaml"))}
STATUSES = {"verified", "secondary", "memory", "house"}
TODAY = date(2026, 11, 21)


@pytest.mark.parametrize("name", FACTS)
def test_every_fact_has_a_day_a_value_a_source_and_says_how_sure_we_are(name):
    for since, given in FACTS[name].items():
        assert isinstance(since, date)
        assert set(given) == {"value", "source", "status"}
        assert given["source"].strip()
        assert given["status"] in STATUSES
        assert (given["status"] == "house") == name.startswith("house.")


@pytest.mark.parametrize("name", FACTS)
def test_before_its_first_day_a_fact_is_not_guessed(name):
    first = min(FACTS[name])
    assert fact(name, first).since == first
    with pytest.raises(Broken, match="no value"):
        fact(name, first - timedelta(days=1))


def test_a_fact_nobody_wrote_down_is_not_guessed():
    with pytest.raises(Broken):
        fact("dsa.invented", TODAY)


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("dsa.complaint_window", 186),  # six months of 31 days: never shorter than six months
        ("tco.removal_order_executed", 1 / 24),
        ("tco.complainant_informed", 14),
        ("house.follow_link_valid", 366),
        ("dsa.dispute_body", 90),
    ],
)
def test_a_period_is_never_shorter_than_the_law_gives(name, days):
    assert fact(name, TODAY).period() == timedelta(days=days)


@pytest.mark.parametrize("name", harms())
def test_every_harm_has_a_name_in_every_language_and_a_place_in_the_queue(name):
    harm = harms()[name]
    assert set(harm.names) == set(LANGUAGES)
    assert all(text.strip() for text in harm.names.values())
    assert harm.severity in range(1, 5)


@pytest.mark.parametrize("file", TERMS)
def test_every_rule_of_the_terms_exists_in_every_language(file):
    given = TERMS[file]
    assert given["id"] == f"terms.{file}"
    assert given["harm"] in harms()
    for since, texts in given["versions"].items():
        assert isinstance(since, date)
        assert set(texts) == set(LANGUAGES)
        for text in texts.values():
            assert set(text) == {"title", "text"}
            assert all(part.strip() for part in text.values())


def test_every_harm_but_the_last_resort_has_a_rule():
    ours = rules(TODAY)
    about_people = ours.pop("terms.misuse")  # how often somebody does it, whatever the harm
    assert about_people.harm == "other"
    assert {found.harm for found in ours.values()} == set(harms()) - {"other"}


def test_no_rule_is_in_force_before_its_first_version():
    assert rules(date(2025, 12, 31)) == {}
    with pytest.raises(Broken, match="no rule"):
        rule("terms.scam", date(2025, 12, 31))


@pytest.mark.parametrize("name", instruments())
def test_every_instrument_has_a_clock_a_name_in_every_language_and_its_elements(name):
    instrument = instruments()[name]
    assert clock_of(name, TODAY).period() > timedelta(0)
    assert set(instrument.names) == set(LANGUAGES)
    assert instrument.source
    assert instrument.status in STATUSES
    assert {"authority", "targets"} <= {element.id for element in instrument.elements}
    assert all(element.article for element in instrument.elements)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_country_has_a_name_in_every_language(language):
    offered = countries(language)
    assert len(offered) == len({name for _, name in offered}) > 240
    assert all(name != code for code, name in offered)


def test_a_code_that_is_no_country_is_shown_as_it_is():
    assert (country_name("fr", "ar"), country_name("ZZ", "fr"), known("ZZ")) == ("فرنسا", "ZZ", False)
