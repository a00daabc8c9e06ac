"""Where something stands in a part: an office at the top, at the end, beside what it demands; and what looks alike in
every language."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.parts import Part
from steelyard.orders.recognition.tokens import Token
from steelyard.orders.recognition.words import Hit

SHORT_LINE = 14
"""Words of a line that can be a letterhead or a signature"""
TOP, END = 5, 8
"""Lines with words at the top and at the end, where these stand"""
BESIDE, ACT_TO_OBJECT, DEMAND_TO_ACT, IN_ONE_BREATH = 7, 8, 12, 5
FIRST_WORDS, LAST_WORDS = 4, 5
_ASKS = re.compile("[?؟;]")
_ENDS = re.compile("[.!?؟;:…\n]|[-–—] | [-–—]")
SHORT_SENTENCE, FIRST_SENTENCES = 9, 2
OFFICE, OFFICER_FIRST = ("authority", "officer"), ("officer", "authority")
Finder = Callable[[Part], Hit | None]


def _letterhead(part: Part) -> Hit | None:
    """Short lines at the top and at the end, where a letter names its author."""
    lines: dict[int, list[Token]] = defaultdict(list)
    for token in part.tokens:
        lines[token.line].append(token)
    numbers = sorted(lines)
    outer = {*numbers[:TOP], *numbers[-END:]} if len(numbers) > 1 else set()
    for concept in OFFICER_FIRST:
        for hit in part.hits.get(concept, ()):
            line = part.tokens[hit.first].line
            if line in outer and len(lines[line]) <= SHORT_LINE and not _asks(part, lines[line]):
                return hit
    return None


def _introduces(part: Part) -> Hit | None:
    """An office is named in a first or a last sentence of a few words: "Hello, county police here." """
    for first, last in _short_sentences(part):
        for hit in part.of(OFFICER_FIRST):
            if first <= hit.first and hit.last <= last:
                return hit
    return None


def _short_sentences(part: Part) -> list[tuple[int, int]]:
    """First and last token of the first two sentences and of the last, where they are short and ask nothing."""
    if part.role == "all" or not part.tokens:
        return []
    found: list[tuple[int, int]] = []
    first = next((n for n, one in enumerate(part.tokens) if one.line >= part.below), None)
    if first is None:
        return []
    for number in range(first, len(part.tokens)):
        after = part.tokens[number + 1].start if number + 1 < len(part.tokens) else len(part.text)
        between = part.text[part.tokens[number].end : after]
        if number + 1 == len(part.tokens) or _ENDS.search(between):
            if number - first < SHORT_SENTENCE and not _ASKS.search(between):
                found.append((first, number))
            else:
                found.append((0, -1))
            first = number + 1
    return [*found[:FIRST_SENTENCES], *found[-1:]]


def _opens(part: Part) -> Hit | None:
    """Somebody names their office in the first words of a line at the top."""
    starts = _starts(part)
    for hit in part.of(OFFICE):
        if any(0 <= hit.first - start < FIRST_WORDS for start in starts):
            return hit
    return None


def _starts(part: Part) -> list[int]:
    """Numbers of the tokens that begin the first lines with words."""
    lines: dict[int, int] = {}
    for number, token in enumerate(part.tokens):
        lines.setdefault(token.line, number)
        if len(lines) > TOP:
            break
    return list(lines.values())[:TOP]


def _signed(part: Part) -> Hit | None:
    """The last words are a rank or an office."""
    last = len(part.tokens) - LAST_WORDS
    return next((hit for hit in part.of(OFFICER_FIRST) if hit.last >= last), None)


def _time_given(part: Part) -> Hit | None:
    """A number of hours, days, weeks or months."""
    counted = {hit.last for hit in part.hits.get("count", ())}
    counted |= {number for number, one in enumerate(part.tokens) if one.word[:1].isdigit()}
    for hit in part.hits.get("unit", ()):
        if counted & {hit.first - 1, hit.first - 2}:
            return hit
    return None


def _asks(part: Part, line: Sequence[Token]) -> bool:
    return any(mark in part.text[line[0].start : line[-1].end + 2] for mark in "?؟;")


def _beside(ones: Sequence[str], others: Sequence[str], distance: int) -> Finder:
    """Finds a word of `ones` with one of `others` at most `distance` words away."""

    def found(part: Part) -> Hit | None:
        places = part.of(others)
        return next(
            (hit for hit in part.of(ones) if any(_apart(hit, one) <= distance for one in places)), None
        )

    return found


def _apart(one: Hit, other: Hit) -> int:
    """Words between; what overlaps is one word read twice, not two beside each other."""
    if one.first <= other.last and other.first <= one.last:
        return 10_000
    return max(one.first, other.first) - min(one.last, other.last)


FINDERS: Mapping[str, Finder] = {
    "introduces": _introduces,
    "letterhead": _letterhead,
    "authority_demands": _beside(OFFICE, ("demand",), BESIDE),
    "authority_wants": _beside(OFFICE, ("wants",), BESIDE),
    "act_on_object": _beside(("act",), ("object",), ACT_TO_OBJECT),
    "demand_on_object": _beside(("demand",), ("object",), ACT_TO_OBJECT),
    "demand_to_act": _beside(("demand", "ask"), ("act",), DEMAND_TO_ACT),
    "opens": _opens,
    "speaker": _beside(OFFICE, ("speaks",), IN_ONE_BREATH),
    "signed": _signed,
    "time_given": _time_given,
}
MARKED = ("citation", "number", "target", "instrument")
PLACES = (
    "introduces", "letterhead", "authority_demands", "authority_wants", "act_on_object", "demand_on_object",
    "demand_to_act", *MARKED, "opens", "speaker", "signed", "time_given",
)  # fmt: skip


def place(part: Part, name: str) -> tuple[int, int] | None:
    """First and last character of the evidence `name`, or None."""
    if name in MARKED:
        return _marked(part, name)
    found = FINDERS[name](part)
    return (part.tokens[found.first].start, part.tokens[found.last].end) if found else None


def _marked(part: Part, name: str) -> tuple[int, int] | None:
    wanted = ("link",) if name == "target" else [key for key in marks() if key.split(" ")[0] == name]
    return next((found.span() for key in wanted if (found := marks()[key].search(part.text))), None)
