"""Country names in the reader's language, from the Unicode CLDR (data/countries.json, Unicode Licence v3)."""

import json
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "countries.json"


@cache
def _names() -> dict[str, dict[str, str]]:
    return json.loads(DATA.read_text())  # type: ignore[no-any-return]


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
