"""What can be decided, and the life of a decision and of a complaint against it."""

from enum import StrEnum


class Outcome(StrEnum):
    NONE = "none"
    CONTAIN = "contain"
    REMOVE = "remove"
    RESTORE = "restore"


class DecisionState(StrEnum):
    PROPOSED = "proposed"
    MADE = "made"
    DECLINED = "declined"
    REVERSED = "reversed"


DECISION_MOVES = {
    ("countersign", DecisionState.PROPOSED): DecisionState.MADE,
    ("decline", DecisionState.PROPOSED): DecisionState.DECLINED,
    ("reverse", DecisionState.MADE): DecisionState.REVERSED,
}


class ComplaintState(StrEnum):
    RECEIVED = "received"
    UPHELD = "upheld"
    REJECTED = "rejected"


COMPLAINT_MOVES = {
    ("uphold", ComplaintState.RECEIVED): ComplaintState.UPHELD,
    ("reject", ComplaintState.RECEIVED): ComplaintState.REJECTED,
}

WHO_MOVES = {
    DecisionState.PROPOSED: "a second member, not the one who proposed",
    ComplaintState.RECEIVED: "a member who had no part in the decision",
}
