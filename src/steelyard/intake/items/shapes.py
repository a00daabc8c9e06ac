"""What is sent to the generic door and what is answered. `docs/openapi.yaml` says the same to others."""

from typing import ClassVar

import msgspec

from steelyard.screening.engine import Verdict


class File(msgspec.Struct, frozen=True, gc=False):
    """A file posted with an item. Fetched only below the address that the platform's operator named."""

    uri: str
    mime: str = ""
    size: int = 0


class Incoming(msgspec.Struct, frozen=True, gc=False):
    """An item as it is sent. Screened as it is: it has what an `Item` has. No default is made anew for each."""

    id: str
    text: str
    surface: str = "public_channel"
    facts: dict[str, int | str | bool] | None = None
    scores: dict[str, float] | None = None
    author: str = ""
    author_name: str = ""
    channel: str = ""
    channel_name: str = ""
    at: str = ""
    link: str = ""
    files: tuple[File, ...] = ()
    media: ClassVar[tuple[()]] = ()


class Sent(msgspec.Struct, frozen=True, gc=False):
    items: list[Incoming]


class Clean(msgspec.Struct, frozen=True, gc=False):
    id: str
    action: str = "allow"


class Answered(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    policy: str
    verdicts: list[Verdict | Clean]
    recorded: int = 0
    """How many items something follows from. A sandbox key has none."""


class Accepted(msgspec.Struct, frozen=True, gc=False):
    """The answer to `Prefer: respond-async`: all are kept and screened in their turn."""

    accepted: int


class Reported(msgspec.Struct, frozen=True):
    """A report that somebody made inside the platform."""

    id: str
    about: str
    """The reported item, channel or account, by the platform's own id."""
    kind: str = "item"
    channel: str = ""
    reporter: str = ""
    reporter_since: str = ""
    """When that account was made, RFC 3339; empty where you do not say."""
    reason: str = ""
    harm: str = "other"
    at: str = ""
    item: Incoming | None = None
    """The reported item as it stands, so that nobody has to ask the platform for it."""


class SentReports(msgspec.Struct, frozen=True):
    reports: list[Reported]


class Taken(msgspec.Struct, frozen=True):
    """Which reports were new; one that was sent before changes nothing."""

    taken: list[str]
    known: list[str]
