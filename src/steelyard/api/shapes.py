"""What the API takes and gives. The field descriptions are the reference that docs/openapi.yaml carries."""

from datetime import datetime

from ninja import Field, Schema

from steelyard.flows.check_lines import Checked, LineGiven
from steelyard.flows.read_batch import BatchView, LineView


class LineIn(Schema):
    what: str = Field(description="A link, a platform identifier, or sha256:…, md5:…, pdq:… in hexadecimal.")
    code: str = Field("", description="Your own category; your mapping says which of our harms it is.")
    harm: str = Field("", description="One of our harms, for a line without a code.")
    note: str = Field("", description="A remark on this line, in any language.")
    urgency: str = Field("", description="low, medium, high or critical. Shown to whoever decides.")

    def given(self) -> LineGiven:
        return LineGiven(what=self.what, code=self.code, harm=self.harm, note=self.note, urgency=self.urgency)


class BatchIn(Schema):
    lines: list[LineIn] = Field(description="1 to 500.")
    explanation: str = Field("", description="Why it is illegal or against the rules; for all lines.")
    harm: str = Field("", description="For lines that carry neither code nor harm.")
    imminent: bool = Field(False, description="Somebody is about to be harmed: a person of ours is called.")
    good_faith: bool = Field(description="You believe that it is accurate and complete (DSA Art. 16(2)(d)).")
    language: str = Field("", description="Of the outcomes: en, fr, ru, ar, fa. Empty: your organisation’s.")


class CheckedOut(Schema):
    place: int
    what: str
    harm: str
    leads_to: str = Field(description="post, channel, account, file, or empty.")
    problem: str = Field(
        description="unreadable, unknown_code, no_category, unknown_urgency, twin, or empty."
    )
    twin: int = Field(description="The earlier line that says the same, or 0.")
    already: str = Field(description="contain, remove, label, none, open, or empty.")
    since: datetime | None

    @classmethod
    def of(cls, one: Checked) -> "CheckedOut":
        return cls(
            place=one.place, what=one.given.what, harm=one.harm, leads_to=one.leads_to, problem=one.problem,
            twin=one.twin, already=one.already, since=one.since,
        )  # fmt: skip


class LineOut(Schema):
    ref: str
    place: int
    what: str
    code: str
    outcome: str = Field(
        description="received, open, need_more, removed, limited, no_violation, reversed, not_here, failed."
    )
    says: str = Field(description="The outcome in one sentence, in the language of the batch.")
    rule: str
    words: str = Field(description="What whoever decided wrote, in their own language.")
    at: datetime | None

    @classmethod
    def of(cls, line: LineView) -> "LineOut":
        outcome = line.outcome
        return cls(
            ref=line.ref, place=line.place, what=line.what, code=line.code, outcome=outcome.word,
            says=outcome.says, rule=outcome.reason, words=outcome.words, at=outcome.at,
        )  # fmt: skip


class BatchOut(Schema):
    ref: str
    received_at: datetime
    language: str
    imminent: bool
    lines: list[LineOut]

    @classmethod
    def of(cls, view: BatchView) -> "BatchOut":
        return cls(
            ref=view.ref, received_at=view.received_at, language=view.language, imminent=view.imminent,
            lines=[LineOut.of(line) for line in view.lines],
        )  # fmt: skip


class TakenOut(Schema):
    ref: str
    lines: int
    rang: bool = Field(description="A person of ours is being called.")
    before: bool = Field(description="The same request was taken before; this is the same answer.")
    receipt: dict[str, str] = Field(description="The signed receipt; keep it as it is.")
    moved_receipt: dict[str, str] | None = Field(
        description="Of the order or the call for help that it was read as too; null when it was not."
    )


class ListedOut(Schema):
    ref: str
    received_at: datetime
    lines: int
    told: int = Field(description="Lines that have an outcome.")


class WordIn(Schema):
    text: str
    contest: bool = Field(
        False, description="You disagree: somebody who had no part in the decision looks again."
    )


class FiguresOut(Schema):
    about: str
    lines: int
    decided: int
    right: int
    wrong: int
    precision: float | None
    median: float | None = Field(description="Hours from arrival to outcome; null while too few are decided.")
    p90: float | None
    p95: float | None


class TimesOut(Schema):
    about: str
    lines: int
    median: float
    p90: float
    p95: float


class ScorecardOut(Schema):
    since: datetime
    whole: FiguresOut
    by_area: list[FiguresOut]
    by_language: list[FiguresOut]
    contested: int
    accuracy: float | None
    accuracy_over: int
    parity: float | None = Field(
        description="Fastest language's median by the slowest one's, of all partners."
    )
    by_region: list[TimesOut] = Field(description="All partners together, by UN M49 region; hours.")
    region_parity: float | None


class Fault(Schema):
    what: str
    do: str


class ErrorOut(Schema):
    error: Fault
