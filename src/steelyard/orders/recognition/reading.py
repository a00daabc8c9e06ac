"""Weigh what was found: is this an authority's order, and if not, which desk is it for?

The points are learned from messages that people labelled (`tools/recognition.py`). They are data in `weights.yaml`,
and each answer names every point with its words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from steelyard.base.written import read_yaml
from steelyard.orders.recognition.evidence import evidence, evidence_of_kind, like
from steelyard.orders.recognition.found import Evidence
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import Part, parts_of
from steelyard.orders.recognition.phrases import languages
from steelyard.orders.recognition.sender import OF_A_STATE, named_by
from steelyard.orders.recognition.shapes import Arrival, Kind, Reason, Recognised
from steelyard.orders.recognition.together import named
from steelyard.orders.recognition.tongue import NEAR


@cache
def weights() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(Path(__file__).with_name("weights.yaml"))
    return found


@cache
def points(kind: Kind = Kind.ORDER) -> Mapping[str, float]:
    """By the name of a piece of evidence: `authority 1`, `number`, `domain state` ..."""
    found: dict[str, float] = {}
    for name, given in weights()[kind.value].items():
        steps = enumerate(given, 1) if isinstance(given, list) else []
        found |= {f"{name} {step}": worth for step, worth in steps} or {name: given}
    return found


LIKE = (Kind.COMPLAINT, Kind.NOTICE)
"""Kinds that are told from orders by their own points too"""


class _Weighed(NamedTuple):
    score: float
    """Above 0: rather of this kind than not"""
    reasons: list[Reason]


def recognise(arrival: Arrival) -> Recognised:
    """What this is, with reasons. When nobody can tell, DOUBTFUL: then a person says."""
    parts = parts_of(arrival, marks())
    other = evidence_of_kind(parts, arrival.door)
    others = {kind: _weigh(other, kind) for kind in (Kind.PLEA, Kind.COMPLAINT, Kind.NOTICE)}
    likes = [one for kind in LIKE for one in like(kind, others[kind].score)]
    weighed = [_weigh(evidence(part, parts, arrival, likes)) for part in parts]
    best = max(weighed, key=lambda one: one.score, default=_Weighed(points()["bias"], []))
    kind, reasons = _decide(arrival, best, others, parts)
    scores = {Kind.ORDER.value: round(best.score, 2)} | {
        k.value: round(v.score, 2) for k, v in others.items()
    }
    text = "\n".join(part.text for part in parts)
    return Recognised(
        kind=kind,
        language=parts[-1].read[0] if parts else "",
        instrument=_instrument(text),
        country=_country(arrival.sender),
        links=tuple(dict.fromkeys(found.group().rstrip(".,;:") for found in marks()["web"].finditer(text))),
        reference=_reference(parts) if kind in (Kind.ORDER, Kind.DOUBTFUL) else "",
        scores=scores,
        reasons=tuple(reasons),
    )


def _weigh(found: Sequence[Evidence], kind: Kind = Kind.ORDER) -> _Weighed:
    worth = points(kind)
    reasons = [
        Reason(
            signal=one.signal, points=round(one.share * worth[one.weight], 2), where=one.where,
            words=one.words, start=one.start, end=one.end,
        )
        for one in found
        if worth.get(one.weight)
    ]  # fmt: skip
    return _Weighed(worth["bias"] + _sum(reasons), reasons)


def _decide(
    arrival: Arrival, best: _Weighed, others: Mapping[Kind, _Weighed], parts: list[Part]
) -> tuple[Kind, list[Reason]]:
    given = weights()["enough"]
    enough = [kind for kind, (score, _) in others.items() if score >= given[kind.value]]
    if best.score >= enough_for_an_order(reason.signal for reason in best.reasons):
        return Kind.ORDER, best.reasons
    if (
        best.score >= given["doubtful"] and Kind.PLEA not in enough
    ):  # an order on another desk is worse than a look
        return Kind.DOUBTFUL, best.reasons
    if enough:  # danger to life comes first, however much a complaint speaks too
        chosen = Kind.PLEA if Kind.PLEA in enough else max(enough, key=lambda kind: others[kind].score)
        return chosen, others[chosen].reasons
    return (Kind.DOUBTFUL if _unread(arrival, parts) else Kind.ORDINARY), best.reasons


def enough_for_an_order(signals: Iterable[str]) -> float:
    """Points from which on it is one: more where neither address nor name is an office's."""
    return float(weights()["enough"]["order" if named(signals) else "order of nobody named"])


def says_no_order(found: Recognised) -> bool:
    """Whether so much speaks against an order that not even the form for orders makes it one."""
    return found.scores[Kind.ORDER.value] <= float(weights()["enough"]["no order"])


def _unread(arrival: Arrival, parts: list[Part]) -> bool:
    """Something nobody could open or read, or a State's address wrote what we could not place: any office's, where
    nobody here reads the language."""
    if not parts:
        return True
    named, language = named_by(arrival.sender), parts[-1].read[0]
    known = NEAR.get(language, (language,))[0] in languages()
    return named is not None and (named.signal in OF_A_STATE or not known)


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
