"""The life of a ring: it goes on, from person to person, until one of them says “I have it”."""

from enum import StrEnum


class Urgency(StrEnum):
    DANGER_TO_LIFE = "danger_to_life"
    CLOCK = "clock"
    WATCH = "watch"


class RingState(StrEnum):
    RINGING = "ringing"
    ACKNOWLEDGED = "acknowledged"


class Verdict(StrEnum):
    """What an emergency turned out to be."""

    HANDED_ON = "handed_on"
    """Real, and in the hands of those who can help."""
    NO_DANGER = "no_danger"
    FORGED = "forged"
    """Somebody wanted something else by it."""
    UNCLEAR = "unclear"


MOVES = {("acknowledge", RingState.RINGING): RingState.ACKNOWLEDGED}

WHO_MOVES = {RingState.RINGING: "whoever is being rung"}
