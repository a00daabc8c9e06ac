"""The life of a case. Every waiting state names who moves next."""

from enum import StrEnum


class CaseKind(StrEnum):
    FINDING = "finding"
    NOTICE = "notice"
    ORDER = "order"
    COMPLAINT = "complaint"
    REVIEW = "review"
    """What one person did alone under a law of one hour, looked at by another."""
    EMERGENCY = "emergency"
    """Somebody said that a life is in danger."""
    DRILL = "drill"
    """An emergency that we played ourselves."""


class CaseState(StrEnum):
    OPEN = "open"
    IN_REVIEW = "in_review"
    SECOND_NEEDED = "second_needed"
    DECIDED = "decided"
    LAPSED = "lapsed"
    """What it rested on is gone: the order was withdrawn, replaced, or ran out. Nothing is decided."""


MOVES = {
    ("claim", CaseState.OPEN): CaseState.IN_REVIEW,
    ("release", CaseState.IN_REVIEW): CaseState.OPEN,
    ("propose", CaseState.IN_REVIEW): CaseState.SECOND_NEEDED,
    ("send_back", CaseState.SECOND_NEEDED): CaseState.IN_REVIEW,
    ("decide", CaseState.IN_REVIEW): CaseState.DECIDED,
    ("decide", CaseState.SECOND_NEEDED): CaseState.DECIDED,
    ("lapse", CaseState.OPEN): CaseState.LAPSED,
    ("lapse", CaseState.IN_REVIEW): CaseState.LAPSED,
    ("lapse", CaseState.SECOND_NEEDED): CaseState.LAPSED,
    ("settle", CaseState.OPEN): CaseState.DECIDED,
}

OPEN_STATES = (CaseState.OPEN, CaseState.IN_REVIEW, CaseState.SECOND_NEEDED)

WHO_MOVES = {
    CaseState.OPEN: "anyone with the queue's permission",
    CaseState.IN_REVIEW: "the member who claimed it",
    CaseState.SECOND_NEEDED: "a second member, not the one who proposed",
}
