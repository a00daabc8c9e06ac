"""Country names in the reader's language, from the Unicode CLDR (countries.json, Unicode Licence v3)."""

from functools import cache
from pathlib import Path

import msgspec

DATA = Path(__file__).parent / "countries.json"


@cache
def _names() -> dict[str, dict[str, str]]:
    return msgspec.json.decode(DATA.read_bytes(), type=dict[str, dict[str, str]])


def country_name(code: str, language: str) -> str:
    """The name of a country (ISO 3166-1 alpha-2); the code itself when it is not known."""
    names = _names().get(code.upper(), {})
    return names.get(language) or names.get("en") or code


def countries(language: str) -> list[tuple[str, str]]:
    """Code and name of every country, in the order of the names."""
    return sorted(
        ((code, country_name(code, language)) for code in _names()), key=lambda one: one[1].casefold()
    )


def known(code: str) -> bool:
    return code.upper() in _names()
