"""What the gate refuses: frozen channels, muted and banned accounts, fingerprints of content that a decision removed.

The decision is in the database; this file is its effect at the gate, as a ban is on a platform, and it is
there before the database is. Changed through the control socket by the connector that carries decisions out.
"""

from pathlib import Path

import msgspec

from steelyard.base.errors import BadInput, Broken
from steelyard.base.files import write_private
from steelyard.enforcement.connector import fingerprint


class Reason(msgspec.Struct, frozen=True):
    """What the author is told: why, the case, and where to contest it."""

    reason: str = ""
    case: str = ""
    appeal: str = ""
    every: int = 0
    """For a limited account: seconds from one post to the next"""


class Lists(msgspec.Struct):
    channels: dict[str, Reason] = {}
    accounts: dict[str, Reason] = {}
    content: dict[str, Reason] = {}
    limited: dict[str, Reason] = {}
    """Accounts that post less often; the module counts, so that this holds while nobody answers"""
    banned: dict[str, Reason] = {}


class Question(msgspec.Struct):
    """What the module asks before a post is accepted."""

    id: int
    room: str
    sender: str
    text: str = ""


class Change(msgspec.Struct):
    """`refuse` with a reason puts `id` on a list; without one it takes it off."""

    list: str
    id: str
    refuse: Reason | None = None


class Refusals:
    def __init__(self, file: Path) -> None:
        self._file = file
        self.lists = _read(file)

    def answer(self, question: Question) -> Reason | None:
        return (
            self.lists.channels.get(question.room)
            or self.lists.banned.get(question.sender)
            or self.lists.accounts.get(question.sender)
            or self.lists.content.get(fingerprint(question.text))
        )

    def apply(self, change: Change) -> bool:
        """Keep a change. Returns whether it changed anything. Raises BadInput for a list we do not have."""
        if change.list not in Lists.__struct_fields__:
            raise BadInput(f"The gate keeps no list called {change.list!r}.")
        entries: dict[str, Reason] = getattr(self.lists, change.list)
        if entries.get(change.id) == change.refuse:
            return False
        if change.refuse is None:
            del entries[change.id]
        else:
            entries[change.id] = change.refuse
        write_private(self._file, msgspec.json.encode(self.lists))
        return True


def _read(file: Path) -> Lists:
    if not file.exists():
        return Lists()
    try:
        return msgspec.json.decode(file.read_bytes(), type=Lists)
    except msgspec.DecodeError as fault:
        raise Broken(
            "The gate's list of refusals cannot be read.", str(fault), f"Restore {file} from a backup."
        ) from fault
