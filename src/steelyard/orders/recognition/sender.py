"""Whom the sender wants to be taken for: their address, and the name they give themselves.

Mail can be forged; this says only what somebody claims.
"""

import re
from collections import defaultdict
from collections.abc import Sequence

from steelyard.orders.recognition.covered import not_covered
from steelyard.orders.recognition.found import Evidence
from steelyard.orders.recognition.marks import marks
from steelyard.orders.recognition.phrases import also_typed
from steelyard.orders.recognition.tokens import plain, tokens
from steelyard.orders.recognition.words import Hit, hits

SPEAKERS = ("authority", "officer")
NO_AUTHORITY = ("counsel", "press", "study", "association", "vendor")
OF_A_STATE = ("domain state", "domain named")
NAMES = {
    "name speaks": SPEAKERS, "name press": ("press", "newsdesk"), "name study": ("study",),
    "name counsel": ("counsel",),
    "name association": ("association",), "name machine": ("machine", "settled"),
    "name trade": ("vendor", "trade", "hiring", "event", "customer"),
}  # fmt: skip
"""What a name can say, and the concepts that say it"""


def of_the_name(name: str, languages: Sequence[str]) -> list[Evidence]:
    """ "Regional court, registry", "Police, press office", "Mailer-Daemon"."""
    there = _concepts_in(name, languages)
    return [
        Evidence(signal, 0, 1, "sender", name.strip(), 0, 0)
        for signal, concepts in NAMES.items()
        if there.intersection(concepts)
    ]


def of_the_address(sender: str, languages: Sequence[str]) -> list[Evidence]:
    """A child protection association is an association: what is private in an address outweighs a word for an office,
    though not a State's domain. What stands before the @ is asked last and says less: anybody calls their mailbox what
    they like."""
    named, private = named_by(sender, languages), _private(sender, languages)
    if private and (named is None or named.signal == "domain words"):
        return [private]
    spoken = named or _box(sender, languages)
    return [spoken] if spoken else []


def named_by(sender: str, languages: Sequence[str] = ()) -> Evidence | None:
    """Whom the address's domain claims to be: a State's, one named like an authority, or a word for one in the letter's
    own languages."""
    domain = sender.rpartition("@")[2].strip(" >").casefold()
    for mark, name in (("state_domain", "state"), ("named_domain", "named")):
        if domain and marks()[mark].search(domain):
            return Evidence(f"domain {name}", 0, 1, "sender", domain, 0, 0)
    return _office("domain", domain.rpartition(".")[0], languages)


def _box(sender: str, languages: Sequence[str]) -> Evidence | None:
    """The same of the part before the @."""
    return _office("box", sender.rpartition("@")[0], languages)


def _office(where: str, words: str, languages: Sequence[str]) -> Evidence | None:
    if said := _said(words, SPEAKERS, languages):
        return Evidence(f"{where} words", 0, 1, "sender", said, 0, 0)
    stem = marks()["office"].search(plain(words).casefold())
    return Evidence(f"{where} stem", 0, 1, "sender", stem.group(), 0, 0) if stem else None


def _private(sender: str, languages: Sequence[str]) -> Evidence | None:
    """An address that names a law firm, a newspaper, a university, an association or a supplier."""
    for name in NO_AUTHORITY:
        mark = marks().get(f"address_{name}")
        if said := (mark and mark.search(sender) and sender) or _said(
            sender.rpartition(".")[0], (name,), languages
        ):
            return Evidence(f"sender {name}", 0, 1, "sender", said, 0, 0)
    return None


def _said(part: str, concepts: Sequence[str], languages: Sequence[str]) -> str:
    """A part of an address as words, when one of them is a word for one of the concepts."""
    address = re.sub(r"[\W\d_]+", " ", part)
    return address.strip() if _concepts_in(address, languages).intersection(concepts) else ""


def _concepts_in(words: str, languages: Sequence[str]) -> set[str]:
    found = tokens(plain(words))
    read = [*languages, *(typed for one in languages for typed in also_typed(one))]
    there: dict[str, list[Hit]] = defaultdict(list)
    for language in read:
        for hit in hits(found, language):
            there[hit.concept].append(hit)
    return {name for name, each in not_covered(there).items() if each}
