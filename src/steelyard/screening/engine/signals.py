"""What a policy says a signal is, and what a scan reports about it."""

from pathlib import Path

import msgspec

from steelyard.screening.engine.alphabet import ARABIC, CYRILLIC, GREEK, LATIN, LETTER
from steelyard.screening.engine.places import Place

SCRIPT_OF_LANGUAGE = (
    dict.fromkeys(("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "mn", "tt"), CYRILLIC)
    | dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "ug"), ARABIC)
    | {"el": GREEK}
    | dict.fromkeys(
        ("zh", "ja", "ko", "th", "hi", "bn", "ta", "te", "he", "hy", "ka", "am", "my", "km", "lo"), LETTER
    )
)


def script_of_language(language: str) -> int:
    """The script class a language is written in; Latin when we know nothing else."""
    return SCRIPT_OF_LANGUAGE.get(language, LATIN)


class Words(msgspec.Struct, frozen=True):
    """Terms of some languages. A trailing `*` lets the word go on: `зарабат*`."""

    languages: tuple[str, ...]
    terms: tuple[str, ...]
    places: tuple[Place, ...]


class Pattern(msgspec.Struct, frozen=True):
    """One regular expression over the folded text, matched at the edges of words."""

    languages: tuple[str, ...]
    pattern: str
    place: Place


class Model(msgspec.Struct, frozen=True):
    """A learned signal: it fires where the model's probability reaches `threshold`; one that stands `beside` others
    only where another signal fired, so that nothing is searched for its sake alone."""

    file: Path
    threshold: float
    beside: bool = False


class Hashes(msgspec.Struct, frozen=True):
    """Files on hash lists: exactly the same, or for pictures alike up to `threshold` bits of PDQ."""

    lists: tuple[str, ...]
    kinds: tuple[str, ...]
    threshold: int


class Plugin(msgspec.Struct, frozen=True):
    """A classifier outside the engine, by its name, and from which score on the signal fires."""

    name: str
    threshold: float


class Example(msgspec.Struct, frozen=True):
    text: str
    place: Place
    surface: str = "public_channel"
    facts: dict[str, int | str | bool] = {}
    listed: tuple[str, ...] = ()
    """Signals over hash lists that fire for a file posted with it."""
    scores: dict[str, float] = {}
    """What plug-ins say of it."""


class Signal(msgspec.Struct, frozen=True):
    """One file of `signals/`."""

    name: str
    about: str
    place: Place
    digest: str
    words: tuple[Words, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    links: tuple[str, ...] = ()
    model: Model | None = None
    hashes: Hashes | None = None
    plugin: Plugin | None = None
    match: tuple[Example, ...] = ()
    no_match: tuple[Example, ...] = ()
