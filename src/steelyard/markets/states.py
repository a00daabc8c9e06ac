"""Two lives: leaving a country, and a matter that a State has going about the service."""

from enum import StrEnum


class LeavingState(StrEnum):
    ASKED = "asked"
    """One person asked for it. Nothing has happened."""
    LEFT = "left"
    """Newcomers are refused, members were told, the time to take things along runs or is over."""
    RETURNED = "returned"
    """Newcomers are taken again, members were told."""


MOVES = {
    ("leave", LeavingState.ASKED): LeavingState.LEFT,
    ("return", LeavingState.LEFT): LeavingState.RETURNED,
}


class MatterState(StrEnum):
    OPEN = "open"
    """Something is wanted of us, and somebody answers by a day."""
    ANSWERED = "answered"
    """Our position is taken; it is theirs to move."""
    CLOSED = "closed"


MATTER_MOVES = {
    ("answer", MatterState.OPEN): MatterState.ANSWERED,
    ("ask_again", MatterState.ANSWERED): MatterState.OPEN,
    ("close", MatterState.OPEN): MatterState.CLOSED,
    ("close", MatterState.ANSWERED): MatterState.CLOSED,
}
WHO_MOVES = {
    LeavingState.ASKED: "a second person",
    LeavingState.LEFT: "two persons, when the service comes back",
    MatterState.OPEN: "whoever is named as the one who answers",
    MatterState.ANSWERED: "the court, the regulator or the State",
}


class MatterKind(StrEnum):
    PROCEEDING = "proceeding"
    COURT_DECISION = "court_decision"
    FINE = "fine"
    REGULATOR_LETTER = "regulator_letter"
    CONSULTATION = "consultation"


class Stance(StrEnum):
    OPEN = "open"
    AGREE = "agree"
    PARTLY = "partly"
    DISAGREE = "disagree"
