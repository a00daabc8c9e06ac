"""How the law files are written. A file that says something else, or leaves a source out, is refused when read."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Literal

import msgspec

PLAIN = "en"
Status = Literal["verified", "secondary", "memory", "house"]
Kind = Literal["restrict", "disclose", "preserve", "any"]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Article(Strict, frozen=True, kw_only=True):
    """Something that the law says, with the place where it says it."""

    article: str
    status: Status


class Element(Article, frozen=True, kw_only=True):
    id: str


class Pause(Article, frozen=True, kw_only=True):
    when: str
    until: str
    then: Literal["", "starts_anew"] = ""
    """`starts_anew`: the law gives the whole period again when the pause ends. We work to what was left."""


class Clock(Article, frozen=True, kw_only=True):
    fact: str
    starts: Literal["receipt", "execution"]
    ends: str
    """What has to have happened by then; `keep_until` marks a time before which nothing may be let go."""
    calculated: Literal["", "regulation_1182_71"] = ""
    pauses: tuple[Pause, ...] = ()


class Issuers(Article, frozen=True, kw_only=True):
    who: tuple[str, ...]
    data: tuple[str, ...] | None = None
    """Categories this row is about; None: whatever the instrument is about."""
    offence: Literal["", "serious"] = ""
    once_validated: tuple[str, ...] = ()
    """Who else may issue it after one of `who` has validated it; an order that does not say so is incomplete."""
    validated_within: str = ""


class Answer(Article, frozen=True, kw_only=True):
    what: str
    to: str


class Secrecy(Article, frozen=True, kw_only=True):
    rule: str
    limit: str = ""


class Scope(Article, frozen=True, kw_only=True):
    widest: Literal["issuing_state", "union", "terms"]
    wider_if: Literal["union_law_or_stated_ground", "never"]


class Language(Article, frozen=True, kw_only=True):
    rule: Literal["declared_or_translated", "any"]


class Notified(Article, frozen=True, kw_only=True):
    data: tuple[str, ...]


class Version(Strict, frozen=True, kw_only=True):
    """An instrument as it reads from one day on."""

    source: str
    status: Status
    kind: Kind
    clocks: tuple[Clock, ...]
    elements: tuple[Element, ...]
    issuers: tuple[Issuers, ...]
    answers: tuple[Answer, ...]
    secrecy: Secrecy
    language: Language
    scope: Scope | None = None
    sent_from: str = ""
    """A group of States; empty: any State."""
    only_country: str = ""
    power_elsewhere: Article | None = None
    identified_only: Article | None = None
    stored_only: Article | None = None
    raises_only: Article | None = None
    notified: Notified | None = None
    true_purpose: Article | None = None
    voluntary: Article | None = None
    through_own_authority: Article | None = None


class InstrumentFile(Strict, frozen=True, kw_only=True):
    id: str
    place: int
    name: dict[str, str]
    versions: dict[date, Version]


class Instrument(Strict, frozen=True, kw_only=True):
    """An instrument in the version in force on a day."""

    id: str
    names: Mapping[str, str]
    since: date
    version: Version

    def name(self, language: str) -> str:
        return self.names.get(language, self.names[PLAIN])

    @property
    def source(self) -> str:
        return self.version.source

    @property
    def status(self) -> Status:
        return self.version.status

    @property
    def clock(self) -> str:
        """The fact that drives the work: the first clock of the instrument."""
        return self.version.clocks[0].fact

    @property
    def elements(self) -> tuple[Element, ...]:
        return self.version.elements


class Fact(Strict, frozen=True, kw_only=True):
    """One dated fact of law. `status` is verified, secondary, memory, or house (our own promise)."""

    name: str
    value: Any
    source: str
    status: Status
    since: date

    def period(self) -> timedelta:
        """The value as a duration. A month counts 31 days, a year 366: a window we owe is never cut short."""
        return duration(self.value)


class RedLine(Strict, frozen=True, kw_only=True):
    id: str
    names: Mapping[str, str]
    since: date
    source: str
    status: Status
    tested_by: str
    terms: dict[str, tuple[str, ...]]


Terms = dict[str, tuple[str, ...]]
"""Words to look for, by language"""


class RedLineWords(Strict, frozen=True, kw_only=True):
    """How the red lines are known in what somebody wrote freely."""

    since: date
    source: str
    status: Status
    strict: dict[str, Terms]
    """By red line; refused as they stand"""
    wide: dict[str, Terms]
    """By red line; refused unless the same sentence says whose (`named`)"""
    doubtful: dict[str, Terms]
    """By red line; in a demand for data a person reads a sentence with one of them that does not say whose"""
    named: Terms
    asks: Terms
    """A sentence of the reasons with one of them asks for something"""
    not_before: Terms
    not_after: Terms
    haste: Terms
    """What sounds like `not_before` and means haste"""


class ConceptRule(Strict, frozen=True, kw_only=True):
    """Concepts that make a demand when they stand near each other in one sentence."""

    of: tuple[str, ...]
    """Each by another word; `a|b`: either."""
    within: int
    """Words from the first to the last"""
    unless: tuple[str, ...] = ()
    whose: Literal["", "spares", "doubts"] = ""
    """What a sentence that says whose data are meant makes of it"""


class RedLineConcepts(Strict, frozen=True, kw_only=True):
    """Demands by act, thing and reach, in words one by one: no list of phrases foresees them."""

    since: date
    source: str
    status: Status
    concepts: dict[str, dict[str, str]]
    """By concept and language: words, a star for any beginning or ending, `_` between words that stand together"""
    rules: dict[str, tuple[ConceptRule, ...]]
    """By red line"""


class Safeguard(Strict, frozen=True, kw_only=True):
    id: str
    since: date
    source: str
    status: Status
    parts: tuple[str, ...]
    tested_by: str


class Speech(Strict, frozen=True, kw_only=True):
    since: date
    source: str
    status: Status
    harms: tuple[str, ...]
    topics: dict[str, dict[str, tuple[str, ...]]]
    violence: dict[str, tuple[str, ...]]
    harsh: dict[str, tuple[str, ...]] = {}
    """Words of violence in any use, a call or not"""
    denied: dict[str, tuple[str, ...]] = {}
    """Words that call violence off when they stand right before it"""


class Ladder(Strict, frozen=True, kw_only=True):
    """The rungs on which a sender stands, from nobody has checked upwards."""

    since: date
    source: str
    status: Status
    rungs: tuple[dict[str, str], ...]


class Category(Strict, frozen=True, kw_only=True):
    """A category of data, and whether the service holds any."""

    id: str
    names: Mapping[str, str]
    since: date
    held: bool
    source: str
    status: Status


class IndexValue(Strict, frozen=True, kw_only=True):
    """What an edition of a published index says of one State."""

    value: float | str
    edition: str
    """As its publisher names it: 2025"""
    source: str
    status: Status
    since: date
    """The day it was published: in force from then on"""


class Index(Strict, frozen=True, kw_only=True):
    publisher: str
    title: str
    values: dict[str, IndexValue]
    """By country, those in force on the day"""


class Rule(Strict, frozen=True, kw_only=True):
    """A check of the assessment: what its result may depend on by law, and the test that proves it."""

    varies_with: tuple[str, ...]
    tested_by: str


def duration(text: str) -> timedelta:
    """ISO 8601 durations as the law files write them: PT1H, P3D, P2W, P6M, P1Y."""
    if text.startswith("P") and text[1:-1].isdigit() and text[-1] in "WMY":
        return timedelta(days=int(text[1:-1]) * {"W": 7, "M": 31, "Y": 366}[text[-1]])
    return msgspec.convert(text, timedelta)
