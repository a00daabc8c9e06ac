"""Read the rulebook: the value in force on a day, with its source. Files are read once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from steelyard.base.errors import Broken
from steelyard.base.written import read_yaml
from steelyard.rulebook.law import instrument_files, law_on, newest
from steelyard.rulebook.law import read as _law
from steelyard.rulebook.shapes import PLAIN, Element, Fact, Instrument

__all__ = [
    "HERE", "Element", "Fact", "Harm", "Instrument", "Rule", "clock_of", "daily_harms", "data_categories", "fact",
    "ground_name", "harms", "instruments", "issuers", "law_on", "promises", "rule", "rules",
]  # fmt: skip

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Harm:
    id: str
    severity: int
    names: Mapping[str, str]

    def name(self, language: str) -> str:
        return self.names.get(language, self.names[PLAIN])


@dataclass(frozen=True)
class Rule:
    """A rule of the terms in the version in force on a day."""

    id: str
    harm: str
    version: date
    texts: Mapping[str, Mapping[str, str]]

    def title(self, language: str) -> str:
        return self.texts.get(language, self.texts[PLAIN])["title"]

    def text(self, language: str) -> str:
        return self.texts.get(language, self.texts[PLAIN])["text"]


def fact(name: str, on: date) -> Fact:
    """The fact `file.name` (for example "dsa.complaint_window") in force on `on`."""
    file, _, key = name.partition(".")
    found = newest(_law(f"{file}.yaml").get(key) or {}, on)
    if not found:
        raise Broken(f"The rulebook has no value for {name} on {on}.", do="Add it with its source.")
    return Fact(name=name, since=found[0], **found[1])


@cache
def harms() -> Mapping[str, Harm]:
    """What we count by, in the order of the file."""
    return {
        id_: Harm(id_, given["severity"], {k: v for k, v in given.items() if k != "severity"})
        for id_, given in _read("harms.yaml").items()
    }


@cache
def daily_harms() -> tuple[str, ...]:
    """Harms that have a daily report of their own in the operator's channel: daily.yaml, the operator's own list."""
    return tuple(_read("daily.yaml")["harms"])


@cache
def promises() -> Mapping[str, Mapping[str, Any]]:
    """The operator's dated public goals, by id: promises.yaml says what each holds."""
    return {id_: dict(goal) for id_, goal in _read("promises.yaml").items()}


def rules(on: date) -> Mapping[str, Rule]:
    """The terms in force on `on`, by id."""
    found = (_rule(file.name, on) for file in sorted((HERE / "terms").glob("*.yaml")))
    return {rule.id: rule for rule in found if rule}


def rule(id_: str, on: date) -> Rule:
    """One rule of the terms. Raises Broken when a decision names a rule that does not exist."""
    try:
        return rules(on)[id_]
    except KeyError:
        raise Broken(f"The terms have no rule {id_} on {on}.", do="Name a rule of the rulebook.") from None


@cache
def instruments() -> Mapping[str, Instrument]:
    """Everything an authority can send, each in its newest version, in the order in which it is offered."""
    newest_of = {one.id: max(one.versions.items()) for one in instrument_files()}
    return {
        one.id: Instrument(
            id=one.id, names=one.name, since=newest_of[one.id][0], version=newest_of[one.id][1]
        )
        for one in instrument_files()
    }


def issuers() -> Mapping[str, Mapping[str, str]]:
    """Kinds of authority that can stand behind an order, with their names by language."""
    return _law("desk/issuers.yaml")


def data_categories() -> Mapping[str, Mapping[str, str]]:
    """Categories of data an order can ask for, with their names by language."""
    return {id_: given["name"] for id_, given in _law("desk/data.yaml").items()}


def clock_of(instrument: str, on: date) -> Fact:
    """The clock that an order under `instrument`, arrived on `on`, starts."""
    return fact(instruments()[instrument].clock, on)


@cache
def _rule(file: str, on: date) -> Rule | None:
    given = _read(f"terms/{file}")
    in_force = [since for since in given["versions"] if since <= on]
    if not in_force:
        return None
    version = max(in_force)
    return Rule(given["id"], given["harm"], version, given["versions"][version])


@cache
def _read(name: str) -> dict[Any, Any]:
    return read_yaml(HERE / name) or {}


@lru_cache(maxsize=16)
def _titles(language: str, on: date) -> Mapping[str, str]:
    return {id_: rule.title(language) for id_, rule in rules(on).items()}


def ground_name(id_: str, on: date, language: str) -> str:
    """What a ground, `terms.<rule>` or `law.<instrument>`, is called; "" for none."""
    law = instruments().get(id_.removeprefix("law.")) if id_.startswith("law.") else None
    return law.name(language) if law else _titles(language, on).get(id_, "")
