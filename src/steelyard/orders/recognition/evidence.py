"""What in one part of a message speaks for an order, and what against: each with the words it stands on."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from steelyard.orders.recognition.found import Evidence
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import Part
from steelyard.orders.recognition.sender import SPEAKERS, desk_of_news, of_the_address, of_the_name
from steelyard.orders.recognition.shapes import Arrival
from steelyard.orders.recognition.words import Hit

FOR = (
    *SPEAKERS, "demand", "ask", "wants", "act", "object", "procedure", "legal", "reference", "deadline", "secrecy",
    "danger", "redress", "penalty", "assistance", "service", "follows", "unmask", "keep", "scene",
    "reports", "finds", "passes",
)  # fmt: skip
AGAINST = (
    "press", "study", "counsel", "sue", "fraud", "told", "kin", "question", "mine", "trade", "report", "contest",
    "restricted", "illegal", "complied", "association", "own", "lure", "vendor", "pastime", "received", "customer",
    "settled", "courtesy", "event", "machine", "newsdesk", "hiring", "stray", "private",
    "bulk",
)  # fmt: skip
PLACES = (
    "introduces", "letterhead", "authority_demands", "authority_wants", "act_on_object", "demand_on_object",
    "demand_to_act", "citation", "number", "target", "instrument", "opens", "speaker", "signed", "time_given",
)  # fmt: skip
SPEAKING = (
    "name speaks",
    "introduces",
    "letterhead",
    "opens",
    "speaker",
    "signed",
    "authority_demands",
    "authority_wants",
)
OF_THE_COVER = (
    "press", "study", "question", "fraud", "counsel", "sue", "told", "trade", "complied", "association", "own", "lure",
    "vendor", "pastime", "received", "customer", "passes", "settled", "kin", "mine", "help", "private", "event", "machine", "newsdesk",
    "hiring", "courtesy", "bulk",
)  # fmt: skip
OF_A_KIND = (
    "help", "kin", "danger", "mine", "restricted", "contest", "report", "illegal", "told", "own", "press", "study",
    "question", "counsel", "trade", "fraud", "lure", "vendor", "association", "complied", "assistance", "act", "object",
    "follows", "unmask", "keep", "scene", "pastime", "received", "customer", "event", "machine", "newsdesk", "hiring",
    "bulk",
)  # fmt: skip
"""Concepts that tell a plea, a complaint and a notice from each other and from ordinary mail"""
OF_THE_SENDER = {"bait_address": "sender bait", "mailbox_for_all": "sender mailbox"}
AMOUNTS = ("money", "percent")
DOUBTS = (*AGAINST, "asked", "asked_for", "asks_a_question", "cover_asks", "asks_for_money", *AMOUNTS)
UNVOUCHED = 1.6
MOST_LIKE = 4.0
"""Points of another kind that count"""
HALF = 0.5
"""What the cover says counts half for what it passes on: it is another author's word."""
AMBIGUOUS = 0.75
"""How much: 1 would divide a word's worth by the number of concepts it is a word for."""
ASKED_FOR = ("act", "unmask", "keep")
_QUESTION = re.compile("[?؟]")
MOST_QUESTIONS = 20
"""Question marks that are looked at"""
STEPS = 3
"""Different words of one concept that count"""
LONG = (60, 120, 240)
"""Words from which on a text is long: a long one says a little of everything."""


def evidence(
    part: Part, parts: Sequence[Part], arrival: Arrival, likes: Sequence[Evidence] = ()
) -> list[Evidence]:
    """All that is known of one part; the same facts, however much each is worth. `likes`: how much the message reads
    like another kind (`like`)."""
    sender, door = arrival.sender, arrival.door
    found = [Evidence("door order", 0, 1, "", "", 0, 0), *likes] if door == "order" else [*likes]
    found += [*_concepts(part, FOR), *_places(part), *_concepts(part, AGAINST), *_asked(part)]
    found += of_the_address(sender, part.tongues)
    found += of_the_name(arrival.name, part.tongues)
    if arrival.by_machine:
        found.append(Evidence("by machine", 0, 1, "sender", "", 0, 0))
    if desk := desk_of_news(sender):
        found.append(desk)
    for mark, signal in OF_THE_SENDER.items():
        if there := marks()[mark].search(sender):
            found.append(Evidence(signal, 0, 1, "sender", there.group().strip("@."), 0, 0))
    if price := _asks_for_money(found):
        found.append(price)
    found = _divided(found)
    if unspoken := _unspoken(found):
        found.append(unspoken)
    found += _long(part)
    found += [_at(part, name, there.span()) for name in AMOUNTS if (there := marks()[name].search(part.text))]
    if part.role == "attached":
        found.append(Evidence("attached", 0, 1, part.name, part.name, 0, 0))
    if part.role in ("quoted", "cited", "attached"):
        for cover in (one for one in parts if one.role == "text"):
            found += [each for each in _concepts(cover, OF_THE_COVER, HALF) if each.step == 1]
            found += [each._replace(signal="cover_asks") for each in _asked(cover) if each.signal == "asked"]
    return found if any(one.signal.startswith("domain ") for one in found) else _unvouched(found)


def like(kind: str, score: float) -> list[Evidence]:
    """That the whole message reads like a notice or a complaint, when it does."""
    return [Evidence(f"like {kind}", 0, min(score, MOST_LIKE), "", "", 0, 0)] if score > 0 else []


def evidence_of_kind(parts: Sequence[Part], door: str) -> list[Evidence]:
    """What in the whole message tells pleas, complaints, notices and ordinary mail apart, and where it came in."""
    found: list[Evidence] = []
    own = [part for part in parts if part.role != "all"]
    for name in OF_A_KIND:
        hits = {hit.words: (part, hit) for part in own for hit in part.hits.get(name, ())}
        for step, (part, hit) in enumerate(list(hits.values())[:STEPS], 1):
            found.append(_of_hit(part, name, step, 1, hit))
    for part in own:
        found += [_at(part, "target", place) for place in [part.place("target", marks())] if place]
    return [*{one.weight: one for one in found}.values(), Evidence(f"door {door}", 0, 1, "", "", 0, 0)]


def _asks_for_money(found: Sequence[Evidence]) -> Evidence | None:
    """An amount beside what frauds say: the reader is to pay, whoever the letter says it is from."""
    bait = any(one.signal in ("fraud", "lure", "sender bait") for one in found)
    return next((one._replace(signal="asks_for_money") for one in found if bait and one.signal == "money"), None)


def _unvouched(found: Sequence[Evidence]) -> list[Evidence]:
    """What speaks against an order counts more where no domain is an office's: offices say these words as well."""
    return [one._replace(share=one.share * UNVOUCHED) if one.signal in DOUBTS else one for one in found]


def _divided(found: Sequence[Evidence]) -> list[Evidence]:
    """A word that says several things says each of them less: "Order" is no demand, act and object at once."""
    said = Counter((one.where, one.start) for one in found if one.step and one.signal in FOR)
    return [
        one._replace(share=one.share * said[one.where, one.start] ** -AMBIGUOUS)
        if one.step and one.signal in FOR
        else one
        for one in found
    ]


def _at(part: Part, name: str, place: tuple[int, int]) -> Evidence:
    start, end = place
    return Evidence(name, 0, 1, part.name, part.text[start:end][:120], start, end)


def _unspoken(found: Sequence[Evidence]) -> Evidence | None:
    """No authority is named at all, or one is named where nobody speaks for it."""
    if any(one.signal in SPEAKING or one.signal.startswith("domain ") for one in found):
        return None
    for one in found:
        if one.signal in SPEAKERS:
            return one._replace(signal="mentioned_only", step=0)
    return Evidence("nobody_speaks", 0, 1, "", "", 0, 0)


def _concepts(part: Part, names: Sequence[str], share: float = 1) -> Iterator[Evidence]:
    for name in names:
        different = list({hit.words: hit for hit in part.hits.get(name, ())}.values())[:STEPS]
        for step, hit in enumerate(different, 1):
            yield _of_hit(part, name, step, share, hit)


def _of_hit(part: Part, name: str, step: int, share: float, hit: Hit) -> Evidence:
    start, end = part.tokens[hit.first].start, part.tokens[hit.last].end
    return Evidence(name, step, share, part.name, part.text[start:end], start, end)


def _places(part: Part) -> Iterator[Evidence]:
    for name in PLACES:
        if found := part.place(name, marks()):
            yield _at(part, name, found)


def _long(part: Part) -> Iterator[Evidence]:
    for step, least in enumerate(LONG, 1):
        if len(part.tokens) >= least:
            yield Evidence("long", step, 1, part.name, str(len(part.tokens)), 0, 0)


def _asked(part: Part) -> Iterator[Evidence]:
    """A question of the sender's own, alone and beside words of a question; "could you close it?" is a request."""
    marked = [] if part.role == "attached" else [one.start() for one in _QUESTION.finditer(part.text)]
    if not marked:
        return
    told = [end for end in marked[:MOST_QUESTIONS] if not _wants_something(part, end)]
    mark = (told or marked)[0]
    yield Evidence("asked" if told else "asked_for", 0, 1, part.name, part.text[mark], mark, mark + 1)
    for hit in part.hits.get("question", ())[:1]:
        yield _of_hit(part, "asks_a_question", 0, 1, hit)


def _wants_something(part: Part, end: int) -> bool:
    """Whether the sentence that ends here asks for a deed."""
    start = max(part.text.rfind(mark, 0, end) for mark in ".!?؟\n")
    hits = [hit for name in ASKED_FOR for hit in part.hits.get(name, ())]
    return any(start < part.tokens[hit.first].start < end for hit in hits)
