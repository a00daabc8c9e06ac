"""What can be decided, and the life of a decision and of a complaint against it."""

from enum import StrEnum


class Outcome(StrEnum):
    NONE = "none"
    CONTAIN = "contain"
    REMOVE = "remove"
    RESTORE = "restore"
    LABEL = "label"
    """Words of ours beside a post that stays as it is."""
    UNLABEL = "unlabel"
    MUTE = "mute"
    """An account may not write in one channel: only a moderator of that channel decides so."""
    UNMUTE = "unmute"


RESTRICTS = frozenset({Outcome.CONTAIN, Outcome.REMOVE, Outcome.LABEL, Outcome.MUTE})
"""What its author is told the reasons of (DSA Art. 17(1)(a)) and what is counted as a restriction."""


BACK = frozenset({Outcome.RESTORE, Outcome.UNLABEL, Outcome.UNMUTE})
"""What only ends what another decision did."""


class Label(StrEnum):
    """What can be said beside a post; the words are in `decisions.labels`."""

    DISPUTED = "disputed"
    CONTEXT = "context"
    GRAPHIC = "graphic"
    SYNTHETIC = "synthetic"
    FRAUD = "fraud"


SAME_AS = "same-as:"
"""Begins `Decision.rule` of a decision that follows a person's about the same content; then that one's reference."""
INSTEAD_OF = "instead-of:"
"""Begins it where a narrower decision took the place of another; then that one's reference."""
COPY_OF = "campaign:"
"""Begins it where a person decided for a whole campaign of near copies; then the campaign's reference."""


UNTIL_SIGNED = "until-signed:"
"""Begins it where one person proposed to remove a post that is hidden until another has looked; then the proposal."""


class DecisionState(StrEnum):
    PROPOSED = "proposed"
    MADE = "made"
    DECLINED = "declined"
    REVERSED = "reversed"
    ENDED = "ended"
    """Its time was over; it was not wrong."""


TOOK_EFFECT = frozenset({DecisionState.MADE, DecisionState.REVERSED, DecisionState.ENDED})
"""What was done, whatever became of it."""
DECISION_MOVES = {
    ("countersign", DecisionState.PROPOSED): DecisionState.MADE,
    ("decline", DecisionState.PROPOSED): DecisionState.DECLINED,
    ("make_alone", DecisionState.PROPOSED): DecisionState.MADE,
    ("reverse", DecisionState.MADE): DecisionState.REVERSED,
    ("end", DecisionState.MADE): DecisionState.ENDED,
    ("reverse", DecisionState.ENDED): DecisionState.REVERSED,
}


class ComplaintState(StrEnum):
    RECEIVED = "received"
    UPHELD = "upheld"
    PARTLY = "partly"
    """A narrower measure takes the place of the one complained of."""
    REJECTED = "rejected"


COMPLAINT_MOVES = {
    ("uphold", ComplaintState.RECEIVED): ComplaintState.UPHELD,
    ("uphold_in_part", ComplaintState.RECEIVED): ComplaintState.PARTLY,
    ("reject", ComplaintState.RECEIVED): ComplaintState.REJECTED,
}


class ReviewState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    REVERSED = "reversed"


REVIEW_MOVES = {
    ("uphold", ReviewState.OPEN): ReviewState.UPHELD,
    ("reverse", ReviewState.OPEN): ReviewState.REVERSED,
}

WHO_MOVES = {
    ReviewState.OPEN: "a second person, not the one who acted alone",
    DecisionState.PROPOSED: "a second member, not the one who proposed",
    ComplaintState.RECEIVED: "a member who had no part in the decision",
}


class DisputeState(StrEnum):
    OPEN = "open"
    FOR_THEM = "for_them"
    """The body decided for the person; we carry it out."""
    IN_PART = "in_part"
    """It found that less was enough; the restriction is narrowed."""
    FOR_US = "for_us"
    SETTLED = "settled"
    DROPPED = "dropped"


DISPUTE_MOVES = {
    ("for_them", DisputeState.OPEN): DisputeState.FOR_THEM,
    ("in_part", DisputeState.OPEN): DisputeState.IN_PART,
    ("for_us", DisputeState.OPEN): DisputeState.FOR_US,
    ("settle", DisputeState.OPEN): DisputeState.SETTLED,
    ("drop", DisputeState.OPEN): DisputeState.DROPPED,
}
