"""Counted by the step that something came to: the last word of an entry's type."""

from steelyard.portal.exhibits import Pile
from steelyard.transparency import sums

ANSWERS = ("executed", "partly", "refused")


def steps_of(rows: list[sums.Row], column: int, step: int) -> Pile:
    """`column` is what the pile is by, `step` where the type stands."""
    pile = Pile()
    for row in rows:
        pile.by[str(row[column])][str(row[step]).rsplit(":", 1)[-1]] += int(row[-1])
    return pile
