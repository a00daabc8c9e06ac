"""Read the rulebook: the value in force on a day, with its source. Files are read once per process."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from steelyard.base.errors import Broken

HERE = Path(__file__).parent
PLAIN = "en"


@dataclass(frozen=True)
class Fact:
    """One dated fact of law. `status` is verified, secondary, memory, or house (our own promise)."""

    name: str
    value: Any
    source: str
    status: str
    since: date

    def period(self) -> timedelta:
        """The value as a duration. A month counts 31 days, a year 366: a window we owe is never cut short."""
        return _duration(self.value)


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


@dataclass(frozen=True)
class Element:
    id: str
    article: str


@dataclass(frozen=True)
class Instrument:
    id: str
    names: Mapping[str, str]
    source: str
    status: str
    clock: str
    elements: tuple[Element, ...]

    def name(self, language: str) -> str:
        return self.names.get(language, self.names[PLAIN])


def fact(name: str, on: date) -> Fact:
    """The fact `file.name` (for example "dsa.complaint_window") in force on `on`."""
    file, _, key = name.partition(".")
    dated = _read(f"law/{file}.yaml").get(key) or {}
    in_force = [since for since in dated if since <= on]
    if not in_force:
        raise Broken(f"The rulebook has no value for {name} on {on}.", do="Add it with its source.")
    since = max(in_force)
    return Fact(name, dated[since]["value"], dated[since]["source"], dated[since]["status"], since)


@cache
def harms() -> Mapping[str, Harm]:
    """What we count by, in the order of the file."""
    return {
        id_: Harm(id_, given["severity"], {k: v for k, v in given.items() if k != "severity"})
        for id_, given in _read("harms.yaml").items()
    }


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
    return {
        id_: Instrument(
            id_,
            given["name"],
            given["source"],
            given["status"],
            given["clock"],
            tuple(Element(**element) for element in given["elements"]),
        )
        for id_, given in _read("law/instruments.yaml").items()
    }


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
    return yaml.safe_load((HERE / name).read_text()) or {}


def _duration(text: str) -> timedelta:
    """ISO 8601 durations as the law files write them: PT1H, P3D, P2W, P6M, P1Y."""
    if text.startswith("P") and text[1:-1].isdigit() and text[-1] in "WMY":
        return timedelta(days=int(text[1:-1]) * {"W": 7, "M": 31, "Y": 366}[text[-1]])
    return msgspec.convert(text, timedelta)
