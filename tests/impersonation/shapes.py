"""A case as README.md describes it. A field that nobody knows is an error."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec

CASES = Path(__file__).with_name("cases")
FAMILIES = (
    "lookalike_domain", "stolen_mailbox", "smuggled_mail", "shared_portal_sender", "stolen_session",
    "stolen_synced_passkey", "retired_officer", "wrong_competence", "forged_signature", "edited_genuine_order",
    "wrong_time_zone", "threat_to_life_pressure", "number_from_requester", "second_person_is_the_same", "new_account",
    "homoglyph_agency", "forwarded_mail", "mla_pretext", "freeze_pretext", "instructions_to_software", "genuine",
)  # fmt: skip
INSIDERS = ("second_person_is_the_same", "wrong_competence")


class Shape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Fields(Shape, frozen=True, kw_only=True):
    instrument: str
    contact: str
    targets: tuple[str, ...]
    authority: str = ""
    country: str = ""
    reference: str = ""
    issuer: str = ""
    legal_basis: str = ""
    reasons: str = ""
    demand: str = ""
    data: tuple[str, ...] = ()
    period_from: date | None = None
    period_to: date | None = None
    offence: str = ""
    emergency: str = ""
    territory: tuple[str, ...] = ()
    redress: str = ""
    harm: str = "other"
    language: str = "en"


class Attachment(Shape, frozen=True, kw_only=True):
    name: str
    text: str
    type: str = "text/plain"
    signature: Literal["none", "forged", "edited", "other", "genuine"] = "none"


class Step(Shape, frozen=True, kw_only=True):
    do: Literal[
        "answer_code",
        "guess_code",
        "say",
        "new_contact",
        "send_again",
        "send_at",
        "wait",
        "hurry",
        "one_person",
    ]
    text: str = ""
    code: str = ""
    contact: str = ""
    door: Literal["", "mail", "telephone", "http"] = ""
    hours: float = 0
    fields: dict[str, str | list[str]] = {}


class Case(Shape, frozen=True, kw_only=True):
    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9-]+$")]
    family: str
    genuine: bool
    door: Literal["http", "officer", "smtp"]
    note: str = ""
    fields: Fields | None = None
    headers: dict[str, str] = {}
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    sits: str = msgspec.field(default="genuine", name="as")
    mailbox: Literal["", "theirs", "stolen", "none"] = ""
    telephone: Literal["", "denies", "confirms", "silent"] = ""
    next: tuple[Step, ...] = ()
    reaches: str = "desk"
    refused_for: str = ""
    at: datetime | None = None

    @property
    def says(self) -> str:
        return self.telephone or ("confirms" if self.genuine else "denies")

    @property
    def reads_mail(self) -> bool:
        return self.genuine or self.mailbox != "none"


def cases() -> list[Case]:
    """Every case of every file. Raises where one is not written as README.md says."""
    found: list[Case] = []
    for file in sorted(CASES.glob("*.jsonl")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            if line.strip() and not line.startswith("//"):
                found.append(_read(line, f"{file.name}:{number}"))
    twice = {one.id for one in found if sum(each.id == one.id for each in found) > 1}
    if twice:
        raise ValueError(f"More than one case is called {', '.join(sorted(twice))}.")
    return found


def _read(line: str, where: str) -> Case:
    try:
        case = msgspec.json.decode(line.encode(), type=Case)
    except msgspec.MsgspecError as fault:
        raise ValueError(f"{where}: {fault}") from fault
    wrong = {
        "no such family": case.family not in FAMILIES,
        "it needs fields": case.door != "smtp" and case.fields is None,
        "it needs headers": case.door == "smtp" and not case.headers,
        "only insiders confirm": not case.genuine and case.says == "confirms" and case.family not in INSIDERS,
        "who refuses a genuine one says why": case.refused_for and not (case.genuine and case.note),
        "a genuine signature in a forged case": not case.genuine
        and any(one.signature == "genuine" for one in case.attachments),
    }
    if problems := [words for words, holds in wrong.items() if holds]:
        raise ValueError(f"{where}: {case.id}: {'; '.join(problems)}")
    return case
