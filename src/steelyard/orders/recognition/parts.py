"""A message has parts: what its sender writes, what they quote or pass on, and what is attached."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from steelyard.orders.recognition.shapes import Arrival
from steelyard.orders.recognition.tongue import tongues
from steelyard.orders.recognition.words import Hit, Token, hits, plain, tokens

SHORT_LINE = 14
"""Words of a line that can be a letterhead or a signature"""
TOP, END = 5, 8
"""Lines with words at the top and at the end, where these stand"""
BESIDE, ACT_TO_OBJECT, DEMAND_TO_ACT, IN_ONE_BREATH = 7, 8, 12, 5
FIRST_WORDS, LAST_WORDS = 4, 5
_QUOTED = re.compile('[«„“"»‚‘]([^«»„“”"]{12,400})[»“”"«’]')
_CITED = re.compile('[«„“"»]([^«»„“”"]{60,4000})[»“”"«]')
"""So much between quotation marks is somebody else's letter."""
_ASKS = re.compile("[?؟;]")
_ENDS = re.compile("[.!?؟;:…\n]|[-–—] | [-–—]")
SHORT_SENTENCE, FIRST_SENTENCES = 9, 2


WANTED = ("demand", "wants", "act")
COVERED = ("authority", "officer", "demand", "wants", "act", "object")
COVERING = (
    "told", "complied", "association", "own", "press", "study", "question", "counsel", "lure", "vendor", "fraud",
    "mine", "kin", "received", "customer", "courtesy", "private", "event", "newsdesk", "machine", "hiring",
)  # fmt: skip
OFFICES = ("authority", "officer")
COVERED_BY_OFFICES = ("counsel", "press", "study", "association", "vendor", "hiring", "event", "newsdesk", "customer")


class Part:
    """One text, with the words that were found in it."""

    def __init__(self, role: str, name: str, text: str, below: int = 0) -> None:
        self.role, self.name, self.text = role, name, plain(text)
        self.below = below
        """The first line below the subject"""

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.text)

    @cached_property
    def read(self) -> tuple[str, tuple[str, ...]]:
        """Its language, and the lexicons it is read with."""
        return tongues(self.text)

    @property
    def tongues(self) -> tuple[str, ...]:
        return self.read[1]

    @cached_property
    def hits(self) -> Mapping[str, Sequence[Hit]]:
        """By concept, the longest phrase at each place; what a longer phrase says against counts alone there."""
        found: dict[str, dict[int, Hit]] = defaultdict(dict)
        for language in self.tongues:
            for hit in hits(self.tokens, language):
                known = found[hit.concept].get(hit.first)
                if known is None or known.last < hit.last:
                    found[hit.concept][hit.first] = hit
        there = not_covered(
            {name: [places[first] for first in sorted(places)] for name, places in found.items()}
        )
        return there | {name: self._own_words(there[name]) for name in WANTED if name in there}

    def place(self, name: str, marks: Mapping[str, re.Pattern[str]]) -> tuple[int, int] | None:
        """Where evidence lies that is in where something stands, or that looks alike in every language."""
        if name in ("citation", "number", "target", "instrument"):
            return self._marked(name, marks)
        finder: Callable[[], Hit | None] = {
            "introduces": self._introduces,
            "letterhead": self._letterhead,
            "authority_demands": lambda: self._near(("authority", "officer"), ("demand",), BESIDE),
            "authority_wants": lambda: self._near(("authority", "officer"), ("wants",), BESIDE),
            "act_on_object": lambda: self._near(("act",), ("object",), ACT_TO_OBJECT),
            "demand_on_object": lambda: self._near(("demand",), ("object",), ACT_TO_OBJECT),
            "demand_to_act": lambda: self._near(("demand", "ask"), ("act",), DEMAND_TO_ACT),
            "opens": self._opens,
            "speaker": lambda: self._near(("authority", "officer"), ("speaks",), IN_ONE_BREATH),
            "signed": self._signed,
            "time_given": self._time_given,
        }[name]
        found: Hit | None = finder()
        return (self.tokens[found.first].start, self.tokens[found.last].end) if found else None

    def _marked(self, name: str, marks: Mapping[str, re.Pattern[str]]) -> tuple[int, int] | None:
        wanted = {"target": ("link",)}.get(name) or [key for key in marks if key.split(" ")[0] == name]
        return next((found.span() for key in wanted if (found := marks[key].search(self.text))), None)

    def _letterhead(self) -> Hit | None:
        """Short lines at the top and at the end, where a letter names its author."""
        lines: dict[int, list[Token]] = defaultdict(list)
        for token in self.tokens:
            lines[token.line].append(token)
        numbers = sorted(lines)
        outer = {*numbers[:TOP], *numbers[-END:]} if len(numbers) > 1 else set()
        for concept in ("officer", "authority"):
            for hit in self.hits.get(concept, ()):
                line = self.tokens[hit.first].line
                if line in outer and len(lines[line]) <= SHORT_LINE and not self._asks(lines[line]):
                    return hit
        return None

    def _introduces(self) -> Hit | None:
        """An office is named in a first or a last sentence of a few words: "Hello, county police here." """
        for first, last in self._short_sentences:
            for hit in self._of(("officer", "authority")):
                if first <= hit.first and hit.last <= last:
                    return hit
        return None

    @cached_property
    def _short_sentences(self) -> list[tuple[int, int]]:
        """First and last token of the first two sentences and of the last, where they are short and ask nothing."""
        if self.role == "all" or not self.tokens:
            return []
        found: list[tuple[int, int]] = []
        first = next((n for n, one in enumerate(self.tokens) if one.line >= self.below), None)
        if first is None:
            return []
        for number in range(first, len(self.tokens)):
            after = self.tokens[number + 1].start if number + 1 < len(self.tokens) else len(self.text)
            between = self.text[self.tokens[number].end : after]
            if number + 1 == len(self.tokens) or _ENDS.search(between):
                if number - first < SHORT_SENTENCE and not _ASKS.search(between):
                    found.append((first, number))
                else:
                    found.append((0, -1))
                first = number + 1
        return [*found[:FIRST_SENTENCES], *found[-1:]]

    def _opens(self) -> Hit | None:
        """Somebody names their office in the first words of a line at the top."""
        starts = self._starts()
        for hit in self._of(("authority", "officer")):
            if any(0 <= hit.first - start < FIRST_WORDS for start in starts):
                return hit
        return None

    def _starts(self) -> list[int]:
        """Numbers of the tokens that begin the first lines with words."""
        lines: dict[int, int] = {}
        for number, token in enumerate(self.tokens):
            lines.setdefault(token.line, number)
            if len(lines) > TOP:
                break
        return list(lines.values())[:TOP]

    def _signed(self) -> Hit | None:
        """The last words are a rank or an office."""
        last = len(self.tokens) - LAST_WORDS
        return next((hit for hit in self._of(("officer", "authority")) if hit.last >= last), None)

    def _time_given(self) -> Hit | None:
        """A number of hours, days, weeks or months."""
        counted = {hit.last for hit in self.hits.get("count", ())}
        counted |= {number for number, one in enumerate(self.tokens) if one.word[:1].isdigit()}
        for hit in self.hits.get("unit", ()):
            if counted & {hit.first - 1, hit.first - 2}:
                return hit
        return None

    def _own_words(self, hits: Sequence[Hit]) -> list[Hit]:
        """Without what stands between quotation marks, when whoever quotes it asks a question."""
        return [hit for hit in hits if not self._within(hit, self._quotes)]

    @cached_property
    def _quotes(self) -> list[tuple[int, int]]:
        if not _ASKS.search(self.text):
            return []
        return [found.span() for found in _QUOTED.finditer(self.text)]

    def _within(self, hit: Hit, spans: Sequence[tuple[int, int]]) -> bool:
        start, end = self.tokens[hit.first].start, self.tokens[hit.last].end
        return any(first <= start and end <= last for first, last in spans)

    def _of(self, concepts: Sequence[str]) -> list[Hit]:
        return [hit for name in concepts for hit in self.hits.get(name, ())]

    def _asks(self, line: Sequence[Token]) -> bool:
        return any(mark in self.text[line[0].start : line[-1].end + 2] for mark in "?؟;")

    def _near(self, ones: Sequence[str], others: Sequence[str], distance: int) -> Hit | None:
        places = [hit for name in others for hit in self.hits.get(name, ())]
        for name in ones:
            for hit in self.hits.get(name, ()):
                if any(_apart(hit, other) <= distance for other in places):
                    return hit
        return None


def not_covered(found: Mapping[str, list[Hit]]) -> dict[str, list[Hit]]:
    """ "The police told me" is no authority that speaks, "have you removed" nobody who wants something removed; and the
    attorney general is no attorney."""
    ours, offices = _until(found, COVERING), _until(found, OFFICES)
    covers = {name: ours for name in COVERED} | {name: offices for name in COVERED_BY_OFFICES}
    return {
        name: [one for one in there if covers.get(name, {}).get(one.first, -1) < one.last]
        for name, there in found.items()
    }


def _until(found: Mapping[str, list[Hit]], names: Sequence[str]) -> dict[int, int]:
    """For each word of a phrase of several words for one of the concepts, the last word of that phrase."""
    until: dict[int, int] = {}
    for hit in (hit for name in names for hit in found.get(name, ()) if hit.last > hit.first):
        for number in range(hit.first, hit.last + 1):
            until[number] = max(until.get(number, -1), hit.last)
    return until


def _apart(one: Hit, other: Hit) -> int:
    """Words between; what overlaps is one word read twice, not two beside each other."""
    if one.first <= other.last and other.first <= one.last:
        return 10_000
    return max(one.first, other.first) - min(one.last, other.last)


def parts_of(arrival: Arrival, marks: Mapping[str, re.Pattern[str]]) -> list[Part]:
    """What is written, what is quoted, each attachment; and the whole, when there are several."""
    written, quoted = _split(arrival.body, marks["quoted"])
    found = [Part("text", "text", f"{arrival.subject}\n\n{written}", 2)]
    if quoted.strip():
        found.append(Part("quoted", "quoted", quoted))
    for cited in _CITED.findall(written):
        found.append(Part("cited", "quoted", cited))
    for each in arrival.attachments:
        if each.text.strip():
            found.append(Part("attached", each.name, f"{each.name}\n{each.text}"))
    found = [part for part in found if part.text.strip()]
    if len(found) > 1:
        found.append(Part("all", "all", "\n\n".join(part.text for part in found)))
    return found


def _split(body: str, mark: re.Pattern[str]) -> tuple[str, str]:
    """The sender's own words, and what they quote or pass on."""
    lines = body.splitlines()
    own = [line for line in lines if not line.lstrip().startswith(">")]
    cited = [line.lstrip("> ") for line in lines if line.lstrip().startswith(">")]
    text = "\n".join(own)
    if found := mark.search(text):
        return text[: found.start()], "\n".join([text[found.start() :], *cited])
    return text, "\n".join(cited)
