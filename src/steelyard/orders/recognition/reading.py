"""Weigh what was found: who speaks, what is demanded, in which form; and what speaks against an order."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import yaml

from steelyard.orders.recognition.parts import Part, parts_of
from steelyard.orders.recognition.shapes import Arrival, Kind, Reason, Recognised
from steelyard.orders.recognition.tongue import tongues

HERE = Path(__file__).parent
SPEAKERS, WANTS = ("authority", "officer"), ("demand", "ask", "act")
FORM = (
    "procedure", "legal", "reference", "deadline", "secrecy", "danger", "redress", "penalty", "assistance", "service",
)  # fmt: skip
PLACES_OF_FORM = ("citation", "number", "target", "instrument")
PLACES_OF_SPEAKER = ("letterhead", "authority_demands")
WHO_ASKS = ("press", "question")
COVER_COUNTS = ("press", "study", "question", "fraud", "counsel")


@cache
def weights() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((HERE / "weights.yaml").read_text())
    return found


@cache
def marks() -> Mapping[str, re.Pattern[str]]:
    given = yaml.safe_load((HERE / "marks.yaml").read_text())
    instruments = given.pop("instruments")
    named = {f"instrument {name}": pattern for name, pattern in instruments.items()}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in (given | named).items()}


def recognise(arrival: Arrival) -> Recognised:
    """What this is, with reasons. When nobody can tell, DOUBTFUL: then a person says."""
    parts = parts_of(arrival, marks())
    domain = _domain(arrival.sender)
    orders = [_order(part, parts, domain, arrival.door) for part in parts]
    best = max(orders, key=lambda one: one.score) if orders else _Order([], 0, 0, 0)
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


class _Order:
    """How much one part of the message looks like an order."""

    def __init__(
        self, reasons: list[Reason], issuer: float, wanted: float, score: float, form: float = 0
    ) -> None:
        self.reasons, self.issuer, self.wanted, self.score = reasons, issuer, wanted, score
        self.form = form

    @property
    def whole(self) -> bool:
        given = weights()
        named = self.issuer >= given["issuer"] or self.form >= given["form"] or self.score >= given["plain"]
        return bool(named and (self.wanted >= given["demanded"] or self.form >= given["whole_form"]))


def _decide(
    arrival: Arrival, best: _Order, others: Mapping[Kind, tuple[float, list[Reason]]], parts: list[Part]
) -> tuple[Kind, list[Reason]]:
    given = weights()
    enough = {kind: score >= given[kind.value]["enough"] for kind, (score, _) in others.items()}
    contested = _contested(best, others[Kind.COMPLAINT])
    if best.whole and best.score >= given["order"] and not contested:
        return Kind.ORDER, best.reasons
    if best.score >= given["doubtful"] and best.issuer >= given["issuer"] and not any(enough.values()):
        return Kind.DOUBTFUL, best.reasons
    if enough[Kind.PLEA]:
        return Kind.PLEA, others[Kind.PLEA][1]
    chosen = max((Kind.COMPLAINT, Kind.NOTICE), key=lambda kind: others[kind][0])
    if enough[chosen]:
        return chosen, others[chosen][1]
    if _unread(arrival, parts, best):
        return Kind.DOUBTFUL, best.reasons
    return Kind.ORDINARY, best.reasons


def _contested(best: _Order, complaint: tuple[float, list[Reason]]) -> bool:
    """Who contests what was done to their own speaks of judgments and is no court: nobody with power signs it, and
    it has no law and no number."""
    score, reasons = complaint
    signals = {one.signal for one in reasons}
    official = {one.signal.split(" ")[0] for one in best.reasons}
    return (
        score >= weights()["complaint"]["enough"]
        and len(signals & {"mine", "restricted", "contest"}) > 1
        and "restricted" in signals
        and not official & {"officer", "domain", "number", "instrument", "citation", "service", "link"}
    )


def _unread(arrival: Arrival, parts: list[Part], best: _Order) -> bool:
    """A State's address wrote and we could not read it, or nothing could be read at all."""
    text = " ".join(part.text for part in parts).strip()
    if arrival.unopened and (best.issuer >= weights()["issuer"] or not text):
        return True
    return not text or (_domain(arrival.sender) is not None and best.score >= weights()["domain"]["named"])


def _order(part: Part, parts: list[Part], domain: Reason | None, door: str) -> _Order:
    speaking = [*_concepts(part, SPEAKERS), *_places(part, PLACES_OF_SPEAKER)]
    if domain:
        speaking.append(domain)
    expected = weights()["doors"].get(door, {}).get("order", 0)
    if expected:
        speaking.append(Reason(signal=f"door {door}", points=expected))
    wanting = [
        *_concepts(part, WANTS),
        *_places(part, ("authority_wants", "act_on_object", "demand_on_object", "demand_to_act")),
    ]
    shaped = [*_concepts(part, FORM), *_places(part, PLACES_OF_FORM)]
    against = _against(part, parts)
    if {one.signal for one in against} & set(WHO_ASKS):  # they tell what authorities want, of whomever
        wanting = [one for one in wanting if one.signal != "authority_wants"]
    elif _urgent(part, speaking, wanting):
        against = [one for one in against if one.signal != "study"]
    speaker_wants, law_wants = _together(part, speaking, wanting, shaped, against)
    wanting, shaped = wanting + speaker_wants, shaped + law_wants
    reasons = [*speaking, *wanting, *shaped, *against]
    return _Order(reasons, _sum(speaking), _sum(wanting), _sum(reasons), _sum(shaped))


def _together(
    part: Part, speaking: list[Reason], wanting: list[Reason], shaped: list[Reason], against: list[Reason]
) -> tuple[list[Reason], list[Reason]]:
    """Who speaks, what they want and of what: a note of two lines that says all three is an order, and so is one
    that names its law, or that a State asks for help, in place of its author. What speaks against must be little,
    and whoever threatens the reader wants nothing of us."""
    given = weights()["together"]
    about = [one for one in shaped if one.signal == "link"] or part.hits.get("object")
    if not about or _sum(against) < -given["at_most_against"] or "fraud" in {one.signal for one in against}:
        return [], []
    spoken = [one for one in speaking if one.where]
    asked = any(one.signal in ("demand", "authority_wants") for one in wanting)
    bases = [one for one in shaped if one.signal in ("assistance", "legal", "citation", "service")]
    states = any(one.signal == "assistance" for one in bases)
    return (
        [_again(wanting[0], "speaker_wants_thing", given["speaker"])] if spoken and wanting else [],
        [_again(bases[0], "law_wants_thing", given["law"])] if bases and (asked or states) else [],
    )


def _urgent(part: Part, speaking: list[Reason], wanting: list[Reason]) -> bool:
    """Somebody with power needs something because of a danger: that it is in a school makes nobody a student."""
    spoken = any(one.signal in ("letterhead", "officer", "authority") for one in speaking)
    return bool(
        spoken and part.hits.get("danger") and any(one.signal == "demand_on_object" for one in wanting)
    )


def _again(reason: Reason, signal: str, points: float) -> Reason:
    return msgspec.structs.replace(reason, signal=signal, points=points)


def _against(part: Part, parts: list[Part]) -> list[Reason]:
    """What is said in the part itself; and of what is quoted or attached, half of what the cover says."""
    steps = {name: points for name, points in weights()["against"].items() if isinstance(points, list)}
    found = _concepts(part, tuple(steps), steps, sign=-1)
    if part.role != "attached" and re.search("[?؟]", part.text):
        found.append(
            Reason(signal="asked", points=-weights()["against"]["asked"], where=part.name, words="?")
        )
    if found and found[-1].signal == "asked" and part.hits.get("question"):
        hit = part.hits["question"][0]
        found.append(part.reason("asks_a_question", -weights()["against"]["asks_a_question"], hit))
    if part.role in ("quoted", "attached"):
        for cover in (one for one in parts if one.role == "text"):
            found += _concepts(cover, COVER_COUNTS, steps, sign=-0.5)
    return found


def _concepts(
    part: Part, names: Iterable[str], steps: Mapping[str, list[float]] | None = None, *, sign: float = 1
) -> list[Reason]:
    """The first, second ... different word of each concept, each with its points."""
    found: list[Reason] = []
    for name in names:
        points = (steps or weights())[name]
        different = list({hit.words: hit for hit in part.hits.get(name, ())}.values())
        for hit, worth in zip(different, points, strict=False):
            found.append(part.reason(name, sign * worth, hit))
    return found


def _places(part: Part, names: Iterable[str]) -> list[Reason]:
    return [
        reason
        for name in names
        if (reason := part.place(name, weights()["places"][name], marks())) is not None
    ]


def _other(kind: Kind, parts: list[Part], door: str) -> tuple[float, list[Reason]]:
    """The other kinds: the words of the whole message, and what the door makes likely."""
    given = weights()[kind.value]
    steps = {name: points for name, points in given.items() if name != "enough"}
    reasons = [reason for part in parts if part.role != "all" for reason in _concepts(part, steps, steps)]
    reasons = _once(reasons, steps)
    if not reasons:
        return 0, []
    if expected := weights()["doors"].get(door, {}).get(kind.value, 0):
        reasons.append(Reason(signal=f"door {door}", points=expected))
    cover = [part for part in parts if part.role == "all"] or parts[:1]
    for part in cover:
        reasons += _concepts(part, ("press", "study", "trade"), weights()["against"], sign=-0.6)
        if kind == Kind.PLEA:  # courts ask each other for help in the same words
            reasons += _concepts(part, ("assistance",), weights()["against_plea"], sign=-1)
        else:
            reasons += _concepts(part, ("question",), weights()["against"], sign=-0.5)
    return _sum(reasons), reasons


def _once(reasons: list[Reason], steps: Mapping[str, list[float]]) -> list[Reason]:
    """As many different words of one concept in the whole message as its steps allow."""
    kept: list[Reason] = []
    for name, points in steps.items():
        words = list({one.words: one for one in reasons if one.signal == name}.values())
        kept += [
            Reason(signal=name, points=worth, where=one.where, words=one.words, start=one.start, end=one.end)
            for one, worth in zip(words, points, strict=False)
        ]
    return kept


def _domain(sender: str) -> Reason | None:
    domain = sender.rpartition("@")[2].strip(" >").casefold()
    for mark, name in (("state_domain", "state"), ("named_domain", "named")):
        if domain and marks()[mark].search(domain):
            return Reason(signal=f"domain {name}", points=weights()["domain"][name], words=domain)
    return None


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
