"""The law as it stood on a day, read whole from a folder of files: everything an assessment may rest on."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from steelyard.base.errors import Broken
from steelyard.base.written import read_yaml
from steelyard.rulebook.shapes import (
    Category,
    Fact,
    Index,
    Instrument,
    InstrumentFile,
    Ladder,
    RedLine,
    RedLineConcepts,
    RedLineWords,
    Rule,
    Safeguard,
    Speech,
    Version,
)

HERE = Path(__file__).parent
LAW = HERE / "law"
T = TypeVar("T")


class Law(msgspec.Struct, frozen=True, kw_only=True):
    """All that was in force on `day`. What no file says is not in here, and is not guessed."""

    day: date
    digest: str
    """SHA-256 of the files, hexadecimal: two assessments with the same digest used the same rules."""
    facts: Mapping[str, Fact]
    instruments: Mapping[str, Instrument]
    groups: Mapping[str, Fact]
    treaties: Mapping[str, Fact]
    findings: Mapping[str, Fact]
    safeguards_of_gate: Mapping[str, Fact]
    indices: Mapping[str, Index]
    red_lines: Mapping[str, RedLine]
    red_line_words: RedLineWords | None
    red_line_concepts: RedLineConcepts | None
    safeguards: Mapping[str, Safeguard]
    speech: Speech | None
    ladder: Ladder | None
    data: Mapping[str, Category]
    issuers: Mapping[str, Mapping[str, str]]
    checks: Mapping[str, Rule]

    def fact(self, name: str) -> Fact:
        """The fact `file.name`. Raises Broken when none was in force on the day."""
        try:
            return self.facts[name]
        except KeyError:
            raise Broken(
                f"The rulebook has no value for {name} on {self.day}.", do="Add it with its source."
            ) from None

    def members(self, group: str) -> tuple[str, ...]:
        """Countries of a group of States on the day; none before its first day."""
        found = self.groups.get(group)
        return tuple(found.value) if found else ()


@lru_cache(maxsize=64)
def law_on(day: date, folder: Path = LAW) -> Law:
    """The law in force on `day`. Raises Broken where a file is not written as `shapes` says."""
    desk = {name: read(f"desk/{name}.yaml", folder) for name in _DESK}
    places = desk["jurisdictions"]
    return Law(
        day=day,
        digest=digest(folder),
        facts={fact.name: fact for fact in _facts(folder, day)},
        instruments=_instruments(folder, day),
        groups=_dated(places["groups"], day, "group"),
        treaties=_dated(places["treaties"], day, "treaty"),
        findings=_dated(places["findings"], day, "finding"),
        safeguards_of_gate=_dated(places["safeguards"], day, "gate"),
        indices={id_: _index(id_, given, day) for id_, given in places["indices"].items()},
        red_lines=_named(desk["redlines"], day, RedLine),
        red_line_words=_whole(desk["redline_words"], day, RedLineWords),
        red_line_concepts=_whole(desk["redline_concepts"], day, RedLineConcepts),
        safeguards=_named(desk["safeguards"], day, Safeguard, newest),
        speech=_whole(desk["speech"], day, Speech),
        ladder=_whole(desk["ladder"], day, Ladder),
        data=_named(desk["data"], day, Category),
        issuers=desk["issuers"],
        checks={id_: _made(given, Rule, id_) for id_, given in desk["checks"].items()},
    )


_DESK = (
    "jurisdictions", "redlines", "redline_words", "redline_concepts", "safeguards", "speech", "ladder", "data",
    "issuers", "checks",
)  # fmt: skip


@cache
def read(name: str, folder: Path = LAW) -> dict[Any, Any]:
    return read_yaml(folder / name) or {}


@cache
def digest(folder: Path = LAW) -> str:
    """SHA-256 over the names and contents of all files of the folder."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*.yaml")):
        found.update(f"{file.relative_to(folder)}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()


@cache
def instrument_files(folder: Path = LAW) -> tuple[InstrumentFile, ...]:
    """Every instrument with all its versions, in the order in which they are offered."""
    files = sorted((folder / "instruments").glob("*.yaml"))
    made = (
        _made(read(f"instruments/{file.name}", folder), InstrumentFile, f"instruments/{file.name}")
        for file in files
    )
    return tuple(sorted(made, key=lambda one: one.place))


def newest(dated: Mapping[Any, T], day: date) -> tuple[date, T] | None:
    """The value in force on `day` and its first day; None before the first."""
    in_force = [since for since in dated if isinstance(since, date) and since <= day]
    return (max(in_force), dated[max(in_force)]) if in_force else None


def standing(dated: Mapping[Any, T], day: date) -> tuple[date, T] | None:
    """As `newest`; before the first day the first value. So what we rule ourselves holds for every order that is
    weighed here, however old: it is we who answer today."""
    return newest(dated, day) or newest(
        dated, min((one for one in dated if isinstance(one, date)), default=day)
    )


def _in_force(dated: Mapping[Any, Any], day: date) -> tuple[date, Any] | None:
    """Law by its day; our own rule always."""
    found = standing(dated, day)
    return found if found and (found[0] <= day or found[1]["status"] == "house") else None


def _facts(folder: Path, day: date) -> list[Fact]:
    found: list[Fact] = []
    for file in sorted(folder.glob("*.yaml")):
        found += _dated(read(file.name, folder), day, file.stem).values()
    return found


def _dated(all_: Mapping[str, Any], day: date, prefix: str) -> dict[str, Fact]:
    found = {id_: _in_force(dated, day) for id_, dated in all_.items()}
    return {
        id_: _made({**one[1], "name": f"{prefix}.{id_}", "since": one[0]}, Fact, f"{prefix}.{id_}")
        for id_, one in found.items()
        if one
    }


def _instruments(folder: Path, day: date) -> dict[str, Instrument]:
    found = ((file, _version(file, day)) for file in instrument_files(folder))
    return {
        file.id: Instrument(id=file.id, names=file.name, since=one[0], version=one[1])
        for file, one in found
        if one
    }


def _version(file: InstrumentFile, day: date) -> tuple[date, Version] | None:
    found = standing(file.versions, day)
    return found if found and (found[0] <= day or found[1].status == "house") else None


def _index(id_: str, given: Mapping[str, Any], day: date) -> Index:
    """With the edition of each State's value that was out on the day."""
    found = {country: newest(dated, day) for country, dated in given["values"].items()}
    values = {country: {**one[1], "since": one[0]} for country, one in found.items() if one}
    return _made({**given, "values": values}, Index, f"index.{id_}")


def _named(
    all_: Mapping[str, Any], day: date, shape: type[T], of_the_day: Callable[..., Any] = standing
) -> dict[str, T]:
    found: dict[str, T] = {}
    for id_, given in all_.items():
        if one := of_the_day(given, day):
            names = {"names": given["name"]} if "name" in given else {}
            found[id_] = _made({**one[1], **names, "id": id_, "since": one[0]}, shape, id_)
    return found


def _whole(given: Mapping[Any, Any], day: date, shape: type[T]) -> T | None:
    one = standing(given, day)
    return _made({**one[1], "since": one[0]}, shape, shape.__name__) if one else None


def _made(given: Any, shape: type[T], where: str) -> T:
    try:
        return msgspec.convert(given, shape)
    except msgspec.ValidationError as fault:
        raise Broken(f"The rulebook cannot be read at {where}.", str(fault), "Correct that line.") from fault
