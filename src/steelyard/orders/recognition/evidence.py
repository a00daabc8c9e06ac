"""What in one part of a message speaks for an order, and what against: each with the words it stands on."""

import re
from collections.abc import Iterator, Sequence

from steelyard.orders.recognition.found import Evidence
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import Part
from steelyard.orders.recognition.places import PLACES, place
from steelyard.orders.recognition.sender import of_the_address, of_the_name
from steelyard.orders.recognition.shapes import Arrival
from steelyard.orders.recognition.together import (
    AGAINST,
    AMOUNTS,
    FOR,
    asks_for_money,
    divided,
    unspoken,
    unvouched,
)
from steelyard.orders.recognition.words import Hit

OF_THE_COVER = (
    "press", "study", "question", "fraud", "counsel", "sue", "told", "trade", "complied", "association", "own", "lure",
    "vendor", "pastime", "received", "customer", "passes", "settled", "kin", "mine", "help", "private", "event",
    "machine", "newsdesk", "hiring", "courtesy", "bulk",
)  # fmt: skip
OF_A_KIND = (
    "help", "kin", "danger", "mine", "restricted", "contest", "report", "illegal", "told", "own", "press", "study",
    "question", "counsel", "trade", "fraud", "lure", "vendor", "association", "complied", "assistance", "act", "object",
    "follows", "unmask", "keep", "scene", "pastime", "received", "customer", "event", "machine", "newsdesk", "hiring",
    "bulk",
)  # fmt: skip
"""Concepts that tell a plea, a complaint and a notice from each other and from ordinary mail"""
OF_THE_SENDER = {
    "bait_address": "sender bait",
    "mailbox_for_all": "sender mailbox",
    "desk_of_news": "sender desk",
}
"""Marks of an address, and what each says"""
MOST_LIKE = 4.0
"""Points of another kind that count"""
HALF = 0.5
"""What the cover says counts half for what it passes on: it is another author's word."""
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
    found = [*likes, *_came(part, arrival)]
    found += [*_concepts(part, FOR), *_places(part), *_concepts(part, AGAINST), *_asked(part)]
    found += [_at(part, name, there.span()) for name in AMOUNTS if (there := marks()[name].search(part.text))]
    found = divided([*found, *asks_for_money(found)])
    found += [*unspoken(found), *_long(part), *_of_the_cover(part, parts)]
    return found if any(one.signal.startswith("domain ") for one in found) else unvouched(found)


def _came(part: Part, arrival: Arrival) -> Iterator[Evidence]:
    """From whom, by which door and in what it came."""
    if arrival.door == "order":
        yield Evidence("door order", 0, 1, "", "", 0, 0)
    if arrival.by_machine:
        yield Evidence("by machine", 0, 1, "sender", "", 0, 0)
    if part.role == "attached":
        yield Evidence("attached", 0, 1, part.name, part.name, 0, 0)
    yield from of_the_address(arrival.sender, part.tongues)
    yield from of_the_name(arrival.name, part.tongues)
    for mark, signal in OF_THE_SENDER.items():
        if there := marks()[mark].search(arrival.sender):
            yield Evidence(signal, 0, 1, "sender", there.group().strip("@."), 0, 0)


def _of_the_cover(part: Part, parts: Sequence[Part]) -> Iterator[Evidence]:
    """What a sender says of what they pass on."""
    if part.role not in ("quoted", "cited", "attached"):
        return
    for cover in (one for one in parts if one.role == "text"):
        yield from (each for each in _concepts(cover, OF_THE_COVER, HALF) if each.step == 1)
        yield from (each._replace(signal="cover_asks") for each in _asked(cover) if each.signal == "asked")


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
        found += [_at(part, "target", place) for place in [place(part, "target")] if place]
    return [*{one.weight: one for one in found}.values(), Evidence(f"door {door}", 0, 1, "", "", 0, 0)]


def _at(part: Part, name: str, place: tuple[int, int]) -> Evidence:
    start, end = place
    return Evidence(name, 0, 1, part.name, part.text[start:end][:120], start, end)


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
        if found := place(part, name):
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
