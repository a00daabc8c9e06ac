"""How long a sign-in lasts and how fresh it must be: dated values with sources, from `assurance.yaml`."""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from steelyard.base.clock import now
from steelyard.base.written import read_yaml

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


@cache
def _values() -> dict[str, dict[date, dict[str, str]]]:
    found: dict[str, dict[date, dict[str, str]]] = read_yaml(Path(__file__).with_name("assurance.yaml"))
    return found


def how_long(name: str) -> timedelta:
    """The duration in force today. Raises KeyError for a name nobody wrote down."""
    today = now().date()
    dated = _values()[name]
    return _duration(dated[max(day for day in dated if day <= today)]["value"])


def sources() -> list[tuple[str, timedelta, str]]:
    """Name, duration today and source of each value, for the page that explains sign-in."""
    today = now().date()
    newest = {name: dated[max(d for d in dated if d <= today)] for name, dated in _values().items()}
    return [(name, _duration(line["value"]), line["source"]) for name, line in newest.items()]


def _duration(written: str) -> timedelta:
    match = _DURATION.fullmatch(written)
    if not match:
        raise ValueError(f"{written} is not a duration we read.")
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)
