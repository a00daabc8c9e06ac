"""What is assessed, and what an assessment says. Plain data: no row, no clock, no network."""

from datetime import date, datetime
from typing import Annotated, Literal, Protocol

import msgspec

from steelyard.orders.given import Stated
from steelyard.rulebook.shapes import Article, Fact, Status

Outcome = Literal["pass", "fail", "person", "not_applicable"]
Step = Literal["refuse", "hold", "raise", "ask", "comply_in_part", "comply"]
STEPS: tuple[Step, ...] = ("refuse", "hold", "raise", "ask", "comply_in_part", "comply")


class Words(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Content that the order is about, as it was seen."""

    text: str
    language: str = ""


class Circumstances(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a request came, as the desk knows it. Nothing here raises a sender; it is shown when it is unusual."""

    contact: str = ""
    """The address it came from, or that it claims."""
    reply_to: str = ""
    first_request: bool = False
    new_domain: bool = False
    known_domains: tuple[str, ...] = ()
    """Domains of the directory, of the State that it names."""
    same_text_other_target: int = 0
    """How many earlier requests said the same, or nearly, about something else."""
    edited: bool = False
    """Whether the same reference came before with another text."""
    denied_before: tuple[str, ...] = ()
    """What it shares with requests that the authorities they named have denied: text, address, domain, number."""
    said: tuple[str, ...] = ()
    """What was said later, and the text of attachments."""


class Asked(Stated, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One order as plain data, with what the desk knows of it."""

    arrived_at: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it reached the first door, with its time zone."""
    contents: tuple[Words, ...] = ()
    """The words of the targets, where they were found."""
    territory: tuple[str, ...] = ()
    language: str = ""
    """Language the order is written in, ISO 639-1."""
    verified: int = 0
    """Rung of the verification ladder that the sender stands on (desk/ladder.yaml)."""
    called_back: bool = False
    """Whether a person has called the authority back on a number found independently."""
    denied: bool = False
    """Whether the authority, called back so, has said that the order is not theirs."""
    sender: Circumstances = Circumstances()
    privileges: tuple[str, ...] = ()
    """Immunities the order or the desk names: lawyer, journalist, parliament, diplomat, doctor."""
    protected: bool = False
    """Whether a target stands on the protected register."""
    conflicting_law: str = ""
    """The law of a third State that forbids what is asked, where there is one."""


class Dated(Protocol):
    """Anything of the rulebook with its source and its first day."""

    @property
    def source(self) -> str: ...
    @property
    def status(self) -> Status: ...
    @property
    def since(self) -> date: ...


class Cite(msgspec.Struct, frozen=True, kw_only=True):
    """A fact that a result rests on."""

    fact: str
    source: str
    status: Status
    since: str = ""

    @classmethod
    def of(cls, fact: Fact) -> "Cite":
        return cls.dated(fact.name, fact)

    @classmethod
    def dated(cls, name: str, what: "Dated") -> "Cite":
        return cls(fact=name, source=what.source, status=what.status, since=what.since.isoformat())

    @classmethod
    def article(cls, name: str, where: Article, source: str = "") -> "Cite":
        place = f"{source}: {where.article}" if source else where.article
        return cls(fact=name, source=place, status=where.status)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """One check: what came out, in words, and what it rests on."""

    check: str
    result: Outcome
    words: str
    rests_on: tuple[Cite, ...] = ()
    found: tuple[str, ...] = ()
    """What was seen, piece by piece: missing elements, terms, categories, countries."""
    leads_to: Step | Literal[""] = ""
    cure: str = ""
    """What the sender can do about it."""


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """Something unusual, with its reason."""

    sign: str
    words: str
    found: tuple[str, ...] = ()
    rests_on: tuple[Cite, ...] = ()


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of the order: when we act by, and when the law's own period ends."""

    fact: str
    ends: str
    act_by: datetime | None
    """The moment we work to: the plain period from the moment of arrival. None for a time to keep
    something."""
    legal_end: datetime | None
    """The end of the period as the law counts it. None when it starts with a later event."""
    rests_on: tuple[Cite, ...]
    pauses: tuple[str, ...] = ()


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What the checks come to. People decide; this decides nothing."""

    step: Step
    also: tuple[Step, ...]
    ground: str
    cure: str
    territory: tuple[str, ...]
    data: tuple[str, ...]
    """Categories that could be given; a person decides, in a disclosure."""
    two_people: bool
    two_people_because: tuple[str, ...]
    waits_for: tuple[str, ...]
    """Checks that a person has to answer first."""


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    instrument: str
    name: str
    country: str
    day: str
    rulebook: str
    """SHA-256 of the rulebook that was used, hexadecimal."""
    proposal: Proposal
    checks: tuple[Result, ...]
    clocks: tuple[Timer, ...]
    red_lines: tuple[str, ...]
    unusual: tuple[Sign, ...]
    """What people should look at twice. It decides nothing."""
    unconfirmed: tuple[Cite, ...]
    """What it rests on that was not read in the primary text: a lawyer confirms it before an answer goes
    out."""

    def check(self, name: str) -> Result:
        return next(one for one in self.checks if one.check == name)
