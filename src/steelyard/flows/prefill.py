"""Read a file that an authority uploads, in the sandbox, and say what of the form it seems to answer.

Nothing is decided by it: whoever uploaded it confirms each answer. What no word of the file says stays empty.
"""

import re
from dataclasses import dataclass, field

from steelyard.arrivals.sandbox.run import open_attachments
from steelyard.orders.recognition import Arrival, Attached, Recognised, recognise
from steelyard.rulebook.queries import instruments

LARGEST = 5_000_000
LONGEST_REASONS = 19_000
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


@dataclass(frozen=True)
class Prefilled:
    """Answers by the names of OrderGiven, and why the file stayed shut where it did."""

    answers: dict[str, str] = field(default_factory=dict)
    unopened: str = ""


def prefill(name: str, media_type: str, content: bytes) -> Prefilled:
    """What the file says. `content` is at most LARGEST bytes; larger ones are the caller's to refuse."""
    (opened, *_), _signatures = open_attachments([(name, media_type, content)])
    text = str(opened.get("text") or "")
    if opened.get("unopened"):
        return Prefilled(unopened=str(opened["unopened"]))
    if not text.strip():
        return Prefilled(unopened="it has no text")
    read = recognise(
        Arrival(door="authorities", attachments=(Attached(name=name, type=media_type, text=text),))
    )
    return Prefilled(answers={key: value for key, value in _answers(text, read).items() if value})


def _answers(text: str, read: Recognised) -> dict[str, str]:
    mail = _MAIL.search(text)
    return {
        "instrument": read.instrument if read.instrument in instruments() else "",
        "country": read.country,
        "reference": read.reference[:120],
        "targets": "\n".join(read.links[:100]),
        "contact": mail.group() if mail else "",
        "written_in": read.language,
        "reasons": text.strip()[:LONGEST_REASONS],
    }
