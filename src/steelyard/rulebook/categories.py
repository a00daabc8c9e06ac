"""Where our harms stand among the categories of the Union's reports."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from steelyard.base.errors import Broken
from steelyard.rulebook.queries import HERE, fact, harms


@dataclass(frozen=True)
class Category:
    """A category of Regulation (EU) 2024/2835, Annex I, part 2, with its keyword."""

    category: str
    keyword: str = ""
    other: str = ""
    """What it is, where the keyword is KEYWORD_OTHER"""


def category_of(harm: str, on: date, *, illegal: bool) -> Category | None:
    """The category of a harm in force on `on`; None when nobody has mapped it, which is never guessed.

    `illegal`: among the categories of illegal content; otherwise among those of the terms.
    """
    try:
        found = fact(f"categories.{harm}", on).value.get("illegal" if illegal else "terms")
    except Broken:
        return None
    return Category(*found) if found else None


def unmapped(on: date) -> Mapping[str, tuple[str, ...]]:
    """The harms that have no category, by kind (illegal, terms)."""
    return {
        kind: tuple(harm for harm in harms() if category_of(harm, on, illegal=kind == "illegal") is None)
        for kind in ("illegal", "terms")
    }


@cache
def database_rules() -> Mapping[str, Any]:
    """The DSA Transparency Database: its fields, enumerations, limits and errors, with their source."""
    found: Mapping[str, Any] = json.loads((HERE / "law" / "transparency_database.json").read_text())
    return found


def member_states() -> tuple[str, ...]:
    """The Member States of the Union, ISO 3166-1 alpha-2."""
    return tuple(database_rules()["territorial_scope_groups"]["EU"])
