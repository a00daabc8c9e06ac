"""What of a matter is sealed."""

import msgspec

from steelyard.markets.models import Matter
from steelyard.vault.actions import unseal

PLACE = "markets.matter"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Who, their reference, what they ask for, and the position we took."""

    authority: str
    reference: str = ""
    asked: str
    taken: str = ""


def said_of(row: Matter) -> Said:
    return msgspec.json.decode(unseal(row.key, bytes(row.sealed), place=PLACE), type=Said)
