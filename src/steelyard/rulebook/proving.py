"""Prove the rulebook: every fact a source and a status, every clock an article, every rule a test."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from steelyard.base.errors import Broken, SteelyardError
from steelyard.rulebook.countries import known
from steelyard.rulebook.law import LAW, Law, instrument_files, law_on, read
from steelyard.rulebook.shapes import Clock, Instrument, RedLineConcepts, RedLineWords

LANGUAGES = ("en", "fr", "ru", "ar", "fa")
ELEMENTS = (
    "authority", "issuer", "reference", "targets", "legal_basis", "reasons", "redress", "territory", "data",
    "offence", "emergency",
)  # fmt: skip
"""What an order can be asked for: the form, the schema and the desk know these and no others."""
_PLACE = re.compile(
    r"\bArt\. ?\d|§ ?\d|\brule \d|\brecitals? \d|\bAnnex |\bno\. \d|\bs\. ?\d|\bAct"
    r"|\bthe (?:law|treaty|time|service|section)"
    r"|house rule|own (?:rule|promise|declaration)"
)
CHECKOUT = Path(__file__).resolve().parents[3]


def problems(folder: Path = LAW, tests: Path = CHECKOUT) -> list[str]:
    """Everything that is wrong with the rulebook, in words; an empty list when it is fit for use."""
    try:
        found = [line for day in days(folder) for line in _on(law_on(day, folder), tests)]
        found += list(_names(folder))
    except SteelyardError as fault:
        return [str(fault)]
    return list(dict.fromkeys(found))


def days(folder: Path = LAW) -> list[date]:
    """Every day since the service opened on which some value of the rulebook changes.

    Our own promises begin with the first day of house.yaml: nothing was answered before it.
    """
    opened = min(_dates(read("house.yaml", folder)))
    found: set[date] = set()
    for file in folder.rglob("*.yaml"):
        found |= set(_dates(read(str(file.relative_to(folder)), folder)))
    return sorted(day for day in found if day >= opened)


def counted(folder: Path = LAW) -> dict[str, int]:
    """How many statements of the rulebook are verified, secondary, from memory, or our own promise."""
    found = dict.fromkeys(("verified", "secondary", "memory", "house"), 0)
    for file in folder.rglob("*.yaml"):
        for status in _statuses(read(str(file.relative_to(folder)), folder)):
            found[status] += 1
    return found


def _dates(given: Any) -> Iterator[date]:
    if isinstance(given, Mapping):
        for key, value in given.items():
            if isinstance(key, date):
                yield key
            yield from _dates(value)


def _statuses(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        if "status" in given:
            yield str(given["status"])
        given = list(given.values())
    if isinstance(given, list):
        for value in given:
            yield from _statuses(value)


def _on(law: Law, tests: Path) -> Iterator[str]:
    dated = [law.facts, law.groups, law.treaties, law.findings, law.safeguards_of_gate]
    for name, fact in ((n, f) for each in dated for n, f in each.items()):
        if not fact.source.strip():
            yield f"{name} has no source."
        if (fact.status == "house") != fact.name.startswith(("house.", "gate.")) and each_is_law(fact.name):
            yield f"{name}: only our own promises are marked house."
    yield from _indices(law)
    for each in law.instruments.values():
        yield from _instrument(law, each)
    for name, line in law.red_lines.items():
        yield from _tested(f"red line {name}", line.tested_by, tests)
        yield from _spoken(f"red line {name}", line.terms)
    if law.red_line_words:
        yield from _red_line_words(law, law.red_line_words)
    for name, guard in law.safeguards.items():
        yield from _tested(f"safeguard {name}", guard.tested_by, tests)
    for name, rule in law.checks.items():
        yield from _tested(f"check {name}", rule.tested_by, tests)
    if law.red_line_concepts:
        yield from _red_line_concepts(law, law.red_line_concepts)
    if law.speech:
        yield from _spoken("speech: violence", law.speech.violence)
        for topic, terms in law.speech.topics.items():
            yield from _spoken(f"speech: {topic}", terms)


def _indices(law: Law) -> Iterator[str]:
    for name, index in law.indices.items():
        for country, value in index.values.items():
            if not known(country) or not value.source.strip() or not value.edition.strip():
                yield f"index {name}, {country}: a value needs its State, its edition and its source."


def _red_line_words(law: Law, words: RedLineWords) -> Iterator[str]:
    for grade, by_line in (("strict", words.strict), ("doubtful", words.doubtful), ("wide", words.wide)):
        for line, terms in by_line.items():
            if line not in law.red_lines:
                yield f"red line words: nobody knows the red line “{line}”."
            if grade != "wide":
                yield from _spoken(f"red line words: {line}", terms)
    for name in ("named", "asks", "not_before", "not_after", "haste"):
        yield from _spoken(f"red line words: {name}", getattr(words, name))


def _red_line_concepts(law: Law, given: RedLineConcepts) -> Iterator[str]:
    for line, rules in given.rules.items():
        if line not in law.red_lines:
            yield f"red line concepts: nobody knows the red line “{line}”."
        named = {name for rule in rules for name in (*"|".join(rule.of).split("|"), *rule.unless)}
        for name in sorted(named - set(given.concepts)):
            yield f"red line concepts: {line} rests on “{name}”, which has no words."


def each_is_law(name: str) -> bool:
    """Facts of the law files; groups, treaties and findings carry their own marks."""
    return not name.startswith(("group.", "treaty.", "finding.", "gate."))


def _instrument(law: Law, one: Instrument) -> Iterator[str]:
    version = one.version
    if not version.clocks:
        yield f"{one.id} has no clock."
    for clock in version.clocks:
        yield from _clock(law, one.id, clock)
    articles = (*version.elements, *version.issuers, *version.answers, version.secrecy, version.language)
    for each in articles:
        if not _PLACE.search(each.article):
            yield f"{one.id}: “{each.article}” names no article."
    for element in version.elements:
        if element.id not in ELEMENTS:
            yield f"{one.id}: nobody knows how to ask for “{element.id}”."
    for row in version.issuers:
        yield from (f"{one.id}: unknown issuer “{who}”." for who in row.who if who not in law.issuers)
        yield from (f"{one.id}: unknown data “{name}”." for name in row.data or () if name not in law.data)
    for name in (version.secrecy.limit, *(row.validated_within for row in version.issuers)):
        if name and name not in law.facts:
            yield f"{one.id}: there is no fact {name} on {law.day}."
    if version.sent_from and version.sent_from not in law.groups:
        yield f"{one.id}: nobody knows the States of “{version.sent_from}” on {law.day}."
    if version.only_country and not known(version.only_country):
        yield f"{one.id}: “{version.only_country}” is no country."


def _clock(law: Law, id_: str, clock: Clock) -> Iterator[str]:
    if not _PLACE.search(clock.article):
        yield f"{id_}: the clock {clock.fact} has no article."
    if clock.fact not in law.facts:
        yield f"{id_}: the clock {clock.fact} has no value on {law.day}."
        return
    try:
        law.fact(clock.fact).period()
    except (ValueError, TypeError, Broken):
        yield f"{id_}: {clock.fact} is no period."
    for pause in clock.pauses:
        if not _PLACE.search(pause.article):
            yield f"{id_}: a pause of {clock.fact} has no article."


def _tested(what: str, where: str, tests: Path) -> Iterator[str]:
    """A rule names its test; in a checkout the test has to be there."""
    file, _, test = where.partition("::")
    if not test:
        yield f"{what} names no test."
    elif (tests / "tests").is_dir() and not _there(tests / file, test):
        yield f"{what}: there is no test {where}."


def _there(file: Path, test: str) -> bool:
    return file.is_file() and f"def {test}(" in file.read_text()


def _spoken(what: str, terms: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"{what} has no words in {language}." for language in LANGUAGES if not terms.get(language))


def _names(folder: Path) -> Iterator[str]:
    named: dict[str, Mapping[str, str]] = {one.id: one.name for one in instrument_files(folder)}
    named |= {f"issuer {id_}": names for id_, names in read("desk/issuers.yaml", folder).items()}
    for file in ("redlines", "data"):
        named |= {f"{file} {id_}": given["name"] for id_, given in read(f"desk/{file}.yaml", folder).items()}
    for id_, names in named.items():
        yield from (f"{id_} has no name in {language}." for language in LANGUAGES if not names.get(language))
