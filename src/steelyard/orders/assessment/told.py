"""What a sentence tells, and does not ask for: of an offence, of a piece of content, of a business by its name."""

import re
from dataclasses import dataclass

from steelyard.orders.assessment.concepts import Concepts, Hit
from steelyard.orders.assessment.terms import found
from steelyard.rulebook.shapes import RedLineWords

ADDRESS = re.compile(r"(?<!\w)@\w|\w@[\w-]+\.\w|https?://|\b(?:matrix|telegram|memory):|\+\d[\d ]{6}|\b\d{7}")
"""An account or a channel by its address, or somebody by a mail address, a telephone number or a long number"""
_WORD = re.compile(r"\w+")
_CLAUSE = re.compile(r"[,:;،؛–—()\[\]]|\s-\s")
_TOLD_BEFORE_ITS_VERB = ("keys", "backdoor", "realtime_all")
"""Where the verb of what happened can come last; of a crowd it says which one ("all who offered …")."""
_ACTS = ("give", "undo", "decrypt", "build")


@dataclass(frozen=True)
class Telling:
    """One sentence, read for what it tells."""

    plain: str
    words: RedLineWords
    concepts: Concepts
    data: bool
    """It asks for data, or to keep them"""
    says_whose: bool

    def tells(self, line: str, start: int, end: int) -> bool:
        """Whether it stands in what is told of an offence, of a piece of content or of a business by its name."""
        clause = self._clause(start, end)
        if line == "keys" and self._theirs(start, end):
            return True
        if line == "backdoor" and self.says_whose and self._named_so(start, end):
            return True
        return self._before(start, end, clause) or (
            line in _TOLD_BEFORE_ITS_VERB and self._after(end, clause)
        )

    def _after(self, end: int, clause: tuple[int, int]) -> bool:
        """Whether its clause ends with such a verb, and neither names an account nor asks for something."""
        after = self.plain[end : clause[1]]
        if not self.says_whose or ADDRESS.search(after):
            return False
        last = " ".join(_WORD.findall(after)[-2:])
        return self.concepts.speaks_of(last, "tells") and not self._acts(clause)

    def _before(self, start: int, end: int, clause: tuple[int, int]) -> bool:
        """Whether such a verb stands before it, and nothing after the verb asks for something."""
        if self.data and not self.says_whose:
            return False
        since = clause[0] if self.data else 0  # what is hidden is described at length
        verbs = self.concepts.spots(self.plain[since:start], "tells")
        if not verbs:
            return False
        told = self.plain[since + verbs[0][1] : start]
        if self.data and ADDRESS.search(told):
            return False  # the things of whoever is named, after all
        joined = bool(self.concepts.spots(told, "and"))
        return not found(told, self.words.asks) and not (joined and self._acts((start, end)))

    def _acts(self, span: tuple[int, int]) -> bool:
        """Whether something is asked for there, or a word of an act stands there."""
        there = self.plain[slice(*span)]
        return bool(found(there, self.words.asks)) or any(
            self.concepts.speaks_of(there, one) for one in _ACTS
        )

    def _clause(self, start: int, end: int) -> tuple[int, int]:
        ends = [one.span() for one in _CLAUSE.finditer(self.plain)]
        first = max((after for _at, after in ends if after <= start), default=0)
        return first, min((at for at, _after in ends if at >= end), default=len(self.plain))

    def _theirs(self, start: int, end: int) -> bool:
        """Whether right beside it the sender says to hold it already."""
        beside = (" ".join(self.plain[:start].split()[-5:]), " ".join(self.plain[end:].split()[:5]))
        return any(self.concepts.speaks_of(one, "ours") and not found(one, self.words.asks) for one in beside)

    def _named_so(self, start: int, end: int) -> bool:
        """Whether a word for a business stands beside it."""
        before, after = _WORD.findall(self.plain[:start])[-2:], _WORD.findall(self.plain[end:])[:2]
        return self.concepts.speaks_of(" ".join((*before, *after)), "trade")

    def goes_on(self, hit: Hit) -> bool:
        """Whether “and” opens it: “remove the post, and switch off the encryption”."""
        before = " ".join(_WORD.findall(self.plain[: min(hit.spans)[0]])[-1:])
        return hit.line in ("decryption", "backdoor") and self.concepts.speaks_of(before, "and")
