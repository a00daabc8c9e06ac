"""The life of a misuse matter. Each step is a person's; only the end of the period needs nobody."""

from enum import StrEnum


class MisuseKind(StrEnum):
    CONTENT = "content"
    """Somebody frequently provides manifestly illegal content (Art. 23(1))."""
    NOTICES = "notices"
    """Somebody frequently submits manifestly unfounded notices (Art. 23(2))."""
    COMPLAINTS = "complaints"
    """Somebody frequently submits manifestly unfounded complaints (Art. 23(2))."""


class MisuseState(StrEnum):
    WARNED = "warned"
    ASKED = "asked"
    """One person asks for a suspension; another has to sign."""
    SUSPENDED = "suspended"
    OVER = "over"
    LIFTED = "lifted"
    """Taken back: it was wrong."""


MOVES = {
    ("ask", MisuseState.WARNED): MisuseState.ASKED,
    ("decline", MisuseState.ASKED): MisuseState.WARNED,
    ("suspend", MisuseState.ASKED): MisuseState.SUSPENDED,
    ("end", MisuseState.SUSPENDED): MisuseState.OVER,
    ("lapse", MisuseState.WARNED): MisuseState.OVER,
    ("lift", MisuseState.WARNED): MisuseState.LIFTED,
    ("lift", MisuseState.SUSPENDED): MisuseState.LIFTED,
}

RUNNING = (MisuseState.WARNED, MisuseState.ASKED, MisuseState.SUSPENDED)

WHO_MOVES = {
    MisuseState.WARNED: "a member who looks at what came after the warning",
    MisuseState.ASKED: "a second member, not the one who asked",
    MisuseState.SUSPENDED: "time; or a member who had no part in it, when it was wrong",
}
