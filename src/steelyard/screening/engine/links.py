"""Links: what a text points to, without asking the network.

URLs with and without a scheme, "t.me/name" and "@name" are found on the folded text, so look-alike letters,
full-width dots and invisible characters inside a link do not hide it. The address itself is read from the
original, because that is where an imitation shows.
"""

import re
from typing import NamedTuple

from steelyard.screening.engine.alphabet import LATIN, script_of

TLDS = frozenset(
    """
    com net org info biz io me app link online site xyz top shop store club vip pro ltd live bet casino cc
    in co uk de fr es it pl tr ru su ua by kz uz pф ir ae eu us ca au br cn jp kr id vn my sg ly gg tv ws to
    ai dev page space website fun win tech life world today group finance money cash credit loan trade market
    exchange
    investments games poker icu cyou click buzz work jobs agency digital media email one cfd bond monster
    """.split()
)
"""Endings that make a bare "name.ending" a link. Longer than a list of spammers, shorter than the world's."""
MAX_LINKS = 50
_URL = re.compile(
    r"(?P<scheme>(?:https?|hxxps?|tg|ftp):/{2})?"
    r"(?P<host>(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,6}[^\W\d_]{2,24})(?![\w@])(?P<port>:\d{1,5})?"
    r"(?P<path>[/?#][^\s\x01<>\"]{0,300})?"
)
_TG = re.compile(r"tg:/{2}[^\s\x01<>\"]{1,200}")
_MENTION = re.compile(r"(?<![\w@./])@([a-z][\w]{4,31})")


class Link(NamedTuple):
    """A link as folded (`address`, without scheme) and its characters `start` to `end` in the folded text."""

    address: str
    host: str
    start: int
    end: int
    host_start: int
    host_end: int


def find_links(folded: str) -> list[Link]:
    """Up to MAX_LINKS links of one folded text."""
    found = []
    for match in _URL.finditer(folded):
        host = match["host"].strip("-")
        if match["scheme"] or host.rpartition(".")[2] in TLDS:
            address = host.removeprefix("www.") + (match["path"] or "").rstrip(".,;:!?)»")
            found.append(Link(address, host, match.start(), match.end(), *match.span("host")))
        if len(found) >= MAX_LINKS:
            break
    return found


def find_mentions(folded: str) -> list[tuple[int, int]]:
    """Places of "@name", mail addresses left out."""
    return [match.span() for match in _MENTION.finditer(folded)][:MAX_LINKS]


def imitates(original_host: str) -> bool:
    """Whether a host mixes Latin letters with others inside one label, as look-alikes of known names do."""
    return any(
        len({script_of(char) for char in label if char.isalpha()}) > 1
        and any(script_of(char) == LATIN for char in label)
        for label in original_host.split(".")
    )


class LinkLists:
    """A policy's lists: "host" (its subdomains included) or "host/path-start", each naming its signal."""

    def __init__(self, lists: list[tuple[str, str]]) -> None:
        """`lists` holds (signal, folded entry)."""
        self._domains: dict[str, list[str]] = {}
        self._starts: list[tuple[str, str]] = []
        for signal, entry in lists:
            if "/" in entry:
                self._starts.append((entry, signal))
            else:
                self._domains.setdefault(entry, []).append(signal)

    def signals(self, link: Link) -> list[str]:
        labels = link.host.removeprefix("www.").split(".")
        parents = (".".join(labels[first:]) for first in range(len(labels) - 1))
        named = [signal for parent in parents for signal in self._domains.get(parent, ())]
        return named + [signal for start, signal in self._starts if link.address.startswith(start)]
