"""Names of countries and regions in the reader's language, from the Unicode CLDR (*.json here, Unicode Licence v3)."""

from functools import cache
from pathlib import Path

import msgspec

DATA = Path(__file__).parent / "countries.json"
REGIONS = Path(__file__).parent / "regions.json"


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


class _Region(msgspec.Struct, frozen=True):
    names: dict[str, str]
    countries: str


@cache
def _regions() -> dict[str, _Region]:
    return msgspec.json.decode(REGIONS.read_bytes(), type=dict[str, _Region])


@cache
def _region_by_country() -> dict[str, str]:
    return {code: id_ for id_, region in _regions().items() for code in region.countries.split()}


def region_of(country: str) -> str:
    """The part of the world (number of UN M49, as CLDR contains them) a country lies in; "" when it is not known."""
    return _region_by_country().get(country.upper(), "")


def region_name(id_: str, language: str) -> str:
    """The region's name; its number when it is not known."""
    found = _regions().get(id_)
    return found.names.get(language, found.names["en"]) if found else id_
