"""What has to be known about the sender before anything is done: rulebook data, by what is asked for."""

from collections.abc import Iterable

import msgspec

from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import Fact

FACT = "house.verification_needed"
EMERGENCY = "house.verification_in_emergency"


class Needed(msgspec.Struct, frozen=True, kw_only=True):
    level: int
    """Rung of the ladder, 0 to 4."""
    call_back: bool
    """A person has called back, whatever else is known; and another one releases."""
    because: tuple[str, ...]
    """What made it so: `kind.disclose`, `data.content`, `instrument.informal`, `emergency`."""
    facts: tuple[Fact, ...]


def needed(law: Law, *, instrument: str, kind: str, data: Iterable[str], emergency: str) -> Needed:
    """The highest rung that any of these asks for. `kind` is restrict, disclose, preserve or any.

    An emergency lowers no rung except to the one that the rulebook names for it, and always takes a call-back.
    """
    fact = law.fact(FACT)
    danger = kind == "disclose" and (bool(emergency.strip()) or instrument in _named(law))
    rungs = _rungs(fact.value, instrument, kind, data)
    level, because = (
        max(rungs.values()),
        tuple(name for name, rung in rungs.items() if rung == max(rungs.values())),
    )
    if not danger:
        return Needed(level=level, call_back=False, because=because, facts=(fact,))
    urgent = law.fact(EMERGENCY)
    if instrument in _named(law):
        level, because = int(urgent.value["level"]), ()
    return Needed(level=level, call_back=True, because=(*because, "emergency"), facts=(fact, urgent))


def _rungs(
    value: dict[str, dict[str, int]], instrument: str, kind: str, data: Iterable[str]
) -> dict[str, int]:
    rungs = {f"kind.{kind}": int(value["kind"].get(kind, value["kind"]["any"]))}
    if kind == "disclose":
        rungs |= {f"data.{one}": int(value["data"][one]) for one in data if one in value["data"]}
    if instrument in value["instrument"]:
        rungs[f"instrument.{instrument}"] = int(value["instrument"][instrument])
    return rungs


def _named(law: Law) -> tuple[str, ...]:
    """Instruments that are emergencies by themselves. Wording alone makes nothing easier, only harder."""
    return tuple(law.fact(EMERGENCY).value["instruments"])
