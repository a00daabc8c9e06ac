"""What looks the same in every language (`marks.yaml`), compiled once."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from steelyard.base.written import read_yaml


@cache
def marks() -> Mapping[str, re.Pattern[str]]:
    given = read_yaml(Path(__file__).with_name("marks.yaml"))
    instruments = given.pop("instruments")
    given["office"] = _offices(**given.pop("offices"))
    named = {f"instrument {name}": pattern for name, pattern in instruments.items()}
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in (given | named).items()}


def _offices(anywhere: str, begins: str) -> str:
    """Stems of words for an office as one pattern; a hyphen of theirs may be missing."""
    inside, first = ("|".join(stems.replace("-", "[-.]?").split()) for stems in (anywhere, begins))
    return f"{inside}|(?<![a-z])(?:{first})"
