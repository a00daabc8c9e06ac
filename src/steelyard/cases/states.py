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


class ReferralState(StrEnum):
    WAITING = "waiting"
    """The channel's own moderators have it, until its time is over."""
    ACTED = "acted"
    """One of them decided."""
    HANDED_ON = "handed_on"
    """They left it to the platform's team."""
    LAPSED = "lapsed"
    """Nobody of them acted in time."""
    CONTESTED = "contested"
    """Somebody turned to the platform itself: reported it again, sent a notice, or named something graver."""


REFERRAL_MOVES = {
    ("act", ReferralState.WAITING): ReferralState.ACTED,
    ("hand_on", ReferralState.WAITING): ReferralState.HANDED_ON,
    ("lapse", ReferralState.WAITING): ReferralState.LAPSED,
    ("contest", ReferralState.WAITING): ReferralState.CONTESTED,
}

OPEN_STATES = (CaseState.OPEN, CaseState.IN_REVIEW, CaseState.SECOND_NEEDED)

WHO_MOVES = {
    CaseState.OPEN: "anyone with the queue's permission",
    CaseState.IN_REVIEW: "the member who claimed it",
    CaseState.SECOND_NEEDED: "a second member, not the one who proposed",
    ReferralState.WAITING: "a moderator of the channel, until its time is over",
}
