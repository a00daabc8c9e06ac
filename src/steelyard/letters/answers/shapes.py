"""What an answer says. The JSON is the answer; the PDF shows it and carries it inside."""

from datetime import datetime

import msgspec

TYPE = "steelyard-order-answer/v1"


class Rests(msgspec.Struct, frozen=True, kw_only=True):
    """A statement of law behind the answer, and how sure we are of it."""

    source: str
    status: str
    """verified, secondary, memory or house"""
    confirmed: bool = False
    """A lawyer has stood in for it for this order."""


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """The form that the instrument asks for."""

    id: str
    title: str
    article: str
    exact: bool
    """False: only the structure of the official form is known, and the answer keeps to that structure."""


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What was done, or not, about one thing that the order names."""

    target: str
    outcome: str
    """none, contain, remove, disclosed"""
    in_words: str
    at: datetime | None = None
    """When it took effect on the platform; null while that is not confirmed, or when nothing was done."""
    territory: tuple[str, ...] = ()
    """Countries, ISO 3166-1 alpha-2; empty: wherever the service runs."""
    reasons: str = ""
    """The desk's own words."""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """Why something was not done, and what the sender can do about it."""

    check: str
    ground: str
    cure: str = ""
    rests_on: tuple[Rests, ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One field of an official form."""

    id: str
    label: str
    value: str
    """Empty: to be filled in by a person"""
    codes: tuple[str, ...] = ()
    """The reasons of the form, where the field is a choice among them"""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """One section of an official form, by its letter."""

    id: str
    entries: tuple[Entry, ...]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Our answer to one order."""

    type: str = TYPE
    form: Form
    language: str
    service: str
    address: str
    our_reference: str
    authority: str
    country: str
    their_reference: str
    instrument: str
    instrument_source: str
    received_at: datetime
    answered_at: datetime
    outcome: str
    """executed, partly, refused; draft: shown before it goes"""
    sections: tuple[Section, ...] = ()
    """The official form filled in as far as its structure is known; () for a letter"""
    effects: tuple[Effect, ...] = ()
    grounds: tuple[Ground, ...] = ()
    rests_on: tuple[Rests, ...] = ()
    recipient_told: str = ""
    """told, withheld (an order of secrecy) or nobody (nothing was restricted)"""
    contact: str = ""
