"""A message has parts: what its sender writes, what they quote or pass on, and what is attached."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from steelyard.orders.recognition.covered import not_covered
from steelyard.orders.recognition.shapes import Arrival
from steelyard.orders.recognition.tokens import Token, plain, tokens
from steelyard.orders.recognition.tongue import tongues
from steelyard.orders.recognition.words import Hit, hits

_QUOTED = re.compile('[«„“"»‚‘]([^«»„“”"]{12,400})[»“”"«’]')
_CITED = re.compile('[«„“"»]([^«»„“”"]{60,4000})[»“”"«]')
"""So much between quotation marks is somebody else's letter."""
_ASKS = re.compile("[?؟;]")
WANTED = ("demand", "wants", "act")


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

    def of(self, concepts: Sequence[str]) -> list[Hit]:
        """What was found of several concepts, one after the other."""
        return [hit for name in concepts for hit in self.hits.get(name, ())]


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
