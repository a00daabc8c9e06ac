"""What a channel's moderator writes to our bot, in any of five languages."""

import unicodedata
from dataclasses import dataclass

from steelyard.letters.channel import COMMANDS

NEEDS_A_CASE = ("look", "remove", "keep", "team", "mute")


@dataclass(frozen=True)
class Command:
    name: str
    language: str
    about: str
    """The beginning of a report's reference, or an account; "" for neither"""
    words: str
    """The reason, or the rules"""


def read_command(text: str) -> Command | None:
    """None for what is none of our commands. Small differences of writing (accents, joiners) do not matter."""
    verb, _space, rest = text.strip().partition(" ")
    found = _KNOWN.get(_plain(verb))
    if found is None:
        return None
    name, language = found
    if name in (*NEEDS_A_CASE, "unmute"):
        about, _space, words = rest.strip().partition(" ")
        return Command(name, language, about, words.strip())
    return Command(name, language, "", rest.strip())


def _plain(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if unicodedata.category(sign) not in ("Mn", "Cf"))


_KNOWN = {
    _plain(word): (name, language)
    for name, words in COMMANDS.items()
    for language, word in words.items()
}  # fmt: skip
