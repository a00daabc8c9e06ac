"""Weigh what was found: is this an authority's order, and if not, which desk is it for?

The points of an order are learned from messages that people labelled (`tools/recognition.py`); those of the other
kinds are ours. Both are data in `weights.yaml`, and each answer names every point with its words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import yaml

from steelyard.orders.recognition.evidence import Evidence, evidence, named_by
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import Part, parts_of
from steelyard.orders.recognition.shapes import Arrival, Kind, Reason, Recognised
from steelyard.orders.recognition.tongue import tongues


@cache
def weights() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load(Path(__file__).with_name("weights.yaml").read_text())
    return found


@cache
def points() -> Mapping[str, float]:
    """By the name of a piece of evidence: `authority 1`, `number`, `domain state` ..."""
    found: dict[str, float] = {}
    for name, given in weights()["order"].items():
        steps = enumerate(given, 1) if isinstance(given, list) else []
        found |= {f"{name} {step}": worth for step, worth in steps} or {name: given}
    return found


class _Weighed(NamedTuple):
    score: float
    """Above 0: rather an order than not"""
    reasons: list[Reason]


def recognise(arrival: Arrival) -> Recognised:
    """What this is, with reasons. When nobody can tell, DOUBTFUL: then a person says."""
    parts = parts_of(arrival, marks())
    weighed = [_weigh(evidence(part, parts, arrival.sender)) for part in parts]
    best = max(weighed, key=lambda one: one.score, default=_Weighed(points()["bias"], []))
    others = {kind: _other(kind, parts, arrival.door) for kind in (Kind.PLEA, Kind.COMPLAINT, Kind.NOTICE)}
    kind, reasons = _decide(arrival, best, others, parts)
    scores = {Kind.ORDER.value: round(best.score, 2)} | {k.value: round(v[0], 2) for k, v in others.items()}
    text = "\n".join(part.text for part in parts)
    return Recognised(
        kind=kind,
        language=tongues(text)[0],
        instrument=_instrument(text),
        country=_country(arrival.sender),
        links=tuple(dict.fromkeys(found.group().rstrip(".,;:") for found in marks()["web"].finditer(text))),
        reference=_reference(parts) if kind in (Kind.ORDER, Kind.DOUBTFUL) else "",
        scores=scores,
        reasons=tuple(reasons),
    )


def _weigh(found: Sequence[Evidence]) -> _Weighed:
    reasons = [
        Reason(
            signal=one.signal, points=round(one.share * points()[one.weight], 2), where=one.where,
            words=one.words, start=one.start, end=one.end,
        )
        for one in found
        if points().get(one.weight)
    ]  # fmt: skip
    return _Weighed(points()["bias"] + _sum(reasons), reasons)


def _decide(
    arrival: Arrival, best: _Weighed, others: Mapping[Kind, tuple[float, list[Reason]]], parts: list[Part]
) -> tuple[Kind, list[Reason]]:
    given = weights()
    enough = {kind: score >= given[kind.value]["enough"] for kind, (score, _) in others.items()}
    if best.score >= given["enough"]["order"]:
        return Kind.ORDER, best.reasons
    if best.score >= given["enough"]["doubtful"] and not any(enough.values()):
        return Kind.DOUBTFUL, best.reasons
    if enough[Kind.PLEA]:
        return Kind.PLEA, others[Kind.PLEA][1]
    chosen = max((Kind.COMPLAINT, Kind.NOTICE), key=lambda kind: others[kind][0])
    if enough[chosen]:
        return chosen, others[chosen][1]
    return (Kind.DOUBTFUL if _unread(arrival, parts) else Kind.ORDINARY), best.reasons


def _unread(arrival: Arrival, parts: list[Part]) -> bool:
    """Something nobody could open or read, or a State's address wrote what we could not place."""
    text = " ".join(part.text for part in parts).strip()
    return not text or named_by(arrival.sender) is not None


def _other(kind: Kind, parts: list[Part], door: str) -> tuple[float, list[Reason]]:
    """The other kinds: the words of the whole message, and what the door makes likely."""
    given = weights()[kind.value]
    steps = {name: points for name, points in given.items() if name != "enough"}
    reasons = [reason for part in parts if part.role != "all" for reason in _concepts(part, steps)]
    reasons = _once(reasons, steps)
    if not reasons:
        return 0, []
    if expected := weights()["doors"].get(door, {}).get(kind.value, 0):
        reasons.append(Reason(signal=f"door {door}", points=expected))
    for part in [part for part in parts if part.role == "all"] or parts[:1]:
        reasons += _concepts(part, weights()["against"]["every other kind"], -1)
        reasons += _concepts(part, weights()["against"][kind.value], -1)
    return _sum(reasons), reasons


def _concepts(part: Part, steps: Mapping[str, list[float]], sign: int = 1) -> list[Reason]:
    """The first, second ... different word of each concept, each with its points."""
    found: list[Reason] = []
    for name, worth in steps.items():
        different = list({hit.words: hit for hit in part.hits.get(name, ())}.values())
        for hit, each in zip(different, worth, strict=False):
            start, end = part.tokens[hit.first].start, part.tokens[hit.last].end
            words = part.text[start:end]
            found.append(
                Reason(signal=name, points=sign * each, where=part.name, words=words, start=start, end=end)
            )
    return found


def _once(reasons: list[Reason], steps: Mapping[str, list[float]]) -> list[Reason]:
    """As many different words of one concept in the whole message as its steps allow."""
    kept: list[Reason] = []
    for name, worth in steps.items():
        words = list({one.words: one for one in reasons if one.signal == name}.values())
        kept += [msgspec.structs.replace(one, points=each) for one, each in zip(words, worth, strict=False)]
    return kept


def _country(sender: str) -> str:
    """The sender's country as its domain claims it; empty for domains of no country."""
    last = sender.rpartition(".")[2].strip(" >").upper()
    code = {"UK": "GB", "EU": "", "IO": "", "ME": "", "TV": "", "AI": "", "CO": ""}.get(last, last)
    return code if re.fullmatch("[A-Z]{2}", code) else ""


def _instrument(text: str) -> str:
    for name, pattern in marks().items():
        if name.startswith("instrument ") and pattern.search(text):
            return name.removeprefix("instrument ")
    return ""


def _reference(parts: list[Part]) -> str:
    """The number that stands nearest after a word for a reference; empty when there is none."""
    for part in parts:
        for hit in part.hits.get("reference", ()):
            start = part.tokens[hit.last].end
            found = marks()["number"].search(part.text, start, start + 40)
            if found:
                return found.group().strip()
    return ""


def _sum(reasons: Iterable[Reason]) -> float:
    return round(sum(reason.points for reason in reasons), 4)
