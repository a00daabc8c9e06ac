"""Lives as tables: a move that is missing from the table cannot happen."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from steelyard.base.errors import Refused, gettext_noop

State = TypeVar("State", bound=StrEnum)


def next_state(moves: Mapping[tuple[str, State], State], move: str, state: State) -> State:
    """Where `move` leads from `state`. Raises Refused when the table has no such move."""
    try:
        return moves[move, state]
    except KeyError as missing:
        raise Refused(
            gettext_noop("This step is not possible any more."),
            gettext_noop("Somebody may have acted on it in the meantime."),
            gettext_noop("Open it again and look at its history."),
        ) from missing
