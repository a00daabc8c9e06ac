"""The life of a sealed package. Nothing leaves the house before two persons have released exactly this."""

from enum import StrEnum


class PackageState(StrEnum):
    COLLECTED = "collected"
    """What is held was copied from the platform and sealed; nobody outside has anything."""
    ASKED = "asked"
    """One person asks for its release; the digest of its manifest is what both sign."""
    RELEASED = "released"
    """Encrypted to the authority's key and ready at its own address, until it expires."""
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


MOVES = {
    ("ask", PackageState.COLLECTED): PackageState.ASKED,
    ("decline", PackageState.ASKED): PackageState.COLLECTED,
    ("release", PackageState.ASKED): PackageState.RELEASED,
    ("expire", PackageState.RELEASED): PackageState.EXPIRED,
    ("withdraw", PackageState.COLLECTED): PackageState.WITHDRAWN,
    ("withdraw", PackageState.ASKED): PackageState.WITHDRAWN,
    ("withdraw", PackageState.RELEASED): PackageState.WITHDRAWN,
}

WHO_MOVES = {
    PackageState.COLLECTED: "the legal officer who asks for its release",
    PackageState.ASKED: "a second person, not the one who asked",
    PackageState.RELEASED: "the authority, until it expires",
}


class SuspicionState(StrEnum):
    """A suspected crime against somebody's life or safety (DSA Art. 18), on its way to the authority concerned."""

    PREPARED = "prepared"
    ASKED = "asked"
    RELEASED = "released"
    """Two persons released it; it is encrypted to the authority's key and ready to be handed over."""
    SENT = "sent"
    DROPPED = "dropped"


SUSPICION_MOVES = {
    ("ask", SuspicionState.PREPARED): SuspicionState.ASKED,
    ("decline", SuspicionState.ASKED): SuspicionState.PREPARED,
    ("release", SuspicionState.ASKED): SuspicionState.RELEASED,
    ("send", SuspicionState.RELEASED): SuspicionState.SENT,
    ("drop", SuspicionState.PREPARED): SuspicionState.DROPPED,
}
