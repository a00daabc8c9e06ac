"""What several pieces of evidence say together, and how much each counts beside the others."""

from collections import Counter
from collections.abc import Iterable, Sequence

from steelyard.orders.recognition.found import Evidence
from steelyard.orders.recognition.sender import SPEAKERS

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
SPEAKING = (
    "name speaks", "introduces", "letterhead", "opens", "speaker", "signed", "authority_demands", "authority_wants",
)  # fmt: skip
AMOUNTS = ("money", "percent")
DOUBTS = (*AGAINST, "asked", "asked_for", "asks_a_question", "cover_asks", "asks_for_money", *AMOUNTS)
UNVOUCHED = 1.6
AMBIGUOUS = 0.75
"""How much a word of several concepts loses: 1 would divide its worth by their number."""


def asks_for_money(found: Sequence[Evidence]) -> list[Evidence]:
    """An amount beside what frauds say: the reader is to pay, whoever the letter says it is from."""
    bait = any(one.signal in ("fraud", "lure", "sender bait") for one in found)
    return [one._replace(signal="asks_for_money") for one in found if bait and one.signal == "money"]


def named(signals: Iterable[str]) -> bool:
    """Whether the address or the name that goes with it is an office's: hardly anybody else writes orders."""
    return any(one.startswith(("domain ", "box ")) or one == "name speaks" for one in signals)


def unvouched(found: Sequence[Evidence]) -> list[Evidence]:
    """What speaks against an order counts more where no domain is an office's: offices say these words as well."""
    return [one._replace(share=one.share * UNVOUCHED) if one.signal in DOUBTS else one for one in found]


def divided(found: Sequence[Evidence]) -> list[Evidence]:
    """A word that says several things says each of them less: "Order" is no demand, act and object at once."""
    said = Counter((one.where, one.start) for one in found if one.step and one.signal in FOR)
    return [
        one._replace(share=one.share * said[one.where, one.start] ** -AMBIGUOUS)
        if one.step and one.signal in FOR
        else one
        for one in found
    ]


def unspoken(found: Sequence[Evidence]) -> list[Evidence]:
    """No authority is named at all, or one is named where nobody speaks for it."""
    if any(one.signal in SPEAKING or one.signal.startswith("domain ") for one in found):
        return []
    for one in found:
        if one.signal in SPEAKERS:
            return [one._replace(signal="mentioned_only", step=0)]
    return [Evidence("nobody_speaks", 0, 1, "", "", 0, 0)]
