"""The assessment of an order: checks over plain data and the law of the day it arrived. It decides nothing."""

from collections.abc import Callable, Iterable

from steelyard.orders.assessment import (
    authenticity,
    competence,
    conflict_of_laws,
    form,
    gate,
    in_force,
    language,
    necessity,
    possibility,
    privileges,
    protected_speech,
    red_lines,
    territory,
)
from steelyard.orders.assessment.clocks import UTC_SEAT, Seat, timers
from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.matter import language as reader
from steelyard.orders.assessment.patterns import unusual
from steelyard.orders.assessment.proposal import propose
from steelyard.orders.assessment.shapes import (
    Asked,
    Assessment,
    Circumstances,
    Cite,
    Result,
    Sign,
    Timer,
    Words,
)
from steelyard.rulebook.law import Law, law_on

__all__ = [
    "CHECKS",
    "Asked",
    "Assessment",
    "Circumstances",
    "Cite",
    "Result",
    "Seat",
    "Sign",
    "Timer",
    "Words",
    "assess",
    "unconfirmed",
]

CHECKS: dict[str, Callable[[Matter], Result]] = {
    "red_lines": red_lines.check,
    "in_force": in_force.check,
    "authenticity": authenticity.check,
    "competence": competence.check,
    "form": form.check,
    "language": language.check,
    "necessity": necessity.check,
    "privileges": privileges.check,
    "protected_speech": protected_speech.check,
    "gate": gate.check,
    "conflict_of_laws": conflict_of_laws.check,
    "territory": territory.check,
    "possibility": possibility.check,
}


def assess(asked: Asked, law: Law | None = None, *, seat: Seat = UTC_SEAT) -> Assessment:
    """Assess an order by the law in force on the day it arrived at our seat. Stores nothing, decides nothing."""
    law = law or law_on(asked.arrived_at.astimezone(seat.zone).date())
    matter = Matter(asked, law)
    results = tuple(check(matter) for check in CHECKS.values())
    clocks = timers(matter.instrument, law, asked.arrived_at, seat)
    return Assessment(
        instrument=asked.instrument,
        name=matter.instrument.name(reader()) if matter.instrument else "",
        country=asked.country,
        day=law.day.isoformat(),
        rulebook=law.digest,
        proposal=propose(matter, results),
        checks=results,
        clocks=clocks,
        red_lines=red_lines.named(results[0]),
        unusual=unusual(matter),
        unconfirmed=unconfirmed([*(r.rests_on for r in results), *(c.rests_on for c in clocks)]),
    )


def unconfirmed(rested_on: Iterable[Iterable[Cite]]) -> tuple[Cite, ...]:
    """Those that were not read in the primary text, each once."""
    cites = (cite for each in rested_on for cite in each)
    return tuple(dict.fromkeys(one for one in cites if one.status in ("secondary", "memory")))
