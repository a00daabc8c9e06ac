"""What screening has seen, without saying what it was."""

from collections.abc import Sequence

from steelyard.screening.models import Sight
from steelyard.vault.actions import keyed_hash


def unseen(connector: str, ids: Sequence[str]) -> list[str]:
    """Those of `ids` that were never screened, in their order."""
    marks = {mark_of(connector, each): each for each in ids}
    known = set(Sight.objects.filter(mark__in=marks).values_list("mark", flat=True))
    return [each for mark, each in marks.items() if mark not in known]


def mark_of(connector: str, post: str) -> str:
    """The keyed fingerprint of a post's id (with its revision, where it has one)."""
    return keyed_hash(f"{connector}\x1f{post}", purpose="screening.sight")
