"""The gate with its history: what was recorded about whom, since when, on whose word. Published as it stands."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from steelyard.rulebook.law import read

_FILE = "desk/jurisdictions.yaml"
_SECTIONS = {"findings": "finding", "treaties": "treaty", "safeguards": "safeguard", "groups": "group"}


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the gate knew on a day."""

    kind: str
    """finding, treaty, safeguard, group or index"""
    about: str
    """Country, ISO 3166-1 alpha-2, or the name of a safeguard or group; of an index: its name and the country"""
    value: Any
    source: str
    status: str
    since: date


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one day changed: the line before, if there was one, and the line after."""

    day: date
    before: Line | None
    after: Line
    added: tuple[str, ...] = ()
    """For a group: who came in"""
    removed: tuple[str, ...] = ()


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """The whole gate as a file: what is in force, what is unknown, and every change, the newest first."""

    type: str = "steelyard-gate/v1"
    day: date
    in_force: tuple[Line, ...]
    unknown: tuple[str, ...]
    """Indices of others for which no value has a source here: no score is made of them."""
    changes: tuple[Change, ...]


def gate_on(day: date) -> Gate:
    """The gate in force on `day`, with every change up to it."""
    lives = [life for life in _lives() if life[0].since <= day]
    known = [[line for line in life if line.since <= day] for life in lives]
    changes = [change for life in known for change in _changes(life)]
    indices = read(_FILE).get("indices", {})
    return Gate(
        day=day,
        in_force=tuple(life[-1] for life in known),
        unknown=tuple(f"{one['publisher']}: {one['title']}" for one in indices.values() if not one["values"]),
        changes=tuple(
            sorted(changes, key=lambda one: (one.day, one.after.kind, one.after.about), reverse=True)
        ),
    )


def _lives() -> Iterator[list[Line]]:
    """Each thing with all its dated values, the oldest first."""
    found: Mapping[str, Any] = read(_FILE)
    for name, index in found.get("indices", {}).items():
        for country, dated in index["values"].items():
            yield [
                Line(kind="index", about=f"{name} {country}", value=f"{given['value']} ({given['edition']})",
                     since=since, source=given["source"], status=given["status"])
                for since, given in sorted(dated.items())
            ]  # fmt: skip
    for section, kind in _SECTIONS.items():
        for about, dated in found.get(section, {}).items():
            yield [
                Line(kind=kind, about=about, since=since, value=given["value"], source=given["source"],
                     status=given["status"])
                for since, given in sorted(dated.items())
            ]  # fmt: skip


def _changes(life: list[Line]) -> Iterator[Change]:
    for before, after in zip([None, *life], life, strict=False):
        old = set(before.value) if before and isinstance(before.value, list) else set()
        new = set(after.value) if isinstance(after.value, list) else set()
        yield Change(
            day=after.since, before=before, after=after, added=tuple(sorted(new - old)) if old else (),
            removed=tuple(sorted(old - new)),
        )  # fmt: skip
