"""What goes in and what comes out. Nothing here is kept by this package."""

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    ORDER = "order"
    NOTICE = "notice"
    COMPLAINT = "complaint"
    PLEA = "plea"
    ORDINARY = "ordinary"
    DOUBTFUL = "doubtful"
    """It may be an order: a person says."""


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """What an attachment says, as far as anybody could read it."""

    name: str
    type: str = ""
    text: str = ""


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """A message as a person would read it."""

    door: str = ""
    """The role of the address or form: authorities, users, hotline, emergency, press, notice, contact ..."""
    sender: str = ""
    """The address it claims to come from."""
    name: str = ""
    """The name that goes with the address, or that was typed into the form."""
    subject: str = ""
    body: str = ""
    attachments: tuple[Attached, ...] = ()
    unopened: int = 0
    """Attachments that nobody has opened."""
    by_machine: bool = False
    """Its headers say that a machine sent it, or that it went to a list."""


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of evidence, for or against, with the words it was found in."""

    signal: str
    points: float
    where: str = ""
    """subject and body are "text", what was quoted or forwarded "quoted", else the attachment's name"""
    words: str = ""
    start: int = 0
    end: int = 0
    """Characters of that text, composed (NFC) and without vowel marks"""


class Recognised(msgspec.Struct, frozen=True, kw_only=True):
    kind: Kind
    language: str = ""
    """ISO 639-1, empty when nobody can tell"""
    instrument: str = ""
    """A word of the rulebook when the text names it, otherwise empty: never guessed."""
    country: str = ""
    """From the sender's domain, as claimed; otherwise empty."""
    links: tuple[str, ...] = ()
    reference: str = ""
    scores: dict[str, float] = {}
    reasons: tuple[Reason, ...] = ()
